import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Artifact } from '#shared/contract/artifact.ts'
import { openExact } from './exact.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

const home = mkdtempSync(join(tmpdir(), 'broadside-exact-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A worker whose every picture has 100 bytes; `made` counts them. */
let made = 0
const run = async ({ task, out }: { task: string; out: string }) => {
  if (task === 'encode') made++
  writeFileSync(out, new Uint8Array(100))
  return { path: out, width: 1, height: 1, channels: 3, sha256: '', bytes: 100 }
}
const room = { home, imaging: { run } } as unknown as Room
const state = {
  library: { pathOf: () => join(home, 'picture') },
  scratch: async () => mkdtempSync(join(home, 'scratch-')),
} as unknown as State
const artifact = { sha256: 'ab'.repeat(32) } as Artifact
const of = (side: number) => ({ width: side, height: side })
const folder = join(home, 'library', 'pyramid', 'ab')
const sides = () => readdirSync(folder).map((name) => Number(/(\d+)\.png$/.exec(name)![1]))

test('what was not asked for longest makes room, also what an earlier start left', async () => {
  const first = openExact(room, state, 350)
  const paths = []
  for (const side of [1, 2, 3]) paths.push(await first.file(artifact, of(side)))
  await first.file(artifact, of(1))
  await first.file(artifact, of(4))
  expect(sides().sort()).toEqual([1, 3, 4])
  expect(made).toBe(4)

  utimesSync(paths[2]!, new Date(0), new Date(0))
  const second = openExact(room, state, 350)
  await second.file(artifact, of(5))
  expect(sides().sort()).toEqual([1, 4, 5])
})

test('a file that somebody took away is made again', async () => {
  const exact = openExact(room, state)
  const before = made
  rmSync(await exact.file(artifact, of(5)))
  await exact.file(artifact, of(5))
  expect(made).toBe(before + 1)
})
