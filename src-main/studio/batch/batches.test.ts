import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Batch } from '#shared/contract/batch.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import type { StudioError } from '#shared/errors.ts'
import { TINY } from '../fixtures/package-copy.ts'
import { starterFolder } from '../program.ts'
import { createStudio } from '../studio.ts'
import { card, request, rows, spec } from './fixtures/plans.ts'
import { treeOf } from './fixtures/tree.ts'

vi.setConfig({ testTimeout: 180_000 })

/** Chromium brings a Vulkan that runs on the processor: slow, but a second device. */
const SOFTWARE_VULKAN = '/usr/lib/chromium/vk_swiftshader_icd.json'
if (process.env.VK_ICD_FILENAMES === undefined && existsSync(SOFTWARE_VULKAN))
  process.env.VK_ICD_FILENAMES = SOFTWARE_VULKAN

let root: string
let studio: StudioApi
let picture: string
const at = (...parts: string[]) => join(root, ...parts)
const open = (name = 'home') => createStudio({ home: at(name), starters: [TINY, starterFolder()] })
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'broadside-batch-'))
  studio = open()
  const { manifest, hash } = await studio.models.get('tiny-gan')
  const { draftImage } = await import('#shared/recipe/draft.ts')
  const recipe = draftImage(manifest, hash, { seed: 5 }) as Parameters<StudioApi['images']['generate']>[0]
  picture = (await studio.images.generate(recipe)).artifacts[0]!.sha256
})
afterAll(async () => {
  await studio.close()
  rmSync(root, { recursive: true, force: true })
})

async function make(folder: string, more: Parameters<typeof request>[0] = {}, from = studio): Promise<Batch> {
  const { id } = await from.batches.startIn({ ...request(more), folder: at(folder) })
  return from.batches.settled(id)
}

const failure = (promise: Promise<unknown>): Promise<StudioError> =>
  promise.then(
    () => expect.fail('expected a failure'),
    (error) => error,
  )

const manifestOf = (folder: string) => JSON.parse(readFileSync(at(folder, 'manifest.json'), 'utf8'))

