import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OpenProject } from '#shared/contract/project.ts'
import type { Document } from '#shared/document/document.ts'
import { applyPatch } from '#shared/document/patch.ts'
import { sessionSchema } from '#shared/document/session.ts'
import { StudioError } from '#shared/errors.ts'
import { adding, moving, poster, rectangle } from './fixtures/documents.ts'
import { closeLane, imagingLane, openTestStudio, type TestStudio, temporaryFolder } from './fixtures/test-room.ts'
import { GRACE_MS } from './orphans.ts'

vi.setConfig({ testTimeout: 60_000 })

let folder: ReturnType<typeof temporaryFolder>
let studio: TestStudio
const at = (...names: string[]) => join(folder.path, ...names)
const homeFiles = (name: string) => readdirSync(join(studio.home, name)).sort()

beforeEach(() => {
  folder = temporaryFolder()
  studio = openTestStudio(at('home'))
  imagingLane().warm()
})
afterEach(async () => {
  await studio.close()
  folder.remove()
})
afterAll(closeLane)

/** The service again, on the same data folder. */
async function restart(): Promise<void> {
  await studio.close()
  studio = openTestStudio(studio.home)
}

async function failure(promise: Promise<unknown>): Promise<StudioError> {
  const error = await promise.then(
    () => expect.fail('expected a failure'),
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(StudioError)
  return error
}

/** A busy machine draws it after the save. */
const thumbnailed = (id: string) =>
  vi.waitFor(async () => expect((await summaryOf(id)).thumbnail).toBeDefined(), 20_000)

const summaryOf = async (id: string) => (await studio.projects.list()).find((one) => one.id === id)!
const idsOf = ({ layers }: Document) => layers.map(({ id }) => id)
const box = (id: string) => adding(rectangle(id, 1))

/** A project with one rectangle, saved and open. */
async function saved(name = 'Poster'): Promise<OpenProject> {
  const { handle } = await studio.projects.create({ name, document: poster() })
  await studio.projects.append({ handle, base: 0, steps: [box('a')] })
  await studio.projects.save({ handle })
  await studio.projects.close({ handle })
  const made = (await studio.projects.list()).find((one) => one.name === name)!
  return studio.projects.open({ id: made.id })
}

describe('a new project', () => {
  test('is in its journal alone until it is saved, then in a file of its name', async () => {
    const made = await studio.projects.create({ name: 'Honey: spring/summer', document: poster() })
    expect(made).toMatchObject({ name: 'Honey: spring/summer', revision: 0, savedRevision: 0, recovered: false })
    expect(made.path).toBeUndefined()
    const { handle, id } = made
    expect(await studio.projects.append({ handle, base: 0, steps: [box('a')] })).toEqual({ revision: 1 })
    expect(homeFiles('projects')).toEqual([])
    const saved = await studio.projects.save({ handle })
    expect(saved).toEqual({ revision: 1, at: expect.any(Number) })
    expect(homeFiles('projects')).toEqual(['.Honey spring summer.broadside.lock', 'Honey spring summer.broadside'])
    expect(homeFiles('journals')).toEqual([])
    expect(studio.events).toEqual([{ type: 'saved', project: id, ...saved }])
    await thumbnailed(id)
    await studio.projects.close({ handle })
    expect(homeFiles('projects')).toEqual(['Honey spring summer.broadside'])

    await restart()
    const [summary] = await studio.projects.list()
    expect(summary).toMatchObject({ id, name: 'Honey spring summer', artboards: 1, unsaved: false, open: false })
    expect(existsSync(studio.projects.thumbnailPath(summary!.thumbnail!))).toBe(true)
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ id, revision: 1, savedRevision: 1, recovered: false, name: 'Honey spring summer' })
    expect(opened.document.name).toBe('Honey spring summer')
    expect(idsOf(opened.document)).toEqual(['a'])
  })

  test('that nobody touched leaves nothing behind; one with edits keeps them', async () => {
    const empty = await studio.projects.create({ name: 'Nothing' })
    await studio.projects.close({ handle: empty.handle })
    const edited = await studio.projects.create({ name: 'Something' })
    const board = { ...poster().artboards[0]!, id: 'page' }
    await studio.projects.append({
      ...{ handle: edited.handle, base: 0 },
      steps: [{ ...box('a'), added: { page: board } }],
    })
    await studio.projects.close({ handle: edited.handle })
    await restart()
    expect(await studio.projects.list()).toMatchObject([{ id: edited.id, name: 'Something', unsaved: false }])
    const again = await studio.projects.open({ id: edited.id })
    expect(again).toMatchObject({ revision: 1, savedRevision: 0, recovered: false })
    expect(again.document.artboards).toEqual([board])
  })

  test('of a taken name gets the next one', async () => {
    await saved('Poster')
    const { handle } = await studio.projects.create({ name: 'Poster', document: poster() })
    await studio.projects.save({ handle })
    expect(homeFiles('projects').filter((name) => !name.startsWith('.'))).toEqual([
      'Poster 2.broadside',
      'Poster.broadside',
    ])
  })

  test('is refused with a document that is none', async () => {
    const error = await failure(studio.projects.create({ name: 'x', document: { format: 1, artboards: 3 } }))
    expect(error).toMatchObject({ code: 'usage', where: { field: 'artboards' } })
    expect(await studio.projects.list()).toEqual([])
  })
})

