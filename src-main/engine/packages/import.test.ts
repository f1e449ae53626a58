import { existsSync } from 'node:fs'
import { cp, link, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Family, PackageOf } from '#shared/models/manifest.ts'
import type { RecipeKind, RecipeOf } from '#shared/recipe/recipe.ts'
import type { Made } from '../pipelines/pipeline.ts'
import { pipelineFor } from '../pipelines/registry.ts'
import { importPackage } from './import.ts'
import { floats, input, ints, node, onnxModel, output } from './onnx-write.ts'
import { openPackage } from './open.ts'
import { readManifest, verifyFiles } from './read.ts'

const root = join(import.meta.dirname, '../../..')
const tiny = (path: string) => join(root, 'models/tiny', path)

let folder: string
let out: string
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'broadside-'))
  folder = join(dir, 'My Model v2')
  out = join(dir, 'out')
  await mkdir(folder)
  await mkdir(out)
})

const bring = (from: string, to = from) => cp(tiny(from), join(folder, to))
const imported = (path = folder, hints = {}) => importPackage(path, out, hints)

/** Makes something with what was imported: the proof that it is a package. */
async function make<F extends Family>(
  manifest: PackageOf<F>,
  recipe: object,
  picture?: { width: number; height: number },
): Promise<Made> {
  const pkg = openPackage(out, manifest, { device: 'cpu' })
  const data = picture && Uint8Array.from({ length: picture.width * picture.height * 3 }, (_, at) => (at * 7) % 256)
  const run = pipelineFor(manifest.family).run as unknown as (
    pkg: unknown,
    recipe: RecipeOf<RecipeKind>,
    context: unknown,
  ) => Promise<Made>
  const made = await run(
    pkg,
    { format: 1, model: { id: manifest.id, hash: '0'.repeat(64) }, seed: 1, ...recipe } as never,
    {
      signal: new AbortController().signal,
      previews: false,
      report: () => {},
      picture: async () => ({ ...picture, channels: 3, data }),
    },
  )
  await pkg.close()
  return made
}

describe('a folder that is a package', () => {
  test('is copied and hashed, with its own id or the one asked for', async () => {
    const manifest = await imported(tiny('tiny-gan'), { id: 'other' })
    expect(manifest.id).toBe('other')
    await verifyFiles(out, await readManifest(out))
    expect((await readdir(out)).sort()).toEqual((await readdir(tiny('tiny-gan'))).sort())
  })

  test('with a flipped bit is refused', async () => {
    await cp(tiny('tiny-gan'), folder, { recursive: true })
    const bytes = await readFile(join(folder, 'synthesis.onnx'))
    bytes[3000]! ^= 8
    await writeFile(join(folder, 'synthesis.onnx'), bytes)
    await expect(imported()).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringContaining('synthesis.onnx'),
    })
  })
})