describe('a batch', () => {
  test('comes out as files, manifests and a contact sheet, twice the same', async () => {
    const batch = await make('one')
    expect(batch).toMatchObject({ state: 'done', files: 6, done: 6, failed: 0, waiting: 0, making: 0 })
    const tree = treeOf(at('one'))
    expect(Object.keys(tree)).toEqual([
      '001_Lemon 1_1.png',
      '002_Lemon 1_2.png',
      '003_柠檬 2_1.png',
      '004_柠檬 2_2.png',
      '005_Lemon 3_1.png',
      '006_Lemon 3_2.png',
      'contact-sheet.pdf',
      'manifest.csv',
      'manifest.json',
    ])
    const { files } = manifestOf('one')
    for (const { path, sha256 } of files) expect(tree[path]).toBe(sha256)
    const elsewhere = open('another-home')
    await make('two', {}, elsewhere)
    await elsewhere.close()
    expect(treeOf(at('two'))).toEqual(tree)
  })

  test('in every format: with its density and the recipe that makes it again', async () => {
    const formats = ['png', 'jpeg', 'webp', 'avif', 'tiff'].map((format) => ({ format }))
    const batch = await make('formats', {
      document: card(picture),
      rows: rows(1),
      spec: spec({ formats, name: '{format}', copy: { variants: [{ headline: 'Fresh' }] } }),
    })
    expect(batch).toMatchObject({ state: 'done', done: 5 })
    for (const name of ['png.png', 'jpeg.jpg', 'webp.webp', 'avif.avif', 'tiff.tiff']) {
      const path = at('formats', name)
      const facts = await studio.pictures.read(path)
      expect(facts).toMatchObject({ width: 120, height: 160, recipe: { kind: 'composition', dpi: 150 } })
      expect(await studio.remake(path)).toMatchObject({ equal: 'bytes' })
    }
  })

  test('makes equal pictures once, rows with a recipe of their own, and lines that are written for them', async () => {
    const before = (await studio.jobs.list(1000)).length
    const batch = await make('made', {
      document: card(picture),
      spec: spec({
        pictures: [{ art: { model: 'tiny-diffusion', prompt: 'a fox on {{colour}}', steps: 1 } }],
        copy: {
          variants: [],
          written: {
            headline: { model: 'copy-lm', product: '{{name}}', language: 'en', channel: 'poster-headline' },
          },
          lines: 2,
        },
        formats: [{ format: 'png' }, { format: 'jpeg' }],
        name: '{index}',
      }),
    })
    expect(manifestOf('made').failed).toEqual([])
    expect(batch).toMatchObject({ state: 'done', files: 12, failed: 0, done: 12 })
    expect((await studio.jobs.list(1000)).length - before).toBe(3 + 3)
    const { files } = manifestOf('made')
    expect(new Set(files.map(({ values }: { values: { art: string } }) => values.art)).size).toBe(3)
    expect(new Set(files.map(({ values }: { values: { headline: string } }) => values.headline)).size).toBeGreaterThan(
      3,
    )
  })

  test('is made on the device that the plan names, which is no part of what its files are', async ({ skip }) => {
    const other = (await studio.devices()).devices.find(({ id, available }) => id !== 'cpu' && available)
    if (!other) return skip('there is only the processor here')
    const plan = {
      document: card(picture),
      spec: spec({ pictures: [{ art: { model: 'tiny-gan' } }], seeds: [71], device: other.id }),
    }
    expect(await make('on-device', plan)).toMatchObject({ state: 'done', failed: 0 })
    const { art } = manifestOf('on-device').files[0].values
    const { ran } = await studio.pictures.read(await studio.library.pathOf(art))
    expect(ran).toMatchObject({ device: other.id })
    const [job] = await studio.jobs.list(1)
    // What is there by then is not made again, wherever a later run would have made it.
    await make('on-cpu', { ...plan, spec: spec({ ...plan.spec, device: 'cpu' }) })
    expect(treeOf(at('on-cpu'))).toEqual(treeOf(at('on-device')))
    expect(await studio.jobs.list(1)).toEqual([job])
  })

  test('tells windows how far it is, and all cells in the end', async () => {
    const heard: StudioEvent[] = []
    const stop = new AbortController()
    const listening = (async () => {
      for await (const { event } of studio.events({ signal: stop.signal })) heard.push(event)
    })()
    const { id } = await make('told')
    await new Promise((resolve) => setTimeout(resolve, 100))
    stop.abort()
    await listening
    const own = heard.flatMap((event) => (event.type === 'batch' && event.batch.id === id ? [event.batch] : []))
    expect(own.at(-1)).toMatchObject({ state: 'done', done: 6 })
    const cells = heard.flatMap((event) => (event.type === 'batch-cells' && event.id === id ? event.cells : []))
    expect(new Set(cells.filter(({ state }) => state === 'done').map(({ index }) => index)).size).toBe(6)
    const { cells: all, total } = await studio.batches.cells({ id, from: 2, count: 2 })
    expect([total, all.map(({ index }) => index)]).toEqual([6, [3, 4]])
    const small = await studio.batches.picture(id, 3, 256)
    expect(await studio.pictures.read(small.path)).toMatchObject({ format: 'jpeg', width: 120, height: 160 })
  })

  test('says in the manifest what fails and why, and makes the rest', async () => {
    const table = [
      { name: 'Lemon', colour: '#e4572e', art: picture },
      { name: 'Lime', colour: 'greenish', art: picture },
      { name: 'Plum 🍑', colour: '', art: picture },
      { name: 'Fig', colour: '#fff', art: 'img/fig.png' },
    ]
    const plan = { document: card(picture), rows: table, spec: spec({ copy: { variants: [{ headline: 'New' }] } }) }
    const { problems } = await studio.batches.estimate(plan)
    expect(problems).toMatchObject([
      { kind: 'skips', rows: [2], error: { message: '"greenish" in the column "colour" is no colour' } },
      { kind: 'skips', rows: [4], error: { message: expect.stringContaining('"img/fig.png"') } },
    ])
    const batch = await make('failing', plan)
    expect(batch).toMatchObject({ state: 'done', done: 1, failed: 3 })
    const { failed } = manifestOf('failing')
    expect(failed.map(({ index, error }: { index: number; error: StudioError }) => [index, error.code])).toEqual([
      [2, 'invalid-input'],
      [3, 'unsupported'],
      [4, 'not-found'],
    ])
    const { cells } = await studio.batches.cells({ id: batch.id, filter: 'failed' })
    expect(cells.map(({ index }) => index)).toEqual([2, 3, 4])
  })

  test('makes texts that do not fit smaller, and lists them', async () => {
    const batch = await make('long', {
      rows: [{ name: 'An uncommonly long name of a lemonade', colour: '#e4572e' }],
      spec: spec({ copy: { variants: [{ headline: 'New' }] } }),
    })
    const { cells } = await studio.batches.cells({ id: batch.id, filter: 'overflowing' })
    expect(cells[0]?.overflows).toMatchObject([{ layer: 'name', how: 'shrunk' }])
  })
})

