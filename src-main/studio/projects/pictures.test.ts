import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sha256Hex } from '#shared/canonical.ts'
import type { StudioError } from '#shared/errors.ts'
import { smallDisk } from './fixtures/disk.ts'
import { adding, picture, poster } from './fixtures/documents.ts'
import { libraryPicture } from './fixtures/pictures.ts'
import { closeLane, openTestStudio, type TestStudio, temporaryFolder } from './fixtures/test-room.ts'

vi.setConfig({ testTimeout: 120_000 })

let folder: ReturnType<typeof temporaryFolder>
let studio: TestStudio
const at = (...names: string[]) => join(folder.path, ...names)
beforeEach(() => {
  folder = temporaryFolder()
  studio = openTestStudio(at('home'))
})
afterEach(async () => {
  await studio.close()
  folder.remove()
})
afterAll(closeLane)

const failure = (promise: Promise<unknown>): Promise<StudioError> =>
  promise.then(
    () => expect.fail('expected a failure'),
    (error) => error,
  )

async function withPictures(...pictures: string[]) {
  const layers = pictures.map((sha256, n) => picture(`p${n}`, sha256))
  const { handle, id } = await studio.projects.create({ name: 'Art', document: poster() })
  await studio.projects.append({ handle, base: 0, steps: [adding(...layers)] })
  return { handle, id }
}

test('a file carries every picture and mask, hidden ones too, to a home that has none of them', async () => {
  const [shown, hidden, mask, spare] = [1, 2, 3, 4].map((seed) => libraryPicture(studio, { seed }))
  const { handle } = await studio.projects.create({ name: 'Art', document: poster() })
  const layers = [
    picture('a', await shown!, { mask: { asset: await mask } }),
    picture('b', await hidden!, { hidden: true }),
  ]
  await studio.projects.append({ handle, base: 0, steps: [adding(...layers)] })
  await spare
  expect(await studio.projects.save({ handle })).not.toHaveProperty('warnings')
  await studio.projects.close({ handle })

  const other = openTestStudio(at('other'))
  const id = await other.projects.adopt(at('home', 'projects', 'Art.broadside'))
  const opened = await other.projects.open({ id })
  expect(opened.lost).toEqual([])
  const { library } = await other.room.state()
  for (const sha256 of [await shown!, await hidden!, await mask!]) {
    expect(library.get(sha256)).toMatchObject({ kind: 'input', width: 16, height: 16, extension: 'png' })
    expect(sha256Hex(readFileSync(library.pathOf(sha256)!))).toBe(sha256)
  }
  expect(library.get(await spare!)).toBeUndefined()
  await other.close()
})

test('a file carries the pictures that only a value or a cell of its table names', async () => {
  const [own, value, cell] = await Promise.all([1, 2, 3].map((seed) => libraryPicture(studio, { seed })))
  const { handle } = await studio.projects.create({ name: 'Rows', document: poster() })
  const records = [
    picture('a', own!, { variable: 'fruit' }),
    { type: 'variable', id: 'fruit', value: value! },
    { type: 'column', id: 'c', name: 'fruit', kind: 'picture', order: 1 },
    { type: 'row', id: 'r', order: 1, cells: { c: cell! } },
  ]
  const added = Object.fromEntries(records.map((record) => [record.id, record]))
  await studio.projects.append({ handle, base: 0, steps: [{ added: added as never, updated: {}, removed: {} }] })
  expect(await studio.projects.save({ handle })).not.toHaveProperty('warnings')
  await studio.projects.close({ handle })

  const other = openTestStudio(at('other'))
  const id = await other.projects.adopt(at('home', 'projects', 'Rows.broadside'))
  expect(await other.projects.open({ id })).toMatchObject({ lost: [] })
  const { library } = await other.room.state()
  for (const sha256 of [own!, value!, cell!]) expect(library.get(sha256)).toBeDefined()
  await other.close()
})

test('a picture that is nowhere is named, costs nothing else, and is told on saving', async () => {
  const there = await libraryPicture(studio, { seed: 1 })
  const gone = 'f'.repeat(64)
  const { handle, id } = await withPictures(there, gone)
  expect(await studio.projects.save({ handle })).toMatchObject({
    warnings: [expect.stringContaining('1 of its pictures')],
  })
  await studio.projects.close({ handle })
  expect(await studio.projects.open({ id })).toMatchObject({ lost: [gone] })
})

test('a picture that vanished from the library is taken from the old file before that is replaced', async () => {
  const sha256 = await libraryPicture(studio)
  const { handle, id } = await withPictures(sha256)
  await studio.projects.save({ handle })
  const { library } = await studio.room.state()
  rmSync(library.pathOf(sha256)!)
  await studio.projects.append({ handle, base: 1, steps: [adding(picture('more', sha256))] })
  expect(await studio.projects.save({ handle })).not.toHaveProperty('warnings')
  rmSync(library.pathOf(sha256)!)
  await studio.projects.close({ handle })
  expect(await studio.projects.open({ id })).toMatchObject({ lost: [], revision: 2 })
  expect(existsSync(library.pathOf(sha256)!)).toBe(true)
})