describe('steps', () => {
  test('build on the current revision, or are refused with what to do', async () => {
    const { handle } = await saved()
    const error = await failure(studio.projects.append({ handle, base: 0, steps: [box('b')] }))
    expect(error).toMatchObject({ code: 'usage', where: { field: 'base' }, remedy: expect.stringContaining('again') })
    expect(error.message).toContain('revision 0')
    expect(error.message).toContain('at 1')
  })

  test('sent again because the answer got lost are answered the same, also after a restart', async () => {
    const { handle, id } = await saved()
    const request = { handle, base: 1, steps: [box('b'), box('c')] }
    expect(await studio.projects.append(request)).toEqual({ revision: 3 })
    expect(await studio.projects.append(request)).toEqual({ revision: 3 })
    await restart()
    const again = await studio.projects.open({ id })
    expect(await studio.projects.append({ ...request, handle: again.handle })).toEqual({ revision: 3 })
    expect(idsOf((await studio.projects.revert({ handle: again.handle })).document)).toEqual(['a'])
  })

  test('that do not fit change nothing, not even the ones before them in the same call', async () => {
    const { handle, id, document } = await saved()
    const stranger = { ...document.layers[0]!, id: 'stranger' }
    const steps = [box('b'), moving(stranger, 9)]
    expect(await failure(studio.projects.append({ handle, base: 1, steps }))).toMatchObject({ code: 'usage' })
    expect(await studio.projects.append({ handle, base: 1, steps: [box('b')] })).toEqual({ revision: 2 })
    await restart()
    expect(idsOf((await studio.projects.open({ id })).document)).toEqual(['a', 'b'])
  })

  test('many under way at once keep their order and share the disk', async () => {
    const { handle, id } = await saved()
    const began = performance.now()
    const appends = Array.from({ length: 300 }, (_, n) =>
      studio.projects.append({ handle, base: 1 + n, steps: [box(`s${n}`)] }),
    )
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(appends.map((_, n) => n + 2))
    expect(performance.now() - began).toBeLessThan(5000) // 300 single fsyncs would be slower on any disk
    await restart()
    expect((await studio.projects.open({ id })).document.layers).toHaveLength(301)
  })

  test('go on while a save is under way, and stay in the journal', async () => {
    const { handle, id } = await saved()
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    const saving = studio.projects.save({ handle })
    for (let n = 2; n < 30; n++) await studio.projects.append({ handle, base: n, steps: [box(`during-${n}`)] })
    const { revision } = await saving
    expect(revision).toBeLessThan(30)
    await restart()
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ revision: 30, savedRevision: revision })
    expect(opened.document.layers).toHaveLength(30)
    expect((await studio.projects.revert({ handle: opened.handle })).document.layers).toHaveLength(revision)
  })

  test('on a document of 2,000 layers cost milliseconds', async () => {
    const { handle, document } = await studio.projects.create({ name: 'Large', document: poster(2000) })
    let layer = document.layers[1000]!
    const times: number[] = []
    for (let n = 0; n < 50; n++) {
      const patch = moving(layer, n)
      const began = performance.now()
      await studio.projects.append({ handle, base: n, steps: [patch] })
      times.push(performance.now() - began)
      layer = patch.updated[layer.id]![1] as typeof layer
    }
    const median = times.sort((a, b) => a - b)[25]!
    expect(median).toBeLessThan(30) // most of it is the disk; applyPatch alone takes longer
  })
})

