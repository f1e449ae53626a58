import { appendFileSync, copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StudioError } from '#shared/errors.ts'
import { adding, poster, rectangle } from './fixtures/documents.ts'
import { closeLane, openTestStudio, type TestStudio, temporaryFolder } from './fixtures/test-room.ts'
import { JOURNAL_FORMAT, type JournalEntry, lineOf } from './journal.ts'
import { journalPath } from './opening.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A program that ended at any moment leaves a data folder. These are such folders, made line by line. */
let folder: ReturnType<typeof temporaryFolder>
let studio: TestStudio
let id: string
let path: string
const box = (name: string) => adding(rectangle(name, 1))
const journal = () => journalPath(studio.home, id)
const journals = () => readdirSync(join(studio.home, 'journals')).sort()
const kept = () => journals().filter((name) => name.endsWith('.aside'))

beforeEach(() => {
  folder = temporaryFolder()
  studio = openTestStudio(join(folder.path, 'home'))
})
afterEach(async () => {
  await studio.close()
  folder.remove()
})
afterAll(closeLane)

/** A saved project at revision 1, with three more steps in the journal and nobody who closed it. */
async function crashed(): Promise<void> {
  const made = await studio.projects.create({ name: 'Poster', document: poster() })
  await studio.projects.append({ handle: made.handle, base: 0, steps: [box('saved')] })
  await studio.projects.save({ handle: made.handle })
  for (const base of [1, 2, 3]) await studio.projects.append({ handle: made.handle, base, steps: [box(`s${base}`)] })
  id = made.id
  path = (await studio.projects.list())[0]!.path!
  const asKilled = readFileSync(journal())
  await studio.close()
  writeFileSync(journal(), asKilled)
}

async function restart(): Promise<void> {
  studio = openTestStudio(studio.home)
}

