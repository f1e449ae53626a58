import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { modelPackageSchema, type PackageOf } from '#shared/models/manifest.ts'
import type { UpscaleRecipe } from '#shared/recipe/upscale.ts'
import { parse } from '#shared/validate.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { Graph } from '../onnx/graph.ts'
import { openGraph } from '../onnx/session.ts'
import { openPackage } from '../packages/open.ts'
import type { OpenPackage, PipelineContext, PipelineEvent } from './pipeline.ts'
import { upscale } from './upscale.ts'
import { scaleAlpha, underpaint } from './upscale-alpha.ts'

const recipe = (more: Partial<UpscaleRecipe> = {}): UpscaleRecipe => ({
  format: 1,
  kind: 'upscale',
  model: { id: 'some', hash: '0'.repeat(64) },
  input: '1'.repeat(64),
  scale: 2,
  ...more,
})

async function enlarge(
  pkg: OpenPackage<'upscaler'>,
  picture: RawPicture,
  what = recipe(),
  signal = new AbortController().signal,
) {
  const events: PipelineEvent[] = []
  const context: PipelineContext = {
    signal,
    previews: false,
    report: (event) => events.push(event),
    picture: async () => picture,
  }
  const { pictures } = await upscale.run(pkg, what, context)
  return { picture: pictures![0]!, steps: events.filter((event) => event.type === 'step').length, events }
}

/** Soft shapes and hard edges, without a random generator. */
function drawing(width: number, height: number, channels: 3 | 4 = 3): RawPicture {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const disc = Math.hypot(x - width / 2, y - height / 2) < Math.min(width, height) / 3
      data[at] = disc ? 230 : 128 + 100 * Math.sin(x / 5)
      data[at + 1] = disc ? 60 : 128 + 100 * Math.cos(y / 7)
      data[at + 2] = (x >> 3) % 2 === 0 ? 40 : 200
      if (channels === 4) data[at + 3] = 255
    }
  }
  return { width, height, channels, data }
}

/** A model that repeats every px, as a package; `seen` are the tiles it was asked for. */
function repeating(
  config: Partial<PackageOf<'upscaler'>['config']> = {},
  dims: (string | number)[] = ['b', 3, 'h', 'w'],
) {
  const seen: (readonly number[])[] = []
  const graph: Graph = {
    file: 'repeat.onnx',
    inputs: [{ name: 'input', type: 'float32', dims }],
    outputs: [],
    async run({ input }) {
      const [, , height, width] = input!.dims as [number, number, number, number]
      seen.push(input!.dims)
      const data = new Float32Array(12 * height * width)
      for (let at = 0; at < data.length; at++) {
        const x = (at % (2 * width)) >> 1
        const y = (Math.floor(at / (2 * width)) % (2 * height)) >> 1
        const channel = Math.floor(at / (4 * width * height))
        data[at] = Number(input!.data[(channel * height + y) * width + x])
      }
      return { output: { data, dims: [1, 3, 2 * height, 2 * width] } }
    },
  }
  const manifest = { config: { sessions: { '2': 'x2.onnx' }, tile: 32, overlap: 8, multiple: 1, ...config } }
  return { seen, pkg: { manifest, graph: async () => graph } as unknown as OpenPackage<'upscaler'> }
}

function repeated({ width, height, channels, data }: RawPicture): Uint8Array {
  const out = new Uint8Array(width * height * 4 * channels)
  for (let y = 0; y < height * 2; y++) {
    for (let x = 0; x < width * 2; x++) {
      const from = ((y >> 1) * width + (x >> 1)) * channels
      out.set(data.subarray(from, from + channels), (y * width * 2 + x) * channels)
    }
  }
  return out
}

const repeatedPicture = (picture: RawPicture): RawPicture => ({
  ...{ width: picture.width * 2, height: picture.height * 2, channels: picture.channels },
  data: repeated(picture),
})

test.each([
  [1, 1],
  [7, 3],
  [32, 32],
  [33, 31],
  [100, 75],
])('%i × %i: every px arrives at its place, once', async (width, height) => {
  const { pkg, seen } = repeating()
  const input = drawing(width, height)
  const { picture, steps } = await enlarge(pkg, input)
  expect(picture).toMatchObject({ width: width * 2, height: height * 2, channels: 3 })
  expect(Buffer.compare(picture.data, repeated(input))).toBe(0)
  expect(steps).toBe(seen.length)
  for (const [, , h, w] of seen) expect([h! <= 33, w! <= 33]).toEqual([true, true])
})

