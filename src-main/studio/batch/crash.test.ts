import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { smallDisk } from '../projects/fixtures/disk.ts'
import { createStudio } from '../studio.ts'
import { request, rows } from './fixtures/plans.ts'
import { treeOf } from './fixtures/tree.ts'

/** How often a batch is killed, and how many files it has: a few in every run, many with `npm run test:soak`. */
const [KILLS, ROWS] = process.env.BROADSIDE_SOAK ? [50, 100] : [6, 30]

vi.setConfig({ testTimeout: KILLS * 30_000 })

const root = mkdtempSync(join(tmpdir(), 'broadside-batch-crash-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const child = (home: string, folder: string) =>
  fork(fileURLToPath(new URL('./fixtures/batch-child.ts', import.meta.url)), [home, folder, String(ROWS)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

/** What an undisturbed run leaves. */
async function undisturbed(folder: string): Promise<Record<string, string>> {
  const one = child(join(root, 'straight-home'), folder)
  await once(one, 'close')
  return treeOf(folder)
}

test(`${KILLS} kills at random moments: the folder ends as if there had been none`, async () => {
  const straight = await undisturbed(join(root, 'straight'))
  expect(Object.keys(straight)).toHaveLength(2 * ROWS + 3)
  const [home, folder] = [join(root, 'killed-home'), join(root, 'killed')]
  let inTheMiddle = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const one = child(home, folder)
    const closed = once(one, 'close')
    await Promise.race([once(one, 'message'), closed])
    await sleep(Math.random() * 1500)
    one.kill('SIGKILL')
    await closed
    const names = readdirSync(folder)
    if (!names.includes('manifest.json')) inTheMiddle++
    // Whatever has its final name is whole.
    for (const [name, sha256] of Object.entries(treeOf(folder)))
      if (!name.startsWith('.')) expect([name, sha256]).toEqual([name, straight[name]])
    // Every few kills it is all there: begin anew.
    if (names.includes('manifest.json')) rmSync(folder, { recursive: true })
  }
  expect(inTheMiddle).toBeGreaterThan(0)
  await once(child(home, folder), 'close')
  expect(treeOf(folder)).toEqual(straight)
})

const disk = smallDisk(join(root, 'disk'), 20 * 1024)
afterAll(() => disk?.remove())

test.skipIf(!disk)(
  'a full disk is a pause with the reason; with room again it ends as if there had been none',
  async () => {
    const folder = join(disk!.path, 'out')
    const filler = join(disk!.path, 'filler')
    const studio = createStudio({ home: join(root, 'full-home'), starters: [] })
    const plan = request({ rows: rows(40) })
    const first = await studio.batches.startIn({ ...plan, folder: join(root, 'roomy') })
    await studio.batches.settled(first.id)

    const { id } = await studio.batches.startIn({ ...plan, folder })
    while ((await studio.batches.get(id)).done < 3) await sleep(5)
    fill(filler)
    const full = await studio.batches.settled(id)
    expect(full).toMatchObject({ state: 'paused', failed: 0, error: { code: 'no-space' } })
    expect(full.done).toBeLessThan(80)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])

    // Still full: it says so again, and nothing is lost.
    await studio.batches.resume(id)
    expect(await studio.batches.settled(id)).toMatchObject({ state: 'paused', failed: 0, error: { code: 'no-space' } })

    rmSync(filler)
    await studio.batches.resume(id)
    expect(await studio.batches.settled(id)).toMatchObject({ state: 'done', done: 80, failed: 0 })
    await studio.close()
    expect(treeOf(folder)).toEqual(treeOf(join(root, 'roomy')))
  },
)

test.skipIf(!disk)('too little room is told before the first file', async () => {
  const folder = join(disk!.path, 'small')
  const filler = join(disk!.path, 'filler')
  const studio = createStudio({ home: join(root, 'full-home'), starters: [] })
  fill(filler)
  const { id } = await studio.batches.startIn({ ...request({ rows: rows(40) }), folder })
  const batch = await studio.batches.settled(id)
  await studio.close()
  rmSync(filler)
  expect(batch).toMatchObject({ state: 'paused', done: 0, error: { code: 'no-space' } })
  expect(readdirSync(folder)).toEqual([])
})

test.skipIf(!disk)('a disk that turns read-only is a pause, too', async () => {
  const folder = join(disk!.path, 'turning')
  const studio = createStudio({ home: join(root, 'read-only-home'), starters: [] })
  const { id } = await studio.batches.startIn({ ...request({ rows: rows(40) }), folder })
  while ((await studio.batches.get(id)).done < 3) await sleep(5)
  await studio.batches.pause(id)
  disk!.readOnly(true)
  await studio.batches.resume(id)
  const paused = await studio.batches.settled(id)
  disk!.readOnly(false)
  expect(paused).toMatchObject({ state: 'paused', error: { code: 'not-writable' } })
  await studio.batches.resume(id)
  expect(await studio.batches.settled(id)).toMatchObject({ state: 'done', done: 80 })
  await studio.close()
})

/** All of the disk but what nobody can have. */
function fill(path: string): void {
  const block = Buffer.alloc(64 * 1024)
  for (;;) {
    try {
      writeFileSync(path, block, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
  }
}
