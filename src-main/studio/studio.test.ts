import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ImageRecipe, JobEvent, StudioApi } from '#shared/contract/studio-api.ts'
import type { StudioError } from '#shared/errors.ts'
import { draftCopy, draftImage, type ImageWish } from '#shared/recipe/draft.ts'
import { decode } from '../imaging/decode.ts'
import { copyPackage, hostilePackage, TINY } from './fixtures/package-copy.ts'
import { createStudio, type StudioOptions } from './studio.ts'

/** Some rules start processes, and the machine may be busy with others. */
vi.setConfig({ testTimeout: 120_000 })

/** One studio for all rules: whatever a rule does to it, the next one must find it working. */
let home: string
let studio: StudioApi
const open = (options: Partial<StudioOptions> = {}) => createStudio({ home, starters: [TINY], ...options })
const reopen = async (options: Partial<StudioOptions> = {}) => {
  await studio.close()
  studio = open(options)
}
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'broadside-studio-'))
  mkdirSync(join(home, 'models'))
  studio = open()
})
afterAll(async () => {
  await studio.close()
  rmSync(home, { recursive: true, force: true })
})
afterEach(() => {
  for (const name of readdirSync(join(home, 'models'))) rmSync(join(home, 'models', name), { recursive: true })
})

async function draft(id: string, wish: Partial<ImageWish> = {}): Promise<ImageRecipe> {
  const { manifest, hash } = await studio.models.get(id)
  return draftImage(manifest, hash, { seed: 7, ...wish }) as ImageRecipe
}

async function failure(promise: Promise<unknown>): Promise<StudioError> {
  return promise.then(
    () => expect.fail('expected a failure'),
    (error) => error,
  )
}

const scratch = () => (existsSync(join(home, 'scratch')) ? readdirSync(join(home, 'scratch')) : [])
const lastState = async () => (await studio.jobs.list(1))[0]?.state

describe('making a picture', () => {
  test('goes from recipe to library, told step by step and journalled', async () => {
    const events: JobEvent[] = []
    const recipe = await draft('tiny-diffusion', { prompt: 'a fox on a teal sunburst' })
    const made = await studio.images.generate(recipe, { onEvent: (event) => events.push(event) })
    const [artifact] = made.artifacts
    expect(artifact).toMatchObject({ kind: 'picture', width: 64, height: 64, recipe, model: 'tiny-diffusion' })
    expect(events.map((event) => ('state' in event ? event.state : event.event))).toEqual(
      expect.arrayContaining(['queued', 'running', 'step', 'done']),
    )
    expect(await studio.jobs.list(1)).toMatchObject([{ state: 'done', artifacts: [artifact!.sha256] }])
    expect(await studio.library.find({ text: 'teal sunburst' })).toHaveLength(1)
    expect(scratch()).toEqual([])
  })

  test('the same recipe gives the same bytes, in another process and another data folder too', async () => {
    const recipe = await draft('tiny-diffusion', { prompt: 'a fox' })
    const first = await studio.images.generate(recipe)
    const again = await studio.images.generate(recipe)
    expect(again.artifacts[0]!.sha256).toBe(first.artifacts[0]!.sha256)
    const other = open({ home: join(home, 'other') })
    const elsewhere = await other.images.generate(recipe)
    await other.close()
    expect(elsewhere.artifacts[0]!.sha256).toBe(first.artifacts[0]!.sha256)
  })

  test('another seed gives another picture', async () => {
    const one = await studio.images.generate(await draft('tiny-gan', { seed: 1 }))
    const two = await studio.images.generate(await draft('tiny-gan', { seed: 2 }))
    expect(one.artifacts[0]!.sha256).not.toBe(two.artifacts[0]!.sha256)
  })

  test('starts from pictures that were brought in: image to image, VAE, upscaler', async () => {
    const [picture] = (await studio.images.generate(await draft('tiny-gan'))).artifacts
    const file = await studio.library.export(picture!.sha256, join(home, 'picture.png'))
    const { sha256 } = await studio.pictures.bring(file)
    expect(sha256).toBe(picture!.sha256)
    const sizes = []
    for (const [id, wish] of [
      ['tiny-diffusion', { prompt: 'a fox', strength: 0.5 }],
      ['tiny-vae', { operation: 'reconstruct' }],
      ['tiny-upscaler', { scale: 2 }],
    ] as const) {
      const made = await studio.images.generate(await draft(id, { inputs: [sha256], ...wish }))
      sizes.push(`${made.artifacts[0]!.width}x${made.artifacts[0]!.height}`)
    }
    expect(sizes).toEqual(['64x64', expect.stringMatching(/^\d+x\d+$/), '64x64'])
  })

  test('a scale beyond the graphs is one job with the pixels of its passes', async () => {
    const [picture] = (await studio.images.generate(await draft('tiny-gan'))).artifacts
    const enlarged = async (input: string, scale: number) => {
      const made = await studio.images.generate(await draft('tiny-upscaler', { inputs: [input], scale }))
      return made.artifacts[0]!
    }
    const half = await enlarged(picture!.sha256, 4)
    const chained = await enlarged(half.sha256, 2)
    const before = (await studio.jobs.list(100)).length
    const once = await enlarged(picture!.sha256, 8)
    expect((await studio.jobs.list(100)).length).toBe(before + 1)
    expect(once).toMatchObject({ width: chained.width, height: chained.height, recipe: { scale: 8 } })
    const pixels = async ({ sha256 }: { sha256: string }) =>
      (await decode(await studio.library.export(sha256, join(home, `${sha256}.png`)))).data
    expect(Buffer.compare(await pixels(once), await pixels(chained))).toBe(0)
    // Made again from nothing but the file.
    const file = await studio.library.export(once.sha256, join(home, 'once.png'))
    expect(await studio.remake(file)).toMatchObject({ equal: 'bytes' })
  })

  test('an input that is not in the library is told, and how to bring it in', async () => {
    const recipe = await draft('tiny-upscaler', { inputs: ['a'.repeat(64)], scale: 2 })
    expect(await failure(studio.images.generate(recipe))).toMatchObject({
      code: 'not-found',
      where: { field: 'input' },
      remedy: expect.stringContaining('--with'),
    })
  })
})