test('two hundred pictures: saved in seconds, and all of them there in another home', async () => {
  const pictures: string[] = []
  for (let seed = 1; seed <= 200; seed++) pictures.push(await libraryPicture(studio, { seed, side: 48, noise: true }))
  const { handle } = await withPictures(...pictures)
  const began = performance.now()
  await studio.projects.save({ handle })
  expect(performance.now() - began).toBeLessThan(20_000) // about one on a machine with nothing else to do
  await studio.projects.close({ handle })
  const other = openTestStudio(at('other'))
  const id = await other.projects.adopt(at('home', 'projects', 'Art.broadside'))
  expect((await other.projects.open({ id })).lost).toEqual([])
  const { library } = await other.room.state()
  expect(pictures.filter((sha256) => existsSync(library.pathOf(sha256)!))).toHaveLength(200)
  await other.close()
})

test('a full disk: told as such, the old file whole, the edits safe, and the next try works', async (context) => {
  const disk = smallDisk(at('disk'), 512)
  if (!disk) context.skip('needs the right to mount a small disk')
  try {
    const small = await libraryPicture(studio, { seed: 1 })
    const large = await libraryPicture(studio, { seed: 2, side: 500, noise: true }) // 750 kB
    const { handle, id } = await withPictures(small)
    const path = join(disk!.path, 'Art.broadside')
    await studio.projects.saveAs({ handle, name: 'Art', place: studio.projects.registerPlace(path) })
    const before = readFileSync(path)
    await studio.projects.append({ handle, base: 1, steps: [adding(picture('large', large))] })
    expect(await failure(studio.projects.save({ handle }))).toMatchObject({
      code: 'no-space',
      where: { file: path },
      remedy: expect.stringContaining('kept in the journal'),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
    await studio.close()
    studio = openTestStudio(at('home'))
    const again = await studio.projects.open({ id })
    expect(again).toMatchObject({ revision: 2, savedRevision: 1 })
    const place = studio.projects.registerPlace(at('Art.broadside'))
    expect(await studio.projects.saveAs({ handle: again.handle, name: 'Art', place })).toMatchObject({
      savedRevision: 2,
    })
  } finally {
    await studio.projects.closeAll()
    disk!.remove()
  }
})

test('a full disk under the journal: the step is refused and has not happened', async (context) => {
  await studio.close()
  const disk = smallDisk(at('small'), 1024)
  if (!disk) context.skip('needs the right to mount a small disk')
  try {
    studio = openTestStudio(join(disk!.path, 'home'))
    const { handle, id } = await studio.projects.create({ name: 'x', document: poster() })
    let revision = 0
    const add = (count: number) =>
      studio.projects.append({
        ...{ handle, base: revision },
        steps: [adding(...Array.from({ length: count }, (_, n) => picture(`r${revision}-${n}`, 'a'.repeat(64))))],
      })
    revision = (await add(10)).revision
    writeFileSync(join(disk!.path, 'ballast'), Buffer.alloc(600_000))
    const error = await failure(add(2000))
    expect(error).toMatchObject({ code: 'no-space', where: { file: expect.stringContaining('journals') } })
    expect(readFileSync(error.where!.file!).at(-1)).toBe('\n'.charCodeAt(0))
    rmSync(join(disk!.path, 'ballast'))
    revision = (await add(5)).revision // what was cut off is not in the way
    expect(revision).toBe(2)
    await studio.close()
    studio = openTestStudio(join(disk!.path, 'home'))
    const again = await studio.projects.open({ id })
    expect(again.revision).toBe(2)
    expect(again.document.layers).toHaveLength(15)
    expect(again).not.toHaveProperty('warnings')
  } finally {
    await studio.close()
    disk!.remove()
    studio = openTestStudio(at('home'))
  }
})

test('a read-only disk: it opens, says why it cannot be saved, and goes on under another name', async (context) => {
  const disk = smallDisk(at('disk'), 512)
  if (!disk) context.skip('needs the right to mount a small disk')
  try {
    const { handle } = await withPictures(await libraryPicture(studio))
    const place = studio.projects.registerPlace(join(disk!.path, 'Art.broadside'))
    const { id } = await studio.projects.saveAs({ handle, name: 'Art', place })
    await studio.projects.close({ handle })
    disk!.readOnly(true)
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ readOnly: expect.stringContaining('another name'), lost: [] })
    expect(await failure(studio.projects.save({ handle: opened.handle }))).toMatchObject({ code: 'not-writable' })
    await studio.projects.append({ handle: opened.handle, base: 1, steps: [adding(picture('b', 'b'.repeat(64)))] })
    const copy = await studio.projects.saveAs({ handle: opened.handle, name: 'Copy' })
    expect(copy).toMatchObject({ revision: 2, savedRevision: 2 })
    expect(copy).not.toHaveProperty('readOnly')
  } finally {
    await studio.projects.closeAll()
    disk!.remove()
  }
})