describe('a plan is refused before the first file', () => {
  const refused = async (more: Parameters<typeof request>[0], folder = 'refused') => {
    const error = await failure(make(folder, more))
    expect(existsSync(at(folder, 'manifest.json'))).toBe(false)
    return error
  }

  test('when a column is missing, names collide, or a name is empty', async () => {
    expect((await refused({ spec: spec({ name: '{row.price}' }) })).message).toMatch(/needs the column "price"/)
    expect((await refused({ spec: spec({ name: '{row.name}' }) })).message).toMatch(/would both be "Lemon 1.png"/)
    expect((await refused({ spec: spec({ name: '{row.name}' }), rows: [{ name: '..', colour: '' }] })).message).toMatch(
      /empty name/,
    )
    const uneven = [{ name: 'a', colour: '' }, { name: 'b' }] as never
    expect((await refused({ rows: uneven })).message).toMatch(/row 2 has other columns/)
  })

  test('when a model is not there', async () => {
    const pictures = [{ art: { model: 'dall-e' } }]
    expect(await refused({ spec: spec({ pictures }) })).toMatchObject({ code: 'not-found' })
    const { problems } = await studio.batches.estimate({ document: card(), spec: spec({ pictures }), rows: rows(1) })
    expect(problems).toMatchObject([{ kind: 'stops', error: { code: 'not-found' } }])
  })

  test('when nothing can be made on its device', async () => {
    const none = spec({ device: 'abacus' })
    const reason = { code: 'usage', message: 'there is no device "abacus" here', where: { field: 'device' } }
    expect(await refused({ spec: none })).toMatchObject({ ...reason, remedy: expect.stringMatching(/^There are cpu/) })
    const { problems } = await studio.batches.estimate({ document: card(), rows: rows(1), spec: none })
    expect(problems).toMatchObject([{ kind: 'stops', error: reason }])
    await expect(studio.batches.requireDevice('abacus')).rejects.toMatchObject(reason)
    await studio.batches.requireDevice('cpu')
  })

  test('when files of these names are there, or the work of another batch', async () => {
    mkdirSync(at('taken'))
    writeFileSync(at('taken', '004_柠檬 2_2.png'), 'somebody else')
    expect((await refused({}, 'taken')).message).toMatch(/a file of this name already/)
    expect(readFileSync(at('taken', '004_柠檬 2_2.png'), 'utf8')).toBe('somebody else')
    expect((await failure(make('one'))).message).toMatch(/finished batch in this folder/)
    mkdirSync(at('strange'))
    writeFileSync(at('strange', 'manifest.json'), '{"name":"a web page"}')
    expect((await failure(make('strange'))).message).toMatch(/of another program/)
  })

  // Root may write everywhere.
  test.skipIf(process.getuid?.() === 0)('when the folder is read-only', async () => {
    mkdirSync(at('locked'))
    chmodSync(at('locked'), 0o555)
    expect(await refused({}, 'locked')).toMatchObject({ code: 'not-writable' })
  })
})