describe('writing copy', () => {
  test('gives lines with their counts, and a file that remakes them', async () => {
    const { manifest, hash } = await studio.models.get('tiny-text')
    const recipe = draftCopy(manifest, hash, {
      brief: { product: 'Lumo', mustSay: [], mustNotSay: [] },
      language: 'en',
      channel: 'tagline',
      limit: { max: 24, unit: 'characters' },
      count: 3,
      seed: 5,
      maxTokens: 12,
    })
    const written = await studio.copy.write(recipe)
    expect(written.lines).toHaveLength(3)
    for (const line of written.lines) expect(line.count).toBeLessThanOrEqual(24)
    const file = await studio.library.export(written.artifacts[0]!.sha256, join(home, 'lines.json'))
    expect(await studio.remake(file)).toMatchObject({ equal: 'bytes', recipe })
  })
})

test('a model is loaded ahead of its first job', async () => {
  await studio.models.open('tiny-text')
  const { manifest, hash } = await studio.models.get('tiny-text')
  const recipe = draftCopy(manifest, hash, {
    ...{ brief: { product: 'Nimbus', mustSay: [], mustNotSay: [] }, language: 'en', channel: 'tagline' },
    ...{ limit: { max: 20, unit: 'width' as const }, count: 1, seed: 3 },
  })
  expect((await studio.copy.write(recipe)).ran.loadSeconds).toBe(0)
  expect(await failure(studio.models.open('nothing'))).toMatchObject({ code: 'not-found' })
})