describe('saving', () => {
  test('what has not changed writes nothing', async () => {
    const { handle, path } = await saved()
    utimesSync(path!, 1, 1)
    const error = await failure(studio.projects.save({ handle }))
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('another program') })
    await studio.projects.revert({ handle })
    const before = readFileSync(path!)
    expect(await studio.projects.save({ handle })).toMatchObject({ revision: 1 })
    expect(readFileSync(path!)).toEqual(before)
  })

  test('never over what another program wrote meanwhile', async () => {
    const { handle, path } = await saved()
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    writeFileSync(path!, 'theirs')
    expect(await failure(studio.projects.save({ handle }))).toMatchObject({
      code: 'usage',
      where: { file: path },
      remedy: expect.stringContaining('another name'),
    })
    expect(readFileSync(path!, 'utf8')).toBe('theirs')
    const elsewhere = await studio.projects.saveAs({ handle, name: 'Mine' })
    expect(idsOf(elsewhere.document)).toEqual(['a', 'b'])
  })

  test('the same content gives the same bytes', async () => {
    const { handle, path, id } = await saved('One')
    const other = await studio.projects.create({ name: 'One', document: poster() })
    await studio.projects.append({ handle: other.handle, base: 0, steps: [box('a')] })
    await studio.projects.save({ handle: other.handle })
    for (const drawn of [id, other.id]) await thumbnailed(drawn)
    const place = studio.projects.registerPlace(at('One.broadside'))
    await studio.projects.saveAs({ handle: other.handle, name: 'One', place })
    const again = studio.projects.registerPlace(at('again', 'One.broadside'))
    mkdirSync(at('again'))
    await studio.projects.saveAs({ handle, name: 'One', place: again })
    expect(readFileSync(at('again', 'One.broadside')).equals(readFileSync(at('One.broadside')))).toBe(true)
    expect(existsSync(path!)).toBe(true)
  })

  test('a file that was deleted is written anew; one whose folder is gone is told, and the edits stay', async () => {
    const { handle, id, path } = await saved()
    rmSync(path!)
    expect(await studio.projects.save({ handle })).toMatchObject({ revision: 1 })
    expect(existsSync(path!)).toBe(true)
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    renameSync(join(studio.home, 'projects'), at('elsewhere'))
    expect(await failure(studio.projects.save({ handle }))).toMatchObject({
      code: 'not-found',
      where: { file: path },
      remedy: expect.stringContaining('disk'),
    })
    renameSync(at('elsewhere'), join(studio.home, 'projects'))
    expect(await studio.projects.save({ handle })).toMatchObject({ revision: 2 })
    await restart()
    expect(idsOf((await studio.projects.open({ id })).document)).toEqual(['a', 'b'])
  })

  test('remembers how the document was looked at', async () => {
    const { handle, id } = await saved()
    const looking = sessionSchema.parse({ selection: ['a', 'gone'], zoom: 2, x: 5, y: 6 })
    await studio.projects.session({ handle, session: looking })
    await restart()
    expect((await studio.projects.open({ id })).session).toEqual({ ...looking, selection: ['a'], artboard: 'board' })
  })
})