describe('a bare .onnx', () => {
  test('upscaler: scale and reach are measured, the licence beside it comes along', async () => {
    await bring('tiny-upscaler/x2.onnx', 'sharp.onnx')
    await writeFile(join(folder, 'sharp.LICENSE'), 'MIT')
    await writeFile(join(folder, 'other.onnx'), 'never looked at')
    const manifest = await imported(join(folder, 'sharp.onnx'), { licence: 'MIT' })
    expect(manifest).toMatchObject({
      id: 'sharp',
      family: 'upscaler',
      licence: 'MIT',
      config: { sessions: { 2: 'x2.onnx' }, multiple: 1, overlap: 8 },
    })
    expect(Object.keys(manifest.files)).toEqual(['x2.onnx', 'LICENSE'])
    const { pictures } = await make(
      manifest as PackageOf<'upscaler'>,
      { kind: 'upscale', input: '0', scale: 2 },
      { width: 70, height: 50 },
    )
    expect(pictures?.[0]).toMatchObject({ width: 140, height: 100 })
  })

  test.each(['half-encoder.onnx', 'half-decoder.onnx', ''])(
    'VAE pair by "%s": latent and range are measured',
    async (name) => {
      await bring('tiny-vae/encoder.onnx', 'half-encoder.onnx')
      await bring('tiny-vae/decoder.onnx', 'half-decoder.onnx')
      const manifest = (await imported(join(folder, name))) as PackageOf<'vae'>
      expect(manifest).toMatchObject({ id: 'half', family: 'vae', config: { latent: { channels: 4, downscale: 8 } } })
      expect(manifest.bindings).toBeUndefined()
    },
  )

  test('half of a VAE says what is missing', async () => {
    await bring('tiny-vae/encoder.onnx', 'half-encoder.onnx')
    await expect(imported(join(folder, 'half-encoder.onnx'))).rejects.toMatchObject({
      code: 'invalid-model',
      message: /other half/,
      remedy: expect.any(String),
    })
  })

  test.each([
    ['a vector', ['b', 8]],
    ['a vector as a 1×1 picture', ['b', 8, 1, 1]],
  ])('GAN generator from %s: its vector becomes the style', async (_, dims) => {
    const weights = Float32Array.from({ length: 8 * 48 }, (_value, at) => Math.sin(at * 1.7))
    const generator = onnxModel([
      node({ op: 'Reshape', inputs: ['noise', 'flat'], output: 'rows' }),
      node({ op: 'MatMul', inputs: ['rows', 'w'], output: 'pixels' }),
      node({ op: 'Reshape', inputs: ['pixels', 'picture'], output: 'shaped' }),
      node({ op: 'Tanh', inputs: ['shaped'], output: 'out' }),
      [2, 'generator'],
      ints('flat', [-1, 8]),
      ints('picture', [-1, 3, 4, 4]),
      floats('w', [8, 48], weights),
      input('noise', dims),
      output('out', ['b', 3, 4, 4]),
    ])
    await writeFile(join(folder, 'Faces.onnx'), generator)
    const manifest = (await imported(join(folder, 'Faces.onnx'))) as PackageOf<'gan'>
    expect(manifest).toMatchObject({ id: 'faces', family: 'gan', config: { latent: 8, styles: 1, size: [4, 4] } })
    const gan = { kind: 'gan', prompt: '', truncation: 1 }
    const { pictures } = await make(manifest, gan)
    expect(pictures?.[0]).toMatchObject({ width: 4, height: 4 })
    // Truncation 0 is the mean vector, which this generator turns grey.
    const grey = await make(manifest, { ...gan, truncation: 0 })
    expect(new Set(grey.pictures![0]!.data)).toEqual(new Set([128]))
  })

  test('a graph of another kind is refused with what it takes and gives', async () => {
    await cp(tiny('tiny-text/model.onnx'), join(folder, 'model.onnx'))
    await expect(imported(join(folder, 'model.onnx'))).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/takes input_ids int64\[1, S\]/),
    })
  })

  test('a folder of several models asks for one', async () => {
    await bring('tiny-upscaler/x2.onnx', 'a.onnx')
    await bring('tiny-upscaler/x4.onnx', 'b.onnx')
    await expect(imported()).rejects.toMatchObject({
      message: expect.stringContaining('a.onnx, b.onnx'),
      remedy: 'Name one of the files.',
    })
  })
})

describe('a diffusers folder', () => {
  const words = ['a</w>', 'fox</w>', 'teal</w>', 'x</w>', '!</w>', '<|startoftext|>', '<|endoftext|>']
  beforeEach(async () => {
    for (const part of ['unet', 'vae_encoder', 'vae_decoder', 'text_encoder', 'tokenizer', 'scheduler'])
      await mkdir(join(folder, part))
    const json = (path: string, value: unknown) => writeFile(join(folder, path), JSON.stringify(value))
    await json('model_index.json', { _class_name: 'StableDiffusionPipeline' })
    await bring('tiny-diffusion/denoiser.onnx', 'unet/model.onnx')
    await bring('tiny-diffusion/vae_encoder.onnx', 'vae_encoder/model.onnx')
    await bring('tiny-diffusion/vae_decoder.onnx', 'vae_decoder/model.onnx')
    await bring('tiny-diffusion/text_encoder.onnx', 'text_encoder/model.onnx')
    await json('unet/config.json', { sample_size: 8, in_channels: 4 })
    await json('vae_decoder/config.json', { scaling_factor: 0.5, latent_channels: 4, block_out_channels: [1, 2, 3, 4] })
    await json('tokenizer/vocab.json', Object.fromEntries(words.map((word, id) => [word, id])))
    await writeFile(join(folder, 'tokenizer/merges.txt'), '#version: 0.2\n')
    await json('tokenizer/tokenizer_config.json', { model_max_length: 6 })
    await json('scheduler/scheduler_config.json', {
      _class_name: 'PNDMScheduler',
      beta_start: 0.00085,
      beta_end: 0.012,
      beta_schedule: 'scaled_linear',
    })
  })

  test('becomes a package that makes pictures', async () => {
    const manifest = (await imported()) as PackageOf<'diffusion'>
    expect(manifest).toMatchObject({
      id: 'my-model-v2',
      family: 'diffusion',
      config: {
        prediction: 'epsilon',
        latent: { channels: 4, downscale: 8, scalingFactor: 0.5 },
        size: { default: [64, 64], multiple: 64 },
        training: { betaSchedule: 'scaled_linear', steps: 1000 },
        tokenizer: { kind: 'clip', folder: 'tokenizer', length: 6 },
      },
    })
    const { pictures, reading } = await make(manifest, {
      kind: 'diffusion',
      ...{
        prompt: 'a',
        negative: '',
        width: 64,
        height: 64,
        steps: 3,
        guidance: 3,
        sampler: 'dpmpp-2m',
        schedule: 'karras',
      },
    })
    expect(pictures?.[0]).toMatchObject({ width: 64, height: 64 })
    expect(reading).toEqual({ understood: [], unknown: [] })
  })

  test('without a part says which', async () => {
    await rename(join(folder, 'vae_decoder'), join(folder, 'else'))
    await expect(imported()).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringContaining('vae_decoder'),
    })
  })

  test('with two text encoders is refused with the reason', async () => {
    await mkdir(join(folder, 'text_encoder_2'))
    await expect(imported()).rejects.toMatchObject({ message: expect.stringContaining('several text encoders') })
  })
})