describe('remaking', () => {
  const exported = async (id: string) => {
    const { artifacts } = await studio.images.generate(await draft(id))
    return studio.library.export(artifacts[0]!.sha256, join(home, `${id}.png`))
  }

  test('a file gives the same bytes', async () => {
    expect(await studio.remake(await exported('tiny-gan'))).toMatchObject({ equal: 'bytes' })
  })

  test('works where the library never saw the picture', async () => {
    const file = await exported('tiny-diffusion')
    const other = open({ home: join(home, 'empty') })
    expect(await other.remake(file)).toMatchObject({ equal: 'bytes' })
    await other.close()
  })

  test('a picture without a recipe is told', async () => {
    const plain = join(home, 'plain.png')
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    writeFileSync(plain, Buffer.from(png, 'base64'))
    expect(await failure(studio.remake(plain))).toMatchObject({ code: 'invalid-file', where: { file: plain } })
  })

  test('a recipe for other weights of the same model is refused, not quietly made with these', async () => {
    const recipe = await draft('tiny-gan')
    const other = { ...recipe, model: { ...recipe.model, hash: 'b'.repeat(64) } } as ImageRecipe
    expect(await failure(studio.images.generate(other))).toMatchObject({
      code: 'integrity',
      where: { field: 'model.hash' },
    })
  })
})

describe('models', () => {
  test('are added from a folder, used, and removed', async () => {
    const folder = copyPackage('tiny-gan', join(home, 'from'), 'my-gan')
    const added = await studio.models.add(folder, {})
    expect(added).toMatchObject({ id: 'my-gan', source: 'added', folder: join(home, 'models', 'my-gan') })
    expect(await studio.models.verify('my-gan')).toMatchObject({ id: 'my-gan' })
    await studio.images.generate(await draft('my-gan'))
    expect((await studio.models.add(folder, {})).hash).toBe(added.hash)
    await studio.models.remove('my-gan')
    expect(await failure(studio.models.get('my-gan'))).toMatchObject({ code: 'not-found' })
    expect(readdirSync(join(home, 'models'))).toEqual([])
  })

  test('of another content under a taken id are refused', async () => {
    const gan = readFileSync(join(TINY, 'tiny-gan/mapping.onnx'))
    const changed = copyPackage('tiny-gan', join(home, 'from'), 'tiny-gan', { 'README.md': gan, LICENSE: gan })
    expect((await studio.models.add(changed, {})).id).toBe('tiny-gan') // a card is not content
    const manifest = JSON.parse(readFileSync(join(changed, 'model.json'), 'utf8'))
    manifest.config.defaults.truncation = 0.5
    writeFileSync(join(changed, 'model.json'), JSON.stringify(manifest))
    expect(await failure(studio.models.add(changed, {}))).toMatchObject({
      code: 'usage',
      remedy: expect.stringContaining('--id'),
    })
    expect(readdirSync(join(home, 'models'))).toEqual([])
  })
})

/** After any of these, the next job runs and nothing half-written lies around. */
describe('bad models', () => {
  async function goesOn(): Promise<void> {
    expect((await studio.images.generate(await draft('tiny-gan'))).artifacts).toHaveLength(1)
    expect(scratch()).toEqual([])
  }

  test.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['turned by one bit', (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 60 ? byte ^ 4 : byte)))],
    ['of nonsense', (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))],
    ['empty', () => Buffer.alloc(0)],
  ])('a graph %s that nobody promised is told by file before it is opened', async (_, harm) => {
    const folder = copyPackage('tiny-gan', join(home, 'models'), 'bad')
    const file = join(folder, 'synthesis.onnx')
    writeFileSync(file, harm(readFileSync(file)))
    expect(await failure(studio.images.generate(await draft('bad')))).toMatchObject({
      code: 'integrity',
      where: { file },
    })
    expect(await lastState()).toBe('failed')
    await goesOn()
  })

  test.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['of nonsense', (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))],
    ['empty', () => Buffer.alloc(0)],
  ])('a graph %s whose sha256 is right is refused by the engine, by file', async (_, harm) => {
    const graph = harm(readFileSync(join(TINY, 'tiny-gan/synthesis.onnx')))
    copyPackage('tiny-gan', join(home, 'models'), 'bad', { 'synthesis.onnx': graph })
    const error = await failure(studio.images.generate(await draft('bad')))
    expect(error).toMatchObject({ code: 'invalid-model', where: { file: expect.stringContaining('synthesis.onnx') } })
    await goesOn()
  })

  test('a graph that never ends is stopped by the wall clock', async () => {
    await reopen({ wallClockMs: 4000 })
    hostilePackage(join(home, 'models'), 'endless')
    expect(await failure(studio.images.generate(await draft('endless')))).toMatchObject({
      code: 'timeout',
      where: { file: join(home, 'models', 'endless') },
    })
    await goesOn()
  })

  test('a graph that asks for 6 GiB is stopped by the memory cap', async () => {
    await reopen({ memoryCapBytes: 700 * 2 ** 20 })
    hostilePackage(join(home, 'models'), 'hungry')
    expect(await failure(studio.images.generate(await draft('hungry')))).toMatchObject({ code: 'out-of-memory' })
    await goesOn()
  })

  test('a graph that ends the process costs two workers, then it is quarantined', async () => {
    hostilePackage(join(home, 'models'), 'bottomless')
    const recipe = await draft('bottomless')
    const codes = []
    for (let attempt = 0; attempt < 3; attempt++) codes.push((await failure(studio.images.generate(recipe))).code)
    expect(codes.every((code) => ['worker-died', 'invalid-model', 'quarantined'].includes(code))).toBe(true)
    if (codes[0] === 'worker-died') expect(codes).toEqual(['worker-died', 'worker-died', 'quarantined'])
    await goesOn()
  })
})