describe('saving under another name', () => {
  test('makes another project; the old file stays as it was saved', async () => {
    const old = await saved('Old')
    await studio.projects.append({ handle: old.handle, base: 1, steps: [box('b')] })
    const made = await studio.projects.saveAs({ handle: old.handle, name: 'New' })
    expect(made).toMatchObject({ handle: old.handle, name: 'New', revision: 2, savedRevision: 2 })
    expect(made.id).not.toBe(old.id)
    expect(made.document.name).toBe('New')
    expect(await studio.projects.append({ handle: made.handle, base: 2, steps: [box('c')] })).toEqual({ revision: 3 })
    const before = await studio.projects.open({ id: old.id })
    expect(before).toMatchObject({ name: 'Old', revision: 1, recovered: false })
    await restart()
    const after = await studio.projects.open({ id: made.id })
    expect(idsOf(after.document)).toEqual(['a', 'b', 'c'])
  })

  test('gives a new project its place', async () => {
    const { handle, id } = await studio.projects.create({ name: 'x', document: poster() })
    const place = studio.projects.registerPlace(at('Desk top'))
    const made = await studio.projects.saveAs({ handle, name: 'ignored', place })
    expect(made).toMatchObject({ id, handle, name: 'Desk top', path: at('Desk top.broadside'), savedRevision: 0 })
    await restart()
    expect(await studio.projects.open({ id })).toMatchObject({ path: at('Desk top.broadside') })
  })

  test('takes the place of a file that the user chose, but never of one that is open', async () => {
    const victim = await saved('Victim')
    const { handle } = await studio.projects.create({ name: 'x', document: poster() })
    const place = studio.projects.registerPlace(victim.path!)
    expect(await failure(studio.projects.saveAs({ handle, name: 'x', place }))).toMatchObject({ code: 'locked' })
    await studio.projects.close({ handle: victim.handle })
    const made = await studio.projects.saveAs({ handle, name: 'x', place })
    expect(made.path).toBe(victim.path)
    expect((await studio.projects.list()).map(({ id }) => id)).toEqual([made.id])
    await studio.projects.close({ handle })
    expect(idsOf((await studio.projects.open({ id: made.id })).document)).toEqual([])
  })

  test('at an unknown place is refused, and a failed one leaves everything as it was', async () => {
    const { handle, path } = await saved()
    expect(await failure(studio.projects.saveAs({ handle, name: 'x', place: 'nowhere' }))).toMatchObject({
      code: 'not-found',
      where: { field: 'place' },
    })
    mkdirSync(at('gone'))
    const place = studio.projects.registerPlace(at('gone', 'x.broadside'))
    rmSync(at('gone'), { recursive: true })
    expect((await failure(studio.projects.saveAs({ handle, name: 'x', place }))).where?.file).toBe(
      at('gone', 'x.broadside'),
    )
    expect(await studio.projects.append({ handle, base: 1, steps: [box('b')] })).toEqual({ revision: 2 })
    expect(await studio.projects.save({ handle })).toMatchObject({ revision: 2 })
    expect(existsSync(path!)).toBe(true)
  })
})

describe('reverting', () => {
  test('goes back to the file', async () => {
    const { handle, document } = await saved()
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    const back = await studio.projects.revert({ handle })
    expect(back).toMatchObject({ handle, revision: 1, savedRevision: 1 })
    expect(back.document).toEqual(document)
    expect(homeFiles('journals')).toEqual([])
    expect(await studio.projects.append({ handle, base: 1, steps: [box('other')] })).toEqual({ revision: 2 })
  })

  test('of a project without a file goes back to how it began', async () => {
    const { handle, id, document } = await studio.projects.create({ name: 'x', document: poster(3) })
    await studio.projects.append({ handle, base: 0, steps: [box('b')] })
    expect((await studio.projects.revert({ handle })).document).toEqual(document)
    await restart()
    expect(await studio.projects.open({ id })).toMatchObject({ revision: 0, document })
  })
})