const lines = () =>
  readFileSync(journal(), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
const entries = () => lines().map((line) => JSON.parse(line.slice(9)) as JournalEntry)
const opened = async () => {
  const project = await studio.projects.open({ id })
  return { ...project, ids: project.document.layers.map((layer) => layer.id) }
}

test('edits that a killed program left are offered, and are there', async () => {
  await crashed()
  await restart()
  expect(await studio.projects.recoverable()).toEqual([id])
  expect(await studio.projects.list()).toMatchObject([{ id, unsaved: true }])
  const project = await opened()
  expect(project).toMatchObject({ recovered: true, revision: 4, savedRevision: 1, lost: [] })
  expect(project.ids).toEqual(['saved', 's1', 's2', 's3'])
  expect(project).not.toHaveProperty('warnings')
  expect(await studio.projects.recoverable()).toEqual([])
  await studio.projects.save({ handle: project.handle })
  expect(journals()).toEqual([])
})

test('edits of a project that was closed are there too, but nobody has to be told', async () => {
  await crashed()
  appendFileSync(journal(), lineOf({ type: 'closed' }))
  await restart()
  expect(await studio.projects.recoverable()).toEqual([])
  expect(await opened()).toMatchObject({ recovered: false, revision: 4, savedRevision: 1 })
})

test('a last line that was being written is ignored at every length, and the next one is whole', async () => {
  await crashed()
  const whole = readFileSync(journal())
  const last = lines().at(-1)!.length
  for (const missing of [1, 2, Math.floor(last / 2), last - 9, last - 1]) {
    writeFileSync(journal(), whole.subarray(0, whole.length - missing))
    await restart()
    const project = await opened()
    expect(project).toMatchObject({ recovered: true, revision: 3 })
    expect(project).not.toHaveProperty('warnings')
    await studio.projects.append({ handle: project.handle, base: 3, steps: [box('after')] })
    await studio.close()
    await restart()
    expect((await opened()).ids).toEqual(['saved', 's1', 's2', 'after'])
    await studio.close()
  }
  expect(kept()).toEqual([])
  await restart()
})

test('a last line of zeros, as a disk without power leaves it, is ignored', async () => {
  await crashed()
  appendFileSync(journal(), Buffer.alloc(4096))
  await restart()
  const project = await opened()
  expect(project).toMatchObject({ revision: 4, recovered: true })
  await studio.projects.append({ handle: project.handle, base: 4, steps: [box('after')] })
  expect(readFileSync(journal()).at(-1)).toBe('\n'.charCodeAt(0))
})

test('a damaged line in the middle ends recovery there, with a warning, and the journal is kept', async () => {
  await crashed()
  const all = lines()
  const damaged = [...all.slice(0, 2), all[2]!.replace('"s2"', '"S2"'), ...all.slice(3)].join('')
  writeFileSync(journal(), damaged)
  await restart()
  const project = await opened()
  expect(project.ids).toEqual(['saved', 's1'])
  expect(project).toMatchObject({
    revision: 2,
    warnings: [expect.stringMatching(/up to step 2: a line of it is damaged/)],
  })
  expect(kept()).toHaveLength(1)
  expect(readFileSync(join(studio.home, 'journals', kept()[0]!), 'utf8')).toBe(damaged)
  await studio.projects.append({ handle: project.handle, base: 2, steps: [box('after')] })
  await studio.close()
  await restart()
  expect((await opened()).ids).toEqual(['saved', 's1', 'after'])
})

test('a step that does not fit ends recovery there, too', async () => {
  await crashed()
  appendFileSync(journal(), lineOf({ type: 'steps', revision: 5, steps: [box('s1')] }))
  appendFileSync(journal(), lineOf({ type: 'steps', revision: 6, steps: [box('s9')] }))
  await restart()
  expect(await opened()).toMatchObject({ revision: 4, warnings: [expect.stringContaining('does not fit')] })
})

test('killed after the file was written and before the journal was shortened: no step is lost or comes twice', async () => {
  await crashed()
  await restart()
  const { handle } = await opened()
  const before = readFileSync(journal())
  await studio.projects.save({ handle })
  await studio.close()
  const { revision, stamp } = { revision: 4, stamp: await stampOf() }
  const later = lineOf({ type: 'steps', revision: 5, steps: [box('later')] })
  writeFileSync(journal(), Buffer.concat([before, lineOf({ type: 'saving', revision, stamp }), later]))
  await restart()
  const project = await opened()
  expect(project).toMatchObject({ revision: 5, savedRevision: 4, recovered: true })
  expect(project.ids).toEqual(['saved', 's1', 's2', 's3', 'later'])
})

/** Of the file as it is, by asking for a journal that builds on it. */
async function stampOf(): Promise<string> {
  const other = openTestStudio(join(folder.path, 'other'))
  const foreign = await other.projects.adopt(path)
  const { handle, revision } = await other.projects.open({ id: foreign })
  await other.projects.append({ handle, base: revision, steps: [box('probe')] })
  const [head] = readFileSync(journalPath(other.home, foreign), 'utf8').split('\n')
  await other.close()
  return (JSON.parse(head!.slice(9)) as { stamp: string }).stamp
}

test('killed before the file took its place: the mark of the save means nothing', async () => {
  await crashed()
  appendFileSync(journal(), lineOf({ type: 'saving', revision: 4, stamp: 'a'.repeat(64) }))
  await restart()
  const project = await opened()
  expect(project).toMatchObject({ revision: 4, savedRevision: 1, recovered: true })
  expect(project.ids).toEqual(['saved', 's1', 's2', 's3'])
})

test('a file that was changed elsewhere is opened as it is; edits that were made on another one are kept aside', async () => {
  await crashed()
  const other = openTestStudio(join(folder.path, 'other'))
  const foreign = await other.projects.adopt(path)
  const { handle } = await other.projects.open({ id: foreign })
  await other.projects.append({ handle, base: 1, steps: [box('theirs')] })
  await other.projects.save({ handle })
  await other.close()
  await restart()
  const project = await opened()
  expect(project.ids).toEqual(['saved', 'theirs'])
  expect(project).toMatchObject({ recovered: false, warnings: [expect.stringContaining('changed elsewhere')] })
  expect(kept()).toHaveLength(1)
})

test('an older copy of the file put in its place is known by the journal as long as it is one of its saves', async () => {
  await crashed()
  copyFileSync(path, join(folder.path, 'backup'))
  await restart()
  const first = await opened()
  await studio.projects.save({ handle: first.handle })
  await studio.close()
  copyFileSync(join(folder.path, 'backup'), path)
  await restart()
  expect((await opened()).ids).toEqual(['saved'])
})

test('a journal of a newer Broadside is left alone', async () => {
  await crashed()
  const [head, ...rest] = entries()
  writeFileSync(
    journal(),
    Buffer.concat([{ ...head, journal: JOURNAL_FORMAT + 1 } as JournalEntry, ...rest].map(lineOf)),
  )
  const before = readFileSync(journal())
  await restart()
  const error = await opened().catch((thrown) => thrown)
  expect(error).toBeInstanceOf(StudioError)
  expect(error).toMatchObject({ code: 'unsupported', where: { file: journal() } })
  expect(readFileSync(journal()).equals(before)).toBe(true)
})

test('a journal that was never whole promised nothing', async () => {
  await crashed()
  truncateSync(journal(), 40)
  await restart()
  const project = await opened()
  expect(project).toMatchObject({ revision: 1, recovered: false })
  expect(project).not.toHaveProperty('warnings')
})

test('killed before the first file took the place of another one: that is left alone, and nothing is lost', async () => {
  const made = await studio.projects.create({ name: 'Poster', document: poster() })
  await studio.projects.append({ handle: made.handle, base: 0, steps: [box('mine')] })
  const asKilled = readFileSync(journalPath(studio.home, made.id))
  id = made.id
  path = join(folder.path, 'Theirs.broadside')
  await studio.projects.saveAs({ handle: made.handle, name: 'x', place: studio.projects.registerPlace(path) })
  await studio.close()
  // The place was chosen; what lies there is a file of another project.
  const theirs = openTestStudio(join(folder.path, 'theirs'))
  const other = await theirs.projects.create({ name: 'Theirs', document: poster(2) })
  await theirs.projects.saveAs({ handle: other.handle, name: 'x', place: theirs.projects.registerPlace(path) })
  await theirs.close()
  writeFileSync(journal(), asKilled)
  const before = readFileSync(path)

  await restart()
  const project = await opened()
  expect(project).toMatchObject({ recovered: true, revision: 1, savedRevision: 0 })
  expect(project.ids).toEqual(['mine'])
  expect(project.path).toBeUndefined()
  await studio.projects.save({ handle: project.handle })
  expect(readFileSync(path).equals(before)).toBe(true)
})