describe('under way', () => {
  test('pauses, goes on, and ends as if nothing had been', async () => {
    const plan = request({ rows: rows(20) })
    const { id } = await studio.batches.startIn({ ...plan, folder: at('paused') })
    await until(async () => (await studio.batches.get(id)).done >= 4)
    await studio.batches.pause(id)
    const paused = await studio.batches.get(id)
    expect(paused).toMatchObject({ state: 'paused', making: 0 })
    expect(paused.done).toBeLessThan(40)
    await studio.batches.resume(id)
    expect(await studio.batches.settled(id)).toMatchObject({ state: 'done', done: 40 })
    await make('straight', { rows: rows(20) })
    expect(treeOf(at('paused'))).toEqual(treeOf(at('straight')))
  })

  test('is cancelled with what is there, and a new run goes on from it', async () => {
    const { id } = await studio.batches.startIn({ ...request({ rows: rows(20) }), folder: at('cancelled') })
    await until(async () => (await studio.batches.get(id)).done >= 2)
    await studio.batches.cancel(id)
    const cancelled = await studio.batches.get(id)
    expect(cancelled).toMatchObject({ state: 'cancelled', making: 0 })
    const again = { ...request({ rows: rows(20) }), folder: at('cancelled') }
    expect((await failure(studio.batches.startIn(again))).message).toMatch(/unfinished batch/)
    const next = await studio.batches.startIn({ ...again, resume: true })
    expect(await studio.batches.settled(next.id)).toMatchObject({ state: 'done', done: 40 })
    expect(treeOf(at('cancelled'))).toEqual(treeOf(at('straight')))
    expect((await studio.batches.list()).filter(({ place }) => place.endsWith('cancelled'))).toHaveLength(1)
  })

  test('the end of the service is a pause: the next one goes on', async () => {
    const first = open('service')
    await first.start()
    const place = first.batches.registerPlace(at('served'))
    const { id } = await first.batches.start({ ...request({ rows: rows(20) }), place })
    await until(async () => (await first.batches.get(id)).done >= 2)
    await first.close()
    const second = open('service')
    await second.start()
    expect(await second.batches.settled(id)).toMatchObject({ state: 'done', done: 40 })
    await second.close()
    expect(treeOf(at('served'))).toEqual(treeOf(at('straight')))
  })

  test('never writes over a file that came in between, and says so', async () => {
    const { id } = await studio.batches.startIn({ ...request({ rows: rows(20) }), folder: at('between') })
    writeFileSync(at('between', '040_柠檬 20_2.png'), 'mine')
    expect(await studio.batches.settled(id)).toMatchObject({ state: 'done', done: 39, failed: 1 })
    expect(readFileSync(at('between', '040_柠檬 20_2.png'), 'utf8')).toBe('mine')
    expect(manifestOf('between').failed).toMatchObject([{ index: 40, error: { where: { file: '040_柠檬 20_2.png' } } }])
  })
})

describe('review', () => {
  test('a line that was written is written anew; locked ones stay', async () => {
    const written = {
      headline: { model: 'copy-lm', product: '{{name}}', language: 'en' as const, channel: 'poster-headline' },
    }
    const plan = { document: card(picture), spec: spec({ copy: { variants: [], written }, name: '{index}' }) }
    const { id } = await make('rewritten', plan)
    const before = manifestOf('rewritten').files
    const bytes = treeOf(at('rewritten'))
    await studio.batches.lock(id, [1], true)
    await studio.batches.reroll(id, [1, 2])
    expect(await studio.batches.settled(id)).toMatchObject({ state: 'done', failed: 0 })
    const after = manifestOf('rewritten').files
    expect(after[1].values.headline).not.toBe(before[1].values.headline)
    for (const kept of [0, 2]) {
      expect(after[kept].values).toEqual(before[kept].values)
      expect(treeOf(at('rewritten'))[after[kept].path]).toBe(bytes[before[kept].path])
    }
  })

  test('made again with the next seed; what is locked keeps its bytes', async () => {
    const plan = {
      document: card(picture),
      spec: spec({
        pictures: [{ art: { model: 'tiny-gan' } }],
        seeds: [1, 2],
        copy: { variants: [{ headline: 'New' }] },
        name: '{index}_{seed}',
      }),
    }
    const { id } = await make('review', plan)
    const before = treeOf(at('review'))
    await studio.batches.lock(id, [1, 2], true)
    await studio.batches.reroll(id, [1, 2, 3, 4])
    expect(await studio.batches.settled(id)).toMatchObject({ state: 'done', done: 6 })
    const after = treeOf(at('review'))
    expect(Object.keys(after)).toEqual(
      ['1_1.png', '2_2.png', '3_3.png', '4_4.png', '5_1.png', '6_2.png'].concat(
        ...['contact-sheet.pdf', 'manifest.csv', 'manifest.json'],
      ),
    )
    for (const kept of ['1_1.png', '2_2.png', '5_1.png', '6_2.png']) expect(after[kept]).toBe(before[kept])
    expect(after['3_3.png']).not.toBe(before['3_1.png'])
    expect((await failure(studio.batches.reroll(id, [1]))).message).toMatch(/locked/)

    await studio.batches.star(id, [2, 4], true)
    const zip = await studio.batches.exportStarred(id)
    const { path } = studio.exports.file(zip.id)
    const listed = execFileSync('python3', ['-m', 'zipfile', '-l', path], { encoding: 'utf8' })
    expect(listed).toMatch(/2_2\.png[\s\S]*4_4\.png/)

    // What was marked and made again is known to the next program, too.
    await studio.close()
    studio = open()
    const { cells } = await studio.batches.cells({ id })
    expect(cells.map(({ seed, locked, starred }) => [seed, locked, starred])).toEqual([
      [1, true, false],
      [2, true, true],
      [3, false, false],
      [4, false, true],
      [1, false, false],
      [2, false, false],
    ])
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