describe('two windows', () => {
  test('cannot have the same project', async () => {
    const { id, path } = await saved()
    expect(await failure(studio.projects.open({ id }))).toMatchObject({
      code: 'locked',
      message: 'Poster.broadside is open in another window of this program',
      where: { file: path },
    })
    expect(await failure(studio.projects.remove({ id }))).toMatchObject({ code: 'locked' })
  })

  test('asking at the same moment: one gets it', async () => {
    const { id, handle } = await saved()
    await studio.projects.close({ handle })
    const both = await Promise.allSettled([studio.projects.open({ id }), studio.projects.open({ id })])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = both.find((one) => one.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'locked', message: expect.stringContaining('another window') })
  })

  test('a window that loads again takes over from itself, with every edit', async () => {
    const { id, handle } = await saved()
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    studio.projects.orphan(handle)
    const again = await studio.projects.open({ id })
    expect(again).toMatchObject({ id, revision: 2, savedRevision: 1, recovered: false })
    expect(again.handle).not.toBe(handle)
    expect(await failure(studio.projects.append({ handle, base: 2, steps: [box('c')] }))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('another window'),
    })
    expect(await studio.projects.append({ handle: again.handle, base: 2, steps: [box('c')] })).toEqual({ revision: 3 })
  })

  test('the same window may always have its project back; another one may not', async () => {
    const { id, handle } = await saved()
    await studio.projects.close({ handle })
    const first = await studio.projects.open({ id, window: 'a' })
    expect(await failure(studio.projects.open({ id, window: 'b' }))).toMatchObject({ code: 'locked' })
    expect(await failure(studio.projects.open({ id }))).toMatchObject({ code: 'locked' })
    const again = await studio.projects.open({ id, window: 'a' })
    expect(again.handle).not.toBe(first.handle)
    studio.projects.orphan(first.handle) // the old connection's end is noticed late, and means nothing any more
    expect(await failure(studio.projects.open({ id, window: 'b' }))).toMatchObject({ code: 'locked' })
    expect(await studio.projects.append({ handle: again.handle, base: 1, steps: [box('b')] })).toEqual({ revision: 2 })
  })

  test('one that closes a project and one that opens it at the same moment do not disturb each other', async () => {
    const { id, handle } = await saved()
    const [, opened] = await Promise.all([studio.projects.close({ handle }), studio.projects.open({ id })])
    expect(await studio.projects.append({ handle: opened.handle, base: 1, steps: [box('b')] })).toEqual({ revision: 2 })
  })

  test('a window that only lost its connection goes on', async () => {
    const { id, handle } = await saved()
    studio.projects.orphan(handle)
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    expect(await failure(studio.projects.open({ id }))).toMatchObject({ code: 'locked' })
  })

  test('of two programs over one file: the second is told who has it', async () => {
    const { path } = await saved()
    const other = openTestStudio(at('other'), { what: 'the other studio' })
    const id = await other.projects.adopt(path!)
    expect(await failure(other.projects.open({ id }))).toMatchObject({
      code: 'locked',
      message: expect.stringMatching(/^Poster.broadside is open in "test studio" \(process \d+, since /),
      where: { file: path },
    })
    await studio.close()
    expect(await other.projects.open({ id })).toMatchObject({ revision: 1 })
    await other.close()
    studio = openTestStudio(studio.home)
  })
})

describe('a window that is gone for good', () => {
  /** Time passes when the test says so. */
  let clock: { at: number; due: { at: number; work: () => void }[] }
  let jobs: boolean
  const pass = async (ms: number) => {
    clock.at += ms
    const due = clock.due.filter(({ at }) => at <= clock.at)
    clock.due = clock.due.filter((one) => !due.includes(one))
    for (const { work } of due) work()
  }
  const later = (ms: number, work: () => void) => {
    const one = { at: clock.at + ms, work }
    clock.due.push(one)
    return () => {
      clock.due = clock.due.filter((other) => other !== one)
    }
  }
  const lockOf = (path: string) => join(path, '..', `.${basename(path)}.lock`)
  beforeEach(async () => {
    await studio.close()
    clock = { at: 0, due: [] }
    jobs = false
    studio = openTestStudio(at('home'), { later, hasJobs: () => jobs })
  })

  test('leaves the file to others after a while, and comes back to every edit', async () => {
    const { id, path, handle } = await saved()
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    studio.projects.orphan(handle)
    await pass(GRACE_MS - 1)
    expect(existsSync(lockOf(path!))).toBe(true)
    await pass(1)
    await vi.waitFor(() => expect(existsSync(lockOf(path!))).toBe(false))
    expect(await failure(studio.projects.append({ handle, base: 2, steps: [box('c')] }))).toMatchObject({
      code: 'not-found',
    })
    const again = await studio.projects.open({ id, window: 'a' })
    expect(again).toMatchObject({ id, revision: 2, savedRevision: 1, recovered: false })
    expect(idsOf(again.document)).toEqual(['a', 'b'])
    // A step whose answer got lost with the old window is not made twice.
    expect(await studio.projects.append({ handle: again.handle, base: 1, steps: [box('b')] })).toEqual({ revision: 2 })
  })

  test('is waited for while something is made for its project', async () => {
    const { path, handle } = await saved()
    jobs = true
    studio.projects.orphan(handle)
    await pass(GRACE_MS)
    await pass(GRACE_MS)
    expect(existsSync(lockOf(path!))).toBe(true)
    jobs = false
    await pass(GRACE_MS)
    await vi.waitFor(() => expect(existsSync(lockOf(path!))).toBe(false))
  })

  test('and is back in time keeps what it has', async () => {
    const { id, handle } = await saved()
    studio.projects.orphan(handle)
    await pass(GRACE_MS - 1)
    await studio.projects.append({ handle, base: 1, steps: [box('b')] })
    await pass(GRACE_MS)
    await studio.projects.append({ handle, base: 2, steps: [box('c')] })
    studio.projects.orphan(handle)
    await pass(GRACE_MS - 1)
    const taken = await studio.projects.open({ id })
    await pass(GRACE_MS)
    expect(await studio.projects.append({ handle: taken.handle, base: 3, steps: [box('d')] })).toEqual({ revision: 4 })
  })

  test('and had nothing worth keeping yet finds its project all the same', async () => {
    const { id, handle } = await studio.projects.create({ name: 'Untouched' })
    studio.projects.orphan(handle)
    await pass(GRACE_MS)
    await pass(GRACE_MS)
    expect(await studio.projects.open({ id, window: 'a' })).toMatchObject({ id, name: 'Untouched', revision: 0 })
  })
})

