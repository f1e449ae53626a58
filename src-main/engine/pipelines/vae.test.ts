import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { modelPackageSchema, type PackageOf } from '#shared/models/manifest.ts'
import type { VaeRecipe } from '#shared/recipe/vae.ts'
import { parse } from '#shared/validate.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { Generator } from '../noise/generator.ts'
import type { Graph } from '../onnx/graph.ts'
import { openGraph } from '../onnx/session.ts'
import { openPackage } from '../packages/open.ts'
import type { OpenPackage, PipelineContext, PipelineEvent } from './pipeline.ts'
import { vae } from './vae.ts'

const ID = { first: '1'.repeat(64), second: '2'.repeat(64) }

const recipe = (operation: VaeRecipe['operation'], more: Partial<VaeRecipe> = {}): VaeRecipe => ({
  format: 1,
  kind: 'vae',
  model: { id: 'known', hash: '0'.repeat(64) },
  operation,
  seed: 5,
  width: 32,
  height: 32,
  temperature: 1,
  inputs: [],
  amount: 0.5,
  frames: 4,
  ...more,
})

/** A VAE without secrets: the latent is every second px (three channels, half the size), and decoding doubles it back. */
function known(prior = true): OpenPackage<'vae'> {
  const pick: Graph['run'] = async ({ image }) => {
    const [, , height, width] = image!.dims as [number, number, number, number]
    const data = new Float32Array((3 * height * width) / 4)
    for (let at = 0; at < data.length; at++) {
      const x = (at % (width / 2)) * 2
      const y = (Math.floor(at / (width / 2)) % (height / 2)) * 2
      const channel = Math.floor(at / ((width * height) / 4))
      data[at] = Number(image!.data[(channel * height + y) * width + x])
    }
    return { latent: { data, dims: [1, 3, height / 2, width / 2] } }
  }
  const double: Graph['run'] = async ({ latent }) => {
    const [, , height, width] = latent!.dims as [number, number, number, number]
    const data = new Float32Array(12 * height * width)
    for (let at = 0; at < data.length; at++) {
      const x = (at % (2 * width)) >> 1
      const y = (Math.floor(at / (2 * width)) % (2 * height)) >> 1
      data[at] = Number(latent!.data[(Math.floor(at / (4 * width * height)) * height + y) * width + x])
    }
    return { image: { data, dims: [1, 3, 2 * height, 2 * width] } }
  }
  const graphs: Record<string, Partial<Graph>> = { encoder: { run: pick }, decoder: { run: double } }
  const config = {
    range: [-1, 1],
    latent: { channels: 3, downscale: 2, prior },
    size: { default: [32, 32], multiple: 16, min: 32, max: 128 },
  }
  return {
    manifest: { name: 'Known', config },
    graph: async (role: string) => graphs[role],
  } as unknown as OpenPackage<'vae'>
}

function flat(colour: readonly number[], width = 32, height = 32): RawPicture {
  const channels = colour.length as 3 | 4
  const data = new Uint8Array(width * height * channels)
  for (let at = 0; at < data.length; at += channels) data.set(colour, at)
  return { width, height, channels, data }
}

async function make(pkg: OpenPackage<'vae'>, what: VaeRecipe, pictures: Record<string, RawPicture> = {}) {
  const events: PipelineEvent[] = []
  const context: PipelineContext = {
    signal: new AbortController().signal,
    previews: false,
    report: (event) => events.push(event),
    picture: async (sha256) => pictures[sha256]!,
  }
  const { pictures: made } = await vae.run(pkg, what, context)
  return { picture: made![0]!, events }
}
const pixel = ({ data, width, channels }: RawPicture, x: number, y = 0) => [
  ...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
]
const inputs = [ID.first, ID.second]
const two = { [ID.first]: flat([200, 0, 40]), [ID.second]: flat([100, 50, 80]) }

test('a sample is the decoded noise of its seed, times the temperature', async () => {
  const { picture } = await make(known(), recipe('sample', { temperature: 0.5 }))
  const noise = new Generator(5).randn(3 * 16 * 16)
  const byte = (value: number) => Math.min(255, Math.max(0, Math.floor(((value * 0.5 + 1) / 2) * 255 + 0.5)))
  expect(pixel(picture, 0)).toEqual([byte(noise[0]!), byte(noise[256]!), byte(noise[512]!)])
  const cold = await make(known(), recipe('sample', { temperature: 0 }))
  expect(pixel(cold.picture, 9)).toEqual([128, 128, 128])
})

test('a model without a prior does not sample, and says what it does', async () => {
  for (const operation of ['sample', 'walk'] as const) {
    await expect(make(known(false), recipe(operation))).rejects.toMatchObject({
      code: 'unsupported',
      where: { field: 'recipe.operation' },
      remedy: expect.stringMatching(/remix/),
    })
  }
  const walk = await make(known(false), recipe('walk', { inputs }), two)
  expect(walk.picture.width).toBe(128)
})

test('reconstruct goes there and back; transparency is paper', async () => {
  const { picture } = await make(known(), recipe('reconstruct', { inputs: [ID.first] }), {
    [ID.first]: flat([10, 200, 30]),
  })
  expect(pixel(picture, 17, 17)).toEqual([10, 200, 30])
  const glass = await make(known(), recipe('reconstruct', { inputs: [ID.first] }), { [ID.first]: flat([0, 0, 0, 51]) })
  expect(pixel(glass.picture, 3)).toEqual([204, 204, 204])
})