test('a model that wants multiples gets them, and the padding never shows', async () => {
  const { pkg, seen } = repeating({ multiple: 8 })
  const input = drawing(37, 61)
  const { picture } = await enlarge(pkg, input)
  expect(Buffer.compare(picture.data, repeated(input))).toBe(0)
  for (const dims of seen) expect([dims[2]! % 8, dims[3]! % 8]).toEqual([0, 0])
})

test('a graph of one size gets only tiles of that size', async () => {
  const { pkg, seen } = repeating({}, [1, 3, 24, 40])
  const input = drawing(90, 17)
  const { picture } = await enlarge(pkg, input)
  expect(Buffer.compare(picture.data, repeated(input))).toBe(0)
  for (const dims of seen) expect(dims).toEqual([1, 3, 24, 40])
})

test('transparency is enlarged smoothly, and colours that nobody sees stay unseen', async () => {
  // A red disc; everything around it is transparent green.
  const input = drawing(40, 40, 4)
  for (let at = 0; at < input.data.length; at += 4) {
    const disc = input.data[at] === 230
    input.data.set(disc ? [255, 0, 0, 255] : [0, 255, 0, 0], at)
  }
  const { picture } = await enlarge(repeating().pkg, input)
  expect(picture.channels).toBe(4)
  const alphas = new Set<number>()
  for (let at = 0; at < picture.data.length; at += 4) {
    alphas.add(picture.data[at + 3]!)
    if (picture.data[at + 3]! > 0) expect([...picture.data.subarray(at, at + 3)]).toEqual([255, 0, 0])
  }
  expect(alphas.size).toBeGreaterThan(4)
})

test('alpha is bilinear with aligned centres', () => {
  const input: RawPicture = { width: 2, height: 1, channels: 4, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 200) }
  const out = new Uint8Array(4 * 2 * 4)
  scaleAlpha(input, 2, out, 0, 2)
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((at) => out[at * 4 + 3])).toEqual([0, 50, 150, 200, 0, 50, 150, 200])
})

test('hidden px take the nearest colour that is seen', () => {
  const input: RawPicture = { width: 5, height: 3, channels: 4, data: new Uint8Array(60) }
  input.data.set([10, 20, 30, 255], 0) // upper left
  input.data.set([90, 80, 70, 1], (2 * 5 + 4) * 4) // lower right
  const { data } = underpaint(input)
  expect([...data.subarray(4, 8)]).toEqual([10, 20, 30, 0])
  expect([...data.subarray((1 * 5 + 4) * 4, (1 * 5 + 4) * 4 + 4)]).toEqual([90, 80, 70, 0])
  expect([...data.subarray((2 * 5 + 0) * 4, (2 * 5 + 0) * 4 + 4)]).toEqual([10, 20, 30, 0])
})

test('a scale that the package lacks is told with those it has', async () => {
  await expect(enlarge(repeating().pkg, drawing(8, 8), recipe({ scale: 3 }))).rejects.toMatchObject({
    code: 'usage',
    where: { field: 'recipe.scale' },
    remedy: 'It has 2 and what they make in passes.',
  })
})

describe('passes', () => {
  // Some of it seen through, some not at all; wide enough for several tiles in the second pass.
  const glass = () => {
    const input = drawing(45, 21, 4)
    for (let at = 3; at < input.data.length; at += 4) input.data[at] = at % 7 === 0 ? 0 : (at * 5) % 256
    return input
  }

  test.each([
    ['opaque', () => drawing(45, 21)],
    ['transparent', glass],
  ])('%s: one job gives the bytes of the passes made one after the other', async (_, picture) => {
    const pkg = await tiny()
    const once = await enlarge(pkg, picture(), recipe({ scale: 8 }))
    const first = await enlarge(pkg, picture(), recipe({ scale: 4 }))
    const second = await enlarge(pkg, first.picture, recipe({ scale: 2 }))
    expect(once.picture).toMatchObject({ width: 360, height: 168 })
    expect(Buffer.compare(once.picture.data, second.picture.data)).toBe(0)
    expect(once.steps).toBe(first.steps + second.steps)
    await pkg.close()
  })

  test('steps are counted over all of them, and each is told how many there are', async () => {
    const { pkg, seen } = repeating()
    const { picture, events } = await enlarge(pkg, drawing(20, 33), recipe({ scale: 8 }))
    expect(picture).toMatchObject({ width: 160, height: 264 })
    expect(Buffer.compare(picture.data, repeated(repeatedPicture(repeatedPicture(drawing(20, 33)))))).toBe(0)
    expect(events.filter(({ type }) => type === 'step')).toEqual(
      seen.map((_, at) => ({ type: 'step', step: at + 1, steps: seen.length })),
    )
  })

  test('stop means stop, in the second pass as well', async () => {
    const { pkg, seen } = repeating()
    const stop = new AbortController()
    const graph = await pkg.graph('2')
    const stopping = {
      ...graph,
      run: (feeds: never) => {
        if (seen.length === 3) stop.abort()
        return graph.run(feeds)
      },
    }
    await expect(
      enlarge({ ...pkg, graph: async () => stopping }, drawing(24, 24), recipe({ scale: 8 }), stop.signal),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(seen).toHaveLength(4)
  })

  test('what all of them make together may be too large, and is refused before the first', async () => {
    const { pkg, seen } = repeating()
    const large = { width: 4000, height: 4000, channels: 3, data: new Uint8Array(0) } as const
    await expect(enlarge(pkg, large, recipe({ scale: 8 }))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('32000 × 32000'),
    })
    expect(seen).toEqual([])
  })
})