describe('files', () => {
  test('keep their id wherever they lie, links lead to the same one', async () => {
    const { handle, path, id } = await saved()
    await studio.projects.close({ handle })
    symlinkSync(path!, at('link.broadside'))
    expect(await studio.projects.adopt(at('link.broadside'))).toBe(id)
    expect(await studio.projects.adopt(path!)).toBe(id)
  })

  test('put into the folder appear; one that was moved away is told and can be opened where it is', async () => {
    const { handle, path, id } = await saved()
    await studio.projects.close({ handle })
    renameSync(path!, at('Moved.broadside'))
    expect(await summaryOf(id)).toMatchObject({ missing: true })
    expect(await failure(studio.projects.open({ id }))).toMatchObject({
      code: 'not-found',
      message: 'Poster.broadside is not there any more: it was moved, renamed or deleted',
      where: { file: path },
    })
    renameSync(at('Moved.broadside'), join(studio.home, 'projects', 'Moved.broadside'))
    const found = (await studio.projects.list()).find(({ name }) => name === 'Moved')!
    expect(idsOf((await studio.projects.open({ id: found.id })).document)).toEqual(['a'])
  })

  test('that are removed are deleted in the data folder and forgotten elsewhere', async () => {
    const inside = await saved('Inside')
    await studio.projects.close({ handle: inside.handle })
    const outside = await saved('Outside')
    const place = studio.projects.registerPlace(at('Out.broadside'))
    const out = await studio.projects.saveAs({ handle: outside.handle, name: 'Out', place })
    await studio.projects.close({ handle: out.handle })
    for (const { id } of [inside, out]) await studio.projects.remove({ id })
    expect(existsSync(inside.path!)).toBe(false)
    expect(existsSync(at('Out.broadside'))).toBe(true)
    expect((await studio.projects.list()).map(({ name }) => name)).toEqual(['Outside'])
  })

  test('that arrive by upload become projects of the data folder', async () => {
    const { handle, path } = await saved()
    await studio.projects.close({ handle })
    renameSync(path!, at('upload-7'))
    const id = await studio.projects.bring(at('upload-7'), 'Poster.broadside')
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ name: 'Poster 2', revision: 1 })
  })

  test('a lost registry is made again from files and journals', async () => {
    const { handle, id, document } = await saved()
    const patch = box('b')
    await studio.projects.append({ handle, base: 1, steps: [patch] })
    const fresh = await studio.projects.create({ name: 'Fresh', document: poster() })
    await studio.projects.append({ handle: fresh.handle, base: 0, steps: [box('b')] })
    await studio.close()
    for (const name of readdirSync(studio.home)) if (name.startsWith('projects.sqlite')) rmSync(join(studio.home, name))
    studio = openTestStudio(studio.home)
    expect((await studio.projects.list()).map(({ id }) => id).sort()).toEqual([id, fresh.id].sort())
    expect((await studio.projects.open({ id })).document).toEqual(applyPatch(document, patch))
    expect(idsOf((await studio.projects.open({ id: fresh.id })).document)).toEqual(['b'])
  })
})
