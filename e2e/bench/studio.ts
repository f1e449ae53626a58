import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reading } from '#main/bench/measure.ts'
import { buildPage } from '#main/hosts/web/build.ts'
import { openWindow, type TestWindow } from '#main/hosts/web/fixtures.ts'
import { startService } from '../service.ts'
import { openChromium, type Stage } from './browser.ts'
import { copy } from './copy.ts'
import { dragging } from './dragging.ts'
import { journalling } from './journalling.ts'
import { panning } from './panning.ts'
import { preview } from './preview.ts'
import { starting } from './starting.ts'
import { table } from './table.ts'
import { undoing } from './undoing.ts'

/** What every measurement gets: the real service, a window without a page for what is prepared, and a browser. */
export interface Bench {
  url: string
  client: TestWindow
  chromium: Stage
  upload(name: string, bytes: Uint8Array): Promise<string>
  /** Longest time that the service's event loop stood still since the last call, ms. */
  longestStall(): Promise<number>
}

const MEASUREMENTS = { starting, preview, copy, panning, dragging, undoing, journalling, table }

/** `BROADSIDE_BENCH=panning,dragging` measures only these. */
const ASKED = process.env.BROADSIDE_BENCH?.split(',')

export async function measureStudio(wanted = ASKED): Promise<Reading[]> {
  await buildPage()
  const scratch = await mkdtemp(join(tmpdir(), 'broadside-bench-'))
  const stalls = join(scratch, 'stalls')
  process.env.BROADSIDE_STALLS = stalls
  process.env.NODE_OPTIONS = `--import=${new URL('./stalls.ts', import.meta.url).href}`
  const began = performance.now()
  const service = await startService()
  const hostMs = performance.now() - began
  delete process.env.NODE_OPTIONS
  const address = new URL(service.url)
  const token = address.searchParams.get('token')!
  const client = await openWindow({ url: `${address.origin}/`, token })
  const chromium = await openChromium()
  const readings: Reading[] = [
    { group: 'start', name: 'web host, from its command to its address', value: hostMs / 1000, unit: 's' },
  ]
  const bench: Bench = {
    url: service.url,
    client,
    chromium,
    async upload(name, bytes) {
      const response = await fetch(`${address.origin}/pictures`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'x-file-name': name },
        body: Buffer.from(bytes),
      })
      if (!response.ok) throw new Error(await response.text())
      return ((await response.json()) as { sha256: string }).sha256
    },
    async longestStall() {
      await rm(stalls, { force: true })
      process.kill(service.pid, 'SIGUSR2')
      for (;;) {
        const text = await readFile(stalls, 'utf8').catch(() => '')
        if (text) return Number(text)
        await sleep(10)
      }
    },
  }
  try {
    for (const [name, measure] of Object.entries(MEASUREMENTS)) {
      if (wanted && !wanted.includes(name)) continue
      process.stderr.write(`  ${name} …\n`)
      readings.push(...withLoad(await measure(bench)))
    }
  } finally {
    await chromium.close()
    client.close()
    await service.stop()
    await rm(scratch, { recursive: true, force: true })
  }
  return readings
}

/** Other programs take part of the machine; how much of it belongs to the number. */
function withLoad(readings: Reading[]): Reading[] {
  const load = `load ${loadavg()[0]?.toFixed(1)}`
  return readings.map((reading) => ({ ...reading, note: reading.note ? `${reading.note}; ${load}` : load }))
}