test('a picture too large to hold is refused before it is made', async () => {
  const huge = { width: 60_000, height: 60_000, channels: 3, data: new Uint8Array(0) } as const
  await expect(enlarge(repeating().pkg, huge)).rejects.toMatchObject({ code: 'unsupported' })
})

test('a model that gives no numbers is told', async () => {
  const { pkg } = repeating()
  const graph = await pkg.graph('2')
  const broken = {
    ...graph,
    run: async (feeds: never) => {
      const { output } = await graph.run(feeds)
      output!.data[5] = Number.NaN
      return { output: output! }
    },
  }
  await expect(enlarge({ ...pkg, graph: async () => broken }, drawing(8, 8))).rejects.toMatchObject({
    code: 'invalid-model',
  })
})

test('stop means stop, between two tiles', async () => {
  const { pkg, seen } = repeating()
  const stop = new AbortController()
  const graph = await pkg.graph('2')
  const stopping = {
    ...graph,
    run: (feeds: never) => {
      if (seen.length === 2) stop.abort()
      return graph.run(feeds)
    },
  }
  await expect(
    enlarge({ ...pkg, graph: async () => stopping }, drawing(200, 200), recipe(), stop.signal),
  ).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(seen).toHaveLength(3)
})

// ── real graphs: in tiles as in one piece ───────────────────────────────────────────────────────

const root = join(import.meta.dirname, '../../..')
const thirdParty = join(root, '../shared/models-third-party/realesr-animevideov3-x4.onnx')

function difference(a: RawPicture, b: RawPicture): number {
  let most = 0
  for (let at = 0; at < a.data.length; at++) most = Math.max(most, Math.abs(a.data[at]! - b.data[at]!))
  return most
}

async function tiny() {
  const dir = join(root, 'models/tiny/tiny-upscaler')
  const manifest = parse(modelPackageSchema, JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')), {
    what: 'model.json',
  })
  return openPackage(dir, manifest as PackageOf<'upscaler'>, { device: 'cpu', threads: 1 })
}

test.each([2, 4])('the tiny model ×%i gives the same in tiles as in one piece', async (scale) => {
  const pkg = await tiny()
  const input = drawing(83, 61)
  const tiled = await enlarge(pkg, input, recipe({ scale, tile: 32 }))
  const whole = await enlarge(pkg, input, recipe({ scale, tile: 256 }))
  expect([tiled.steps > 4, whole.steps]).toEqual([true, 1])
  expect(difference(tiled.picture, whole.picture)).toBeLessThanOrEqual(1)
  await pkg.close()
})

describe.skipIf(!existsSync(thirdParty))('a model from elsewhere', () => {
  test('gives the same in tiles of 64 as in one piece, within 1/255', async () => {
    const graph = await openGraph(thirdParty, { device: 'cpu', threads: 2 })
    const config = { sessions: { '4': 'x4.onnx' }, tile: 64, overlap: 18, multiple: 1 }
    const pkg = { manifest: { config }, graph: async () => graph } as unknown as OpenPackage<'upscaler'>
    const input = drawing(100, 67)
    const tiled = await enlarge(pkg, input, recipe({ scale: 4 }))
    const whole = await enlarge(pkg, input, recipe({ scale: 4, tile: 512 }))
    expect([tiled.steps > 4, whole.steps]).toEqual([true, 1])
    expect(difference(tiled.picture, whole.picture)).toBeLessThanOrEqual(1)
    await graph.close()
  })
})
