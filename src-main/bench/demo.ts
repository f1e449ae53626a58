import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Bench } from './measure.ts'
import { inScratch } from './starter.ts'

const CLI = fileURLToPath(new URL('../hosts/cli/main.ts', import.meta.url))

/** The README's first command: its time, and the largest process that it starts (Linux only). */
export const demo: Bench = {
  name: 'demo',
  run: () =>
    inScratch(async (scratch) => {
      const start = performance.now()
      const child = spawn(process.execPath, [CLI, 'demo', '--home', `${scratch}/home`, '--out', `${scratch}/out`], {
        stdio: 'ignore',
      })
      let peakBytes = 0
      const look = setInterval(() => {
        for (const pid of familyOf(child.pid)) peakBytes = Math.max(peakBytes, peakOf(pid))
      }, 100)
      const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
      clearInterval(look)
      const seconds = (performance.now() - start) / 1000
      return [
        { group: 'demo', name: 'npm run demo', value: seconds, unit: 's', most: 300, note: `exit code ${code}` },
        ...(peakBytes > 0
          ? [{ group: 'demo', name: 'largest process', value: peakBytes / 2 ** 30, unit: 'GiB', most: 2 }]
          : []),
      ]
    }),
}

function familyOf(root: number | undefined): number[] {
  if (root === undefined || process.platform !== 'linux') return []
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = read(`/proc/${name}/stat`)
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const family = [root]
  for (const pid of family) for (const [child, parent] of parents) if (parent === pid) family.push(child)
  return family
}

/** Peak resident bytes, VmHWM. */
function peakOf(pid: number): number {
  const match = /VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))
  return match ? Number(match[1]) * 1024 : 0
}

/** A process may end between two looks; then there is nothing to read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