test('remix goes from the first picture to the second', async () => {
  const at = async (amount: number) => pixel((await make(known(), recipe('remix', { inputs, amount }), two)).picture, 0)
  expect(await at(0)).toEqual([200, 0, 40])
  expect(await at(1)).toEqual([100, 50, 80])
  expect(await at(0.5)).toEqual([150, 25, 60])
})

test('a walk between pictures is a strip in equal steps', async () => {
  const { picture, events } = await make(known(), recipe('walk', { inputs, frames: 5 }), two)
  expect([picture.width, picture.height]).toEqual([160, 32])
  expect([0, 32, 64, 96, 128].map((x) => pixel(picture, x)[0])).toEqual([200, 175, 150, 125, 100])
  expect(events.filter((event) => event.type === 'step')).toHaveLength(5)
})

test('a walk without pictures goes from the seed to the next and keeps the contrast of noise on the way', async () => {
  const { picture } = await make(known(), recipe('walk', { frames: 3, temperature: 0.3 }))
  const frame = (at: number, { data, width }: RawPicture) => {
    const values: number[] = []
    for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) values.push(data[(y * width + at * 32 + x) * 3]!)
    return values
  }
  const first = await make(known(), recipe('sample', { temperature: 0.3 }))
  const last = await make(known(), recipe('sample', { temperature: 0.3, seed: 6 }))
  expect(frame(0, picture)).toEqual(frame(0, first.picture))
  expect(frame(2, picture)).toEqual(frame(0, last.picture))
  const spread = (values: number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - 127.5) ** 2, 0) / values.length)
  expect(spread(frame(1, picture)) / spread(frame(0, picture))).toBeGreaterThan(0.9)
})

test.each([
  ['sample', { inputs: [ID.first] }, 'usage', 'recipe.inputs'],
  ['reconstruct', {}, 'usage', 'recipe.inputs'],
  ['remix', { inputs: [ID.first] }, 'usage', 'recipe.inputs'],
  ['sample', { width: 40 }, 'usage', 'recipe.width'],
  ['sample', { height: 16 }, 'usage', 'recipe.height'],
  ['sample', { height: 256 }, 'usage', 'recipe.height'],
  ['reconstruct', { inputs: [ID.first], width: 64 }, 'invalid-input', 'recipe.inputs.0'],
] as const)('%s with %j is refused: %s %s', async (operation, more, code, field) => {
  await expect(make(known(), recipe(operation, more as Partial<VaeRecipe>), two)).rejects.toMatchObject({
    code,
    where: { field },
    remedy: expect.any(String),
  })
})

test('a package whose latent is not what it says is told', async () => {
  const pkg = known()
  const wrong = {
    ...pkg,
    manifest: {
      ...pkg.manifest,
      config: { ...pkg.manifest.config, latent: { channels: 4, downscale: 2, prior: true } },
    },
  }
  await expect(make(wrong, recipe('reconstruct', { inputs: [ID.first] }), two)).rejects.toMatchObject({
    code: 'invalid-model',
    message: 'the encoder should give [1, 4, 16, 16] and gave [1, 3, 16, 16]',
  })
})

test('a package with real graphs goes all four ways', async () => {
  const dir = join(import.meta.dirname, '../../../models/tiny/tiny-vae')
  const manifest = parse(modelPackageSchema, JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')), {
    what: 'model.json',
  })
  const pkg = openPackage(dir, manifest as PackageOf<'vae'>, { device: 'cpu', threads: 1 })
  for (const what of [recipe('sample'), recipe('reconstruct', { inputs: [ID.first] }), recipe('remix', { inputs })]) {
    const { picture } = await make(pkg, what, two)
    expect(picture).toMatchObject({ width: 32, height: 32, channels: 3 })
  }
  expect((await make(pkg, recipe('walk'))).picture.width).toBe(128)
  await pkg.close()
})

const thirdParty = join(import.meta.dirname, '../../../../shared/models-third-party')
describe.skipIf(!existsSync(join(thirdParty, 'taef2-encoder.onnx')))('a VAE from elsewhere', () => {
  test('reconstructs a drawing recognisably', async () => {
    const graphs: Record<string, Awaited<ReturnType<typeof openGraph>>> = {
      encoder: await openGraph(join(thirdParty, 'taef2-encoder.onnx'), { device: 'cpu', threads: 2 }),
      decoder: await openGraph(join(thirdParty, 'taef2-decoder.onnx'), { device: 'cpu', threads: 2 }),
    }
    const config = {
      range: [0, 1],
      latent: { channels: 32, downscale: 8, prior: false },
      size: { default: [128, 128], multiple: 8, min: 64, max: 512 },
    }
    const pkg = {
      manifest: { name: 'TAEF2', config },
      graph: async (role: string) => graphs[role],
    } as unknown as OpenPackage<'vae'>
    const input = flat([240, 230, 210], 96, 64)
    for (let y = 0; y < 64; y++)
      for (let x = 0; x < 96; x++) if (Math.hypot(x - 48, y - 32) < 22) input.data.set([200, 60, 40], (y * 96 + x) * 3)
    const { picture } = await make(pkg, recipe('reconstruct', { inputs: [ID.first], width: 96, height: 64 }), {
      [ID.first]: input,
    })
    let squares = 0
    for (let at = 0; at < input.data.length; at++) squares += (input.data[at]! - picture.data[at]!) ** 2
    const psnr = 10 * Math.log10((255 * 255 * input.data.length) / squares)
    expect(psnr).toBeGreaterThan(25)
    for (const graph of Object.values(graphs)) await graph.close()
  })
})
