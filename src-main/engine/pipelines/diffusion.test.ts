import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { modelPackageSchema, type PackageOf } from '#shared/models/manifest.ts'
import { SAMPLERS } from '#shared/recipe/diffusion.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { openPackage } from '../packages/open.ts'
import { diffusion } from './diffusion.ts'
import type { DiffusionRecipe } from './diffusion-request.ts'
import type { PipelineContext, PipelineEvent } from './pipeline.ts'

const dir = join(import.meta.dirname, '../../../models/tiny/tiny-diffusion')
const manifest = modelPackageSchema.parse(
  JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')),
) as PackageOf<'diffusion'>
const pkg = openPackage(dir, manifest, { device: 'cpu', threads: 1 })
afterAll(() => pkg.close())

const recipe: DiffusionRecipe = {
  format: 1,
  kind: 'diffusion',
  model: { id: manifest.id, hash: '0'.repeat(64) },
  prompt: 'a teal fox',
  negative: '',
  seed: 7,
  width: 64,
  height: 64,
  steps: 4,
  guidance: 2,
  sampler: 'euler',
  schedule: 'flow',
}
const plain = (width: number, height: number, colour: readonly number[]): RawPicture => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3]!),
})
const pictures: Record<string, RawPicture> = {
  init: plain(64, 64, [200, 60, 120]),
  large: plain(130, 70, [200, 60, 120]),
  // A subject of one colour in the middle of white paper.
  logo: {
    ...plain(40, 40, [255, 255, 255]),
    data: Uint8Array.from({ length: 40 * 40 * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % 40, Math.floor(at / 120)]
      return Math.hypot(x - 20, y - 20) < 12 ? [20, 60, 200][at % 3]! : 255
    }),
  },
  // The right half is repainted.
  mask: {
    ...plain(64, 64, [0, 0, 0]),
    data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (Math.floor(at / 3) % 64 < 32 ? 0 : 255)),
  },
}

async function make(change: Partial<DiffusionRecipe> = {}, more: Partial<PipelineContext> = {}, on = pkg) {
  const events: PipelineEvent[] = []
  const made = await diffusion.run(
    on,
    { ...recipe, ...change },
    {
      signal: new AbortController().signal,
      previews: false,
      report: (event) => void events.push(event),
      picture: async (sha256) => pictures[sha256]!,
      ...more,
    },
  )
  return { picture: made.pictures![0]!, reading: made.reading, events }
}

test('makes a picture of the asked size and says how it read the prompt', async () => {
  const { picture, reading } = await make({ prompt: 'a teal fox and a dragon', width: 96, height: 40 })
  expect(picture).toMatchObject({ width: 96, height: 40, channels: 3 })
  expect(picture.data).toHaveLength(96 * 40 * 3)
  expect(reading).toEqual({
    understood: [
      { text: 'teal', role: 'palette', name: 'teal' },
      { text: 'fox', role: 'subject', name: 'fox' },
    ],
    unknown: ['dragon'],
  })
})

test('guidance ends where the package says, and with it the second run of the model', async () => {
  const config = { ...manifest.config, defaults: { ...manifest.config.defaults, guidanceAbove: 0.5 } }
  const ending = openPackage(dir, { ...manifest, config }, { device: 'cpu', threads: 1 })
  const never = openPackage(
    dir,
    { ...manifest, config: { ...config, defaults: { ...config.defaults, guidanceAbove: 1 } } },
    { device: 'cpu', threads: 1 },
  )
  const [whole, part, none] = [await make(), await make({}, {}, ending), await make({}, {}, never)]
  expect(part.picture).not.toEqual(whole.picture)
  expect(part.picture).not.toEqual(none.picture)
  expect(none.picture).toEqual((await make({ guidance: 1 })).picture)
  await Promise.all([ending.close(), never.close()])
})

