import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import type { Document } from '#shared/document/document.ts'
import { poster } from './fixtures/documents.ts'
import { type Edit, editOf } from './fixtures/steps.ts'
import { closeLane, openTestStudio, temporaryFolder } from './fixtures/test-room.ts'

/** How often a program is killed: a few times in every run, fifty with `npm run test:soak`. */
const KILLS = process.env.BROADSIDE_SOAK ? 50 : 10
const PER_PROJECT = 5

const folder = temporaryFolder()
afterAll(async () => {
  await closeLane()
  folder.remove()
})

interface Promised {
  appended: number
  saved: number
}

/** Runs the editing program and kills it some time after it began; gives what it had been promised until then. */
async function editUntilKilled(home: string, id: string, seed: number, afterMs: number): Promise<Promised> {
  const child = fork(fileURLToPath(new URL('./fixtures/crash-child.ts', import.meta.url)), [home, id, String(seed)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const promised: Promised = { appended: 0, saved: 0 }
  child.on('message', (said: { opened?: number; appended?: number; saved?: number }) => {
    promised.appended = Math.max(promised.appended, said.appended ?? said.opened ?? 0)
    promised.saved = Math.max(promised.saved, said.saved ?? 0)
  })
  await once(child, 'message')
  await sleep(afterMs)
  child.kill('SIGKILL')
  await once(child, 'close')
  return promised
}

/** Exactly the steps up to the revision, none left out and none twice. */
function expectSteps(document: Document, revision: number, edit: Edit): void {
  const layers = new Map(document.layers.map((layer) => [layer.id, layer]))
  expect(layers).toEqual(new Map(edit.layers(revision).map((layer) => [layer.id, layer])))
}

test(`${KILLS} kills at random moments: nothing promised is lost, and the file is always whole`, async () => {
  let killedWithJournal = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const project = Math.floor(kill / PER_PROJECT)
    const home = join(folder.path, `home-${project}`)
    const seed = 1000 + project
    const edit = editOf(seed)
    const id = await projectIn(home)
    const promised = await editUntilKilled(home, id, seed, Math.random() * (kill % 2 ? 700 : 2500))

    // Another home sees only the file: what was saved is in it, whole.
    const file = join(home, 'projects', 'Poster.broadside')
    if (existsSync(file)) {
      const copy = join(folder.path, 'copy.broadside')
      copyFileSync(file, copy)
      const reader = openTestStudio(join(folder.path, `reader-${kill}`))
      const read = await reader.projects.open({ id: await reader.projects.adopt(copy) })
      expect(read.revision).toBeGreaterThanOrEqual(promised.saved)
      expectSteps(read.document, read.revision, edit)
      await reader.close()
    } else expect(promised.saved).toBe(0)

    const studio = openTestStudio(home)
    const opened = await studio.projects.open({ id })
    expect(opened.revision).toBeGreaterThanOrEqual(promised.appended)
    expect(opened).not.toHaveProperty('warnings')
    expectSteps(opened.document, opened.revision, edit)
    if (opened.recovered) killedWithJournal++
    // Every other time the next program finds the journal as the crash left it.
    if (kill % 2) await studio.projects.save({ handle: opened.handle })
    await studio.close()
  }
  expect(killedWithJournal).toBeGreaterThan(KILLS / 4)
}, 600_000)

async function projectIn(home: string): Promise<string> {
  const studio = openTestStudio(home)
  const [known] = await studio.projects.list()
  const id = known?.id ?? (await studio.projects.create({ name: 'Poster', document: poster() })).id
  await studio.close()
  return id
}