describe('a worker that is killed from outside', () => {
  test.skipIf(process.platform !== 'linux')('costs its job, and nothing else', async () => {
    const killed = failure(
      studio.images.generate(await draft('tiny-diffusion', { prompt: 'a fox', steps: 50, size: [256, 256] }), {
        onEvent: (event) => event.event === 'step' && event.step === 1 && killWorkers('inference'),
      }),
    )
    const waiting = studio.images.generate(await draft('tiny-gan', { seed: 99 }))
    expect(await killed).toMatchObject({ code: 'worker-died', message: expect.stringContaining('SIGKILL') })
    expect((await waiting).artifacts).toHaveLength(1)
    expect(scratch()).toEqual([])
  })
})

/** Kill the processes of this one that run the worker of that name. */
function killWorkers(name: string): void {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number)
  for (const pid of children)
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`workers/${name}.ts`)) process.kill(pid, 'SIGKILL')
}

describe('cancelling', () => {
  test('ends as cancelled, leaves nothing, and the next job runs', async () => {
    const controller = new AbortController()
    const error = await failure(
      studio.images.generate(await draft('tiny-diffusion', { prompt: 'a fox never seen', steps: 50 }), {
        signal: controller.signal,
        onEvent: (event) => event.event === 'step' && event.step === 2 && controller.abort(),
      }),
    )
    expect(error.code).toBe('cancelled')
    expect(await lastState()).toBe('cancelled')
    expect(await studio.library.find({ text: 'never seen' })).toEqual([])
    expect(scratch()).toEqual([])
    await studio.images.generate(await draft('tiny-gan'))
  })

  test('inside a step that never ends kills the worker', async () => {
    hostilePackage(join(home, 'models'), 'endless')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1500)
    const recipe = await draft('endless')
    expect((await failure(studio.images.generate(recipe, { signal: controller.signal }))).code).toBe('cancelled')
    await studio.images.generate(await draft('tiny-gan'))
  })
})

describe('the data folder', () => {
  test('is not touched by looking at models', async () => {
    const looking = open({ home: join(home, 'nowhere') })
    await looking.models.list()
    await looking.close()
    expect(existsSync(join(home, 'nowhere'))).toBe(false)
  })

  test('has one owner; the second is told who', async () => {
    await studio.jobs.list()
    const second = open()
    expect(await failure(second.jobs.list())).toMatchObject({ code: 'locked' })
    await second.close()
  })

  test('that cannot be made is told', async () => {
    writeFileSync(join(home, 'file'), '')
    const second = open({ home: join(home, 'file') })
    expect(await failure(second.jobs.list())).toMatchObject({ code: 'not-writable' })
    await second.close()
  })

  test('an index that was lost is made again from the pictures', async () => {
    const { artifacts } = await studio.images.generate(await draft('tiny-gan', { prompt: 'terrazzo' }))
    await studio.close()
    for (const end of ['', '-wal', '-shm']) rmSync(join(home, `library/library.sqlite${end}`), { force: true })
    studio = open()
    expect(await studio.library.find({ text: 'terrazzo' })).toMatchObject([{ sha256: artifacts[0]!.sha256 }])
  })
})