describe('a picture that was begun before it was asked for', () => {
  const context = {
    signal: new AbortController().signal,
    report: () => {},
    picture: async () => expect.fail('nothing is given'),
  }
  const begin = (change: Partial<DiffusionRecipe> = {}) => diffusion.begin!(pkg, { ...recipe, ...change }, context)

  test.each(SAMPLERS)('%s: has the same bytes, and one run of the model less', async (sampler) => {
    const runs = async () => {
      const before = pkg.meter.runs
      const { picture, events } = await make({ sampler })
      return { picture, runs: pkg.meter.runs - before, steps: events.filter(({ type }) => type === 'step').length }
    }
    await runs() // the words are encoded once
    const plain = await runs()
    await begin({ sampler })
    const begun = await runs()
    expect(begun.picture).toEqual(plain.picture)
    expect(begun.steps).toBe(plain.steps)
    expect(begun.runs).toBeLessThan(plain.runs)
    // It counts once: the next one of the same recipe begins by itself.
    expect(await runs()).toEqual(plain)
  })

  test('another recipe makes its own', async () => {
    const { picture } = await make({ seed: 9 })
    await begin({ seed: 8 })
    expect((await make({ seed: 9 })).picture).toEqual(picture)
  })

  test('a recipe that cannot be made is refused as `run` refuses it', async () => {
    await expect(begin({ width: 63 })).rejects.toMatchObject({ where: { field: 'recipe.width' } })
  })
})

test.each(SAMPLERS)('%s: the same recipe gives the same bytes, another seed others', async (sampler) => {
  const { picture } = await make({ sampler })
  expect((await make({ sampler })).picture).toEqual(picture)
  expect((await make({ sampler, seed: 8 })).picture).not.toEqual(picture)
})

test.each([
  ['prompt', { prompt: 'sunburst' }],
  ['negative', { negative: 'sunburst' }],
  ['guidance', { guidance: 5 }],
  ['steps', { steps: 9 }],
  ['schedule', { schedule: 'karras' }],
] as const)('%s changes the picture', async (_, change) => {
  expect((await make(change)).picture).not.toEqual((await make()).picture)
})

test('what is not wanted is told apart from what is by words alone: the same words on both sides cancel out', async () => {
  const { picture } = await make({ guidance: 1 })
  const same = (await make({ negative: 'teal fox', guidance: 3 })).picture
  const apart = picture.data.map((value, at) => Math.abs(value - same.data[at]!))
  expect(Math.max(...apart)).toBeLessThanOrEqual(1)
})

test('English and Chinese words for the same give the same bytes', async () => {
  expect((await make({ prompt: '青色的狐狸' })).picture).toEqual((await make({ prompt: 'teal fox' })).picture)
})

test('a picture of the subject takes the place of its drawing, or is the subject when none is named', async () => {
  const drawn = (await make()).picture
  const shown = (await make({ reference: 'logo' })).picture
  expect(shown).not.toEqual(drawn)
  expect((await make({ reference: 'logo' })).picture).toEqual(shown)
  const alone = (await make({ prompt: 'sunburst', reference: 'logo' })).picture
  expect(alone).not.toEqual((await make({ prompt: 'sunburst' })).picture)
})

test('a style with drawings of its own gives the subject as it draws it, or the usual one where it has none', async () => {
  const prompt = 'flat fox'
  const withOffset = async (referenceOffset: number | undefined) => {
    const opened = openPackage(dir, manifest, { device: 'cpu', threads: 1 })
    const vocabulary = JSON.parse(await readFile(join(dir, 'vocabulary.json'), 'utf8'))
    vocabulary.tokens.find(({ name }: { name: string }) => name === 'flat').referenceOffset = referenceOffset
    const readPatched = async (file: string) =>
      file === 'vocabulary.json' ? Buffer.from(JSON.stringify(vocabulary)) : opened.readFile(file)
    const { picture } = await make({ prompt }, {}, { ...opened, readFile: readPatched })
    await opened.close()
    return picture
  }
  const usual = await withOffset(undefined)
  expect(await withOffset(1)).not.toEqual(usual)
  expect(await withOffset(2)).toEqual(usual)
})

test('reports stages and every step, and previews only when somebody looks', async () => {
  const { events } = await make()
  expect(events.filter(({ type }) => type === 'stage')).toHaveLength(4)
  expect(events.filter(({ type }) => type === 'step')).toEqual(
    [1, 2, 3, 4].map((step) => ({ type: 'step', step, steps: 4 })),
  )
  expect(events.some(({ type }) => type === 'preview')).toBe(false)
  const previews = (await make({}, { previews: true })).events.filter((event) => event.type === 'preview')
  expect(previews.map(({ step }) => step)).toEqual([1, 2, 3])
  // A package that has made a picture sketches the first one; the others are decoded.
  expect(previews[0]).toMatchObject({ sketch: true, picture: { width: 8, height: 8 } })
  expect(previews[1]?.picture).toMatchObject({ width: 64, height: 64 })
})

