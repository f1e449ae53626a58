import { lstat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { PackageOf } from '#shared/models/manifest.ts'
import { openGraph } from '../onnx/session.ts'
import { readJsonFile } from './json-file.ts'
import { checkOnnx } from './onnx-file.ts'
import { cannotImport, described, type PlannedFile, type Recogniser } from './plan.ts'
import { plainFile } from './read.ts'

const side = z.number().int().min(1).max(8192)
const modelIndex = z.looseObject({ _class_name: z.string().max(200) })
const scheduler = z.looseObject({
  _class_name: z.string().default(''),
  prediction_type: z.enum(['epsilon', 'v_prediction', 'sample', 'flow_prediction']).default('epsilon'),
  beta_start: z.number().default(0.0001),
  beta_end: z.number().default(0.02),
  beta_schedule: z.string().default('linear'),
  num_train_timesteps: z.number().int().min(1).max(10_000).default(1000),
  shift: z.number().positive().default(1),
})
const vae = z.looseObject({
  latent_channels: z.number().int().min(1).max(64).default(4),
  scaling_factor: z.number().default(0.18215),
  shift_factor: z.number().nullish(),
  block_out_channels: z.array(z.number()).min(1).max(8).default([0, 0, 0, 0]),
})
const denoiser = z.looseObject({ sample_size: z.union([side, z.tuple([side, side])]).default(64) })
const tokenizer = z.looseObject({ model_max_length: z.number().default(77) })

/** The parts we take, and under which names exporters put them. */
const PARTS = {
  denoiser: ['unet', 'transformer'],
  vaeDecoder: ['vae_decoder'],
  vaeEncoder: ['vae_encoder'],
  textEncoder: ['text_encoder'],
} as const

/** A diffusers ONNX folder, as Optimum writes it: model_index.json and one folder per part. */
export const diffusersFolder: Recogniser = async (source, signal) => {
  const { path, folder, names } = source
  if (!folder || !names.includes('model_index.json')) return undefined
  const { _class_name: className } = await readJsonFile(path, 'model_index.json', modelIndex)
  for (const second of ['text_encoder_2', 'text_encoder_3', 'tokenizer_2']) {
    if (names.includes(second)) {
      throw cannotImport(
        path,
        `is a ${className} with ${second}, and models with several text encoders cannot be run yet`,
      )
    }
  }

  const parts: Record<string, string> = {}
  const files: PlannedFile[] = []
  for (const [role, folders] of Object.entries(PARTS)) {
    const part = folders.find((name) => names.includes(name))
    if (part === undefined) continue
    const graph = `${part}/model.onnx`
    const { external } = await checkOnnx(await plainFile(path, graph))
    parts[role] = graph
    files.push(...[graph, ...external.map((name) => `${part}/${name}`)].map((to) => ({ from: join(path, to), to })))
  }
  for (const role of ['denoiser', 'vaeDecoder', 'textEncoder'] as const) {
    if (!parts[role])
      throw cannotImport(
        path,
        `has no ${PARTS[role].join(' or ')} with a model.onnx`,
        'Export the whole pipeline with Optimum.',
      )
  }
  for (const name of ['vocab.json', 'merges.txt', 'special_tokens_map.json', 'tokenizer_config.json']) {
    const to = `tokenizer/${name}`
    if (await isThere(join(path, to))) files.push({ from: join(path, to), to })
  }
  if (!files.some(({ to }) => to === 'tokenizer/vocab.json')) {
    throw cannotImport(path, 'has no tokenizer/vocab.json: only CLIP tokenizers can be read')
  }
  signal?.throwIfAborted()

  const optional = async <S extends z.ZodType>(paths: string[], schema: S): Promise<z.output<S>> => {
    for (const name of paths) if (await isThere(join(path, name))) return readJsonFile(path, name, schema)
    return schema.parse({})
  }
  const noise = await optional(['scheduler/scheduler_config.json'], scheduler)
  const latent = await optional(['vae_decoder/config.json', 'vae/config.json'], vae)
  const shape = await optional(['unet/config.json', 'transformer/config.json'], denoiser)
  const words = await optional(['tokenizer/tokenizer_config.json'], tokenizer)
  const downscale = 2 ** (latent.block_out_channels.length - 1)
  const [high, wide] =
    typeof shape.sample_size === 'number' ? [shape.sample_size, shape.sample_size] : shape.sample_size
  const flow = noise._class_name.startsWith('FlowMatch') || noise.prediction_type === 'flow_prediction'
  if (noise.prediction_type === 'sample')
    throw cannotImport(path, 'predicts the sample itself, which no sampler here takes')
  const prediction = flow ? 'flow' : noise.prediction_type === 'v_prediction' ? 'v_prediction' : 'epsilon'
  const size: [number, number] = [wide * downscale, high * downscale]

  const config: PackageOf<'diffusion'>['config'] = {
    sessions: {
      textEncoder: parts.textEncoder!,
      denoiser: parts.denoiser!,
      ...(parts.vaeEncoder ? { vaeEncoder: parts.vaeEncoder } : {}),
      vaeDecoder: parts.vaeDecoder!,
    },
    prediction,
    latent: {
      channels: latent.latent_channels,
      downscale,
      scalingFactor: latent.scaling_factor,
      shift: latent.shift_factor ?? 0,
    },
    // A U-Net halves its latents three times, so sides are multiples of eight latent cells.
    size: { default: size, min: 8 * downscale, max: Math.min(8192, 2 * Math.max(...size)), multiple: 8 * downscale },
    ...defaultsFor(noise._class_name, prediction, noise.shift),
    ...(flow
      ? {}
      : {
          training: {
            betaStart: noise.beta_start,
            betaEnd: noise.beta_end,
            betaSchedule: noise.beta_schedule === 'scaled_linear' ? ('scaled_linear' as const) : ('linear' as const),
            steps: noise.num_train_timesteps,
          },
        }),
    tokenizer: { kind: 'clip', folder: 'tokenizer', length: Math.min(512, words.model_max_length) },
  }
  const bindings = parts.vaeEncoder ? await encoderBinding(join(path, parts.vaeEncoder)) : undefined
  return {
    manifest: {
      ...described(source, basename(path), `Imported from a diffusers folder (${className}).`),
      family: 'diffusion',
      ...(bindings ? { bindings: { vaeEncoder: bindings } } : {}),
      config,
    },
    files,
  }
}

function defaultsFor(schedulerClass: string, prediction: string, flowShift: number) {
  if (schedulerClass.startsWith('LCM')) {
    return {
      defaults: { steps: 4, guidance: 1, sampler: 'lcm' as const, schedule: 'linear' as const, flowShift },
      limits: { steps: [1, 50] as [number, number], guidance: [1, 3] as [number, number] },
    }
  }
  const limits = { steps: [1, 150] as [number, number], guidance: [1, 20] as [number, number] }
  return prediction === 'flow'
    ? { defaults: { steps: 20, guidance: 4, sampler: 'euler' as const, schedule: 'flow' as const, flowShift }, limits }
    : {
        defaults: { steps: 20, guidance: 7.5, sampler: 'dpmpp-2m' as const, schedule: 'karras' as const, flowShift },
        limits,
      }
}

/** Newer exports call the encoder's output `latent_parameters`. */
async function encoderBinding(file: string): Promise<Record<string, string> | undefined> {
  const graph = await openGraph(file, { device: 'cpu' })
  const outputs = graph.outputs.map(({ name }) => name)
  await graph.close()
  return !outputs.includes('latent_sample') && outputs.includes('latent_parameters')
    ? { latent_sample: 'latent_parameters' }
    : undefined
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    (status) => status.isFile(),
    () => false,
  )
}