test('a transformers folder becomes a text package', async () => {
  await mkdir(join(folder, 'onnx'))
  await bring('tiny-text/model.onnx', 'onnx/model.onnx')
  await bring('tiny-text/tokenizer.json', 'tokenizer.json')
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({
      model_type: 'llama',
      num_hidden_layers: 2,
      num_attention_heads: 2,
      hidden_size: 16,
      max_position_embeddings: 128,
      eos_token_id: [2],
      bos_token_id: 1,
    }),
  )
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({
      chat_template: '{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}',
    }),
  )
  const manifest = (await imported()) as PackageOf<'text'>
  expect(manifest).toMatchObject({
    family: 'text',
    config: {
      sessions: { model: 'onnx/model.onnx' },
      layers: 2,
      heads: 2,
      headDim: 8,
      context: 128,
      cache: 'bhsd',
      bos: '<bos>',
      eos: '<eos>',
    },
  })
  const prompt = new Template(manifest.config.prompt).render({
    channel: 'headline',
    language: 'en',
    product: 'Tea',
    category: '',
    audience: '',
    occasion: '',
    tone: 'warm',
    benefit: '',
  })
  expect(prompt).toBe(
    '<bos>[user] Write one short advertising headline in English for Tea, in a warm tone. Answer with the line alone.',
  )
})

describe('refuses, with the reason', () => {
  test.each([
    ['a pickle', 'model.pt', /hold code/],
    ['a text', 'notes.txt', /no model that the studio knows/],
    ['an .onnx that is none', 'model.onnx', /not an ONNX file/],
  ])('%s', async (_, name, message) => {
    await writeFile(join(folder, name), 'hello')
    await expect(imported(join(folder, name))).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(message),
    })
  })

  test('an empty folder and a path that is not there', async () => {
    await expect(imported()).rejects.toMatchObject({ code: 'invalid-model' })
    await expect(imported(join(folder, 'gone'))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('links inside a folder: symbolic and hard', async () => {
    await cp(tiny('tiny-vae'), folder, { recursive: true })
    await rename(join(folder, 'encoder.onnx'), join(folder, '..', 'outside.onnx'))
    await symlink('../outside.onnx', join(folder, 'encoder.onnx'))
    await expect(imported()).rejects.toMatchObject({ code: 'invalid-file', message: expect.stringContaining('link') })
    await rm(join(folder, 'encoder.onnx'))
    await link(join(folder, '..', 'outside.onnx'), join(folder, 'encoder.onnx'))
    await expect(imported()).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining('hard link'),
    })
  })
})

describe('models in the wild', () => {
  const wild = join(root, '../shared/models-third-party')
  const here = existsSync(wild)
  const note = here ? '' : ' (skipped: ../shared/models-third-party is not there)'

  test.skipIf(!here)(`Real-ESRGAN animevideov3 turns 192×160 into 768×640${note}`, async () => {
    const manifest = (await imported(join(wild, 'realesr-animevideov3-x4.onnx'))) as PackageOf<'upscaler'>
    expect(manifest).toMatchObject({
      id: 'realesr-animevideov3-x4',
      family: 'upscaler',
      config: { sessions: { 4: 'x4.onnx' } },
    })
    expect(Object.keys(manifest.files)).toContain('LICENSE')
    const { pictures } = await make(manifest, { kind: 'upscale', input: '0', scale: 4 }, { width: 192, height: 160 })
    expect(pictures?.[0]).toMatchObject({ width: 768, height: 640 })
  })

  test.skipIf(!here)(`taef2 is a VAE by either file${note}`, async () => {
    const manifest = (await imported(join(wild, 'taef2-decoder.onnx'))) as PackageOf<'vae'>
    expect(manifest).toMatchObject({
      id: 'taef2',
      family: 'vae',
      config: { range: [0, 1], latent: { channels: 32, downscale: 8, prior: false } },
    })
    expect(
      Object.keys(manifest.files)
        .map((path) => basename(path))
        .sort(),
    ).toEqual(['LICENSE', 'decoder.onnx', 'encoder.onnx'])
  })

  test.skipIf(!here)(`the folder of both asks for one of them${note}`, async () => {
    await expect(imported(wild)).rejects.toMatchObject({ code: 'invalid-model', remedy: 'Name one of the files.' })
  })
})