test('guidance asks for both branches in one run, and guidance 1 not for the second', async () => {
  const values: number[] = []
  for (const guidance of [1, 2]) {
    const counted = openPackage(dir, manifest, { device: 'cpu', threads: 1 })
    await make({ guidance }, {}, counted)
    values.push(counted.meter.runs)
    await counted.close()
  }
  // Text once or twice, reference once, denoiser four times in batches of one or two, decoder once.
  expect(values).toEqual([7, 8])
})

test('stops between two steps', async () => {
  const abort = new AbortController()
  let steps = 0
  const report = (event: PipelineEvent) => {
    if (event.type === 'step' && ++steps === 2) abort.abort()
  }
  await expect(make({ steps: 40 }, { signal: abort.signal, report })).rejects.toMatchObject({ code: 'cancelled' })
  expect(steps).toBe(2)
})

describe('from a picture', () => {
  const distance = (a: RawPicture, b: RawPicture) =>
    a.data.reduce((sum, value, at) => sum + Math.abs(value - b.data[at]!), 0)

  test('strength 0 keeps it, and more strength goes further away', async () => {
    const init = pictures.init!
    expect((await make({ init: 'init', strength: 0 })).picture).toEqual(init)
    const little = distance((await make({ init: 'init', strength: 0.1 })).picture, init)
    const much = distance((await make({ init: 'init', strength: 0.9 })).picture, init)
    expect(little).toBeLessThan(much)
  })

  test('runs the steps it was asked for at any strength', async () => {
    const { events } = await make({ init: 'init', strength: 0.05, steps: 6 })
    expect(events.filter(({ type }) => type === 'step')).toHaveLength(6)
  })

  test('another size is covered', async () => {
    expect((await make({ init: 'large', strength: 0.5 })).picture).toMatchObject({ width: 64, height: 64 })
  })

  test.each(SAMPLERS)('%s: with a mask the black part stays byte for byte, the white part changes', async (sampler) => {
    const { picture } = await make({ init: 'init', mask: 'mask', sampler, strength: 1 })
    let changed = 0
    for (let pixel = 0; pixel < 64 * 64; pixel++) {
      const same = [0, 1, 2].every(
        (channel) => picture.data[pixel * 3 + channel] === pictures.init!.data[pixel * 3 + channel],
      )
      if (pixel % 64 < 32) expect(same).toBe(true)
      else if (!same) changed++
    }
    expect(changed).toBeGreaterThan(1500)
  })
})

describe('refuses before it runs', () => {
  test.each([
    ['a width between the multiples', { width: 60 }, 'recipe.width', /64 … 256|32 … 256/],
    ['a height over the limit', { height: 512 }, 'recipe.height', /256/],
    ['too many steps', { steps: 51 }, 'recipe.steps', /1 … 50/],
    ['too much guidance', { guidance: 20 }, 'recipe.guidance', /1 … 15/],
    ['a mask without a picture', { mask: 'mask' }, 'recipe.mask', /no init/],
  ])('%s', async (_, change, field, message) => {
    await expect(make(change)).rejects.toMatchObject({
      code: 'usage',
      where: { field },
      message: expect.stringMatching(message),
    })
  })

  test('a schedule that the model does not know', async () => {
    const epsilon = {
      ...manifest,
      config: {
        ...manifest.config,
        prediction: 'epsilon' as const,
        training: { betaStart: 0.00085, betaEnd: 0.012, betaSchedule: 'scaled_linear' as const, steps: 1000 },
      },
    }
    const on = openPackage(dir, epsilon, { device: 'cpu', threads: 1 })
    await expect(make({ schedule: 'flow' }, {}, on)).rejects.toMatchObject({
      code: 'usage',
      where: { field: 'recipe.schedule' },
    })
    expect((await make({ schedule: 'karras', sampler: 'dpmpp-2m' }, {}, on)).picture.width).toBe(64)
    await on.close()
  })
})
