import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listDevices } from './devices.ts'
import { probeWith } from './probe.ts'

test('the CPU comes first and is available without being tried', async () => {
  const tried: string[] = []
  const { runtime, devices } = await listDevices(async (id) => void tried.push(id))
  expect(runtime).toMatch(/^onnxruntime-node \d+\.\d+/)
  expect(devices[0]).toMatchObject({ id: 'cpu', available: true })
  expect(tried).toEqual(devices.slice(1).map(({ id }) => id))
})

test('a device that cannot be opened is listed with the reason', async () => {
  const { devices } = await listDevices(async () => 'no driver')
  for (const device of devices.slice(1)) expect(device).toMatchObject({ available: false, reason: 'no driver' })
})

async function entry(code: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'broadside-')), 'entry.mjs')
  await writeFile(file, code)
  return file
}

test.each([
  ['works', 'process.exit(0)', undefined],
  ['says why not', 'process.stdout.write("no adapter"); process.exit(1)', 'no adapter'],
  ['crashes', 'process.kill(process.pid, "SIGSEGV")', 'the driver ended the process (SIGSEGV)'],
  ['hangs', 'for (;;);', 'the driver did not answer within 1 s'],
])('a driver that %s', async (_, code, reason) => {
  expect(await probeWith(await entry(code), 1000)('webgpu')).toBe(reason)
})
