import { z } from 'zod'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { SAMPLERS, SCHEDULES } from '../recipe/diffusion.ts'

/** model.json of a model package; docs/model-packages.md says what the graphs take and give. */

export const FAMILIES = ['diffusion', 'gan', 'vae', 'upscaler', 'text'] as const
export type Family = (typeof FAMILIES)[number]

/** A file inside the package: relative, forward slashes, no `..`, nothing hidden. */
export const packagePath = z
  .string()
  .max(200)
  .regex(/^(?!.*(?:^|\/)\.)[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, 'expected a relative path inside the package')

const range = z.tuple([z.number(), z.number()])
const side = z.number().int().min(1).max(8192)
const size = z.tuple([side, side])

const diffusionConfig = z.strictObject({
  sessions: z.strictObject({
    textEncoder: packagePath.optional(),
    denoiser: packagePath,
    vaeEncoder: packagePath.optional(),
    vaeDecoder: packagePath,
  }),
  prediction: z.enum(['flow', 'epsilon', 'v_prediction']),
  latent: z.strictObject({
    channels: z.number().int().min(1).max(64),
    downscale: z.number().int().min(1).max(64),
    scalingFactor: z.number().default(1),
    shift: z.number().default(0),
  }),
  size: z.strictObject({ default: size, min: side, max: side, multiple: side }),
  defaults: z.strictObject({
    steps: z.number().int().min(1).max(150),
    guidance: z.number().min(1).max(30),
    sampler: z.enum(SAMPLERS),
    schedule: z.enum(SCHEDULES),
    flowShift: z.number().positive().default(1),
    /** Share of the timesteps, 0…1, at and below which guidance is left out: there it only hardens edges. */
    guidanceAbove: z.number().min(0).max(1).optional(),
  }),
  /** Few steps, for looking while words are still being found; measured to come near the defaults. */
  fast: z.strictObject({ steps: z.number().int().min(1).max(150), sampler: z.enum(SAMPLERS) }).optional(),
  limits: z.strictObject({ steps: range, guidance: range }),
  /** epsilon and v models: the training schedule, as diffusers names it. */
  training: z
    .strictObject({
      betaStart: z.number(),
      betaEnd: z.number(),
      betaSchedule: z.enum(['linear', 'scaled_linear']),
      steps: z.number().int().min(1).max(10_000),
    })
    .optional(),
  tokenizer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('phrases'), file: packagePath, length: z.number().int().min(1).max(512) }),
    z.strictObject({ kind: z.literal('clip'), folder: packagePath, length: z.number().int().min(1).max(512) }),
  ]),
  reference: z
    .strictObject({
      file: packagePath,
      size: side,
      jitter: z.strictObject({ position: z.number().min(0).max(1), size: z.number().min(0).max(1) }),
      layouts: z.record(z.string(), z.array(z.array(z.tuple([z.number(), z.number(), z.number()])))),
    })
    .optional(),
})

const ganConfig = z.strictObject({
  sessions: z.strictObject({ mapping: packagePath, synthesis: packagePath }),
  latent: z.number().int().min(1).max(4096),
  styles: z.number().int().min(1).max(64),
  classes: z.array(z.string()).min(1).max(1000),
  classesZh: z.array(z.string()).optional(),
  size,
  seamless: z.boolean().default(false),
  defaults: z.strictObject({ truncation: z.number().min(0).max(2) }),
})

const vaeConfig = z.strictObject({
  sessions: z.strictObject({ encoder: packagePath, decoder: packagePath }),
  range,
  latent: z.strictObject({
    channels: z.number().int().min(1).max(4096),
    downscale: z.number().int().min(1).max(256),
    prior: z.boolean().default(false),
  }),
  size: z.strictObject({ default: size, min: side, max: side, multiple: side }),
})

const upscalerConfig = z.strictObject({
  sessions: z.record(z.string().regex(/^[1-8]$/), packagePath),
  tile: z.number().int().min(32).max(2048),
  overlap: z.number().int().min(0).max(256),
  multiple: z.number().int().min(1).max(64).default(1),
})

const textConfig = z.strictObject({
  sessions: z.strictObject({ model: packagePath }),
  layers: z.number().int().min(1).max(256),
  heads: z.number().int().min(1).max(256),
  headDim: z.number().int().min(1).max(1024),
  context: z.number().int().min(8).max(1_000_000),
  cache: z.enum(['bshd', 'bhsd']),
  tokenizer: z.strictObject({ kind: z.literal('tokenizers'), file: packagePath }),
  bos: z.string().optional(),
  eos: z.union([z.string(), z.array(z.string())]),
  /** Jinja template over the brief's fields. */
  prompt: z.string().max(20_000),
  vocabulary: z.record(z.string(), z.unknown()).default({}),
  defaults: z.strictObject({
    temperature: z.number(),
    topK: z.number().int(),
    topP: z.number(),
    minP: z.number(),
    repetitionPenalty: z.number(),
    candidates: z.number().int().min(1).max(16).optional(),
  }),
})

const base = {
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lower-case letters, digits and dashes'),
  name: z.string().min(1).max(120),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected a version like 1.2.3'),
  description: z.string().max(2000),
  licence: z.string().max(200),
  attribution: z.array(z.string().max(500)).default([]),
  run: z.record(z.string(), z.unknown()).optional(),
  /** Imported graphs whose inputs or outputs are called otherwise: role → contract's name → the graph's own name. */
  bindings: z.record(z.string(), z.record(z.string(), z.string().max(200))).optional(),
  metrics: z.record(z.string(), z.unknown()).optional(),
  files: z.record(
    packagePath,
    z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int().min(0) }),
  ),
}

export const modelPackageSchema = z.discriminatedUnion('family', [
  z.strictObject({ ...base, family: z.literal('diffusion'), config: diffusionConfig }),
  z.strictObject({ ...base, family: z.literal('gan'), config: ganConfig }),
  z.strictObject({ ...base, family: z.literal('vae'), config: vaeConfig }),
  z.strictObject({ ...base, family: z.literal('upscaler'), config: upscalerConfig }),
  z.strictObject({ ...base, family: z.literal('text'), config: textConfig }),
])

export type ModelPackage = z.infer<typeof modelPackageSchema>
export type PackageOf<F extends Family> = Extract<ModelPackage, { family: F }>

/** What a recipe pins: the hash of what changes the result (files and config), not of the card or the metrics. */
export function packageHash(manifest: ModelPackage): string {
  const files = Object.fromEntries(
    Object.entries(manifest.files)
      .filter(([path]) => !/\.(md|webp|png|jpg)$/i.test(path) && path !== 'LICENSE')
      .map(([path, file]) => [path, file.sha256]),
  )
  const { family, config, bindings } = manifest
  return sha256Hex(canonicalJson({ format: 1, family, config, bindings, files }))
}
