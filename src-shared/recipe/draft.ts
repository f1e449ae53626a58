import { StudioError } from '../errors.ts'
import { checkFits } from '../models/limits.ts'
import type { ModelPackage } from '../models/manifest.ts'
import { graphScales } from '../models/passes.ts'
import type { ModelRef } from './common.ts'
import { parseRecipe, type Recipe, type RecipeOf } from './recipe.ts'
import type { Brief, Limit } from './text.ts'

/** What somebody asked for, by whatever face of the program; what they left out is the package's to say. */
export interface ImageWish {
  prompt?: string
  negative?: string
  seed: number
  /** px */
  size?: readonly [width: number, height: number]
  /** The package's few steps instead of its usual ones, where neither steps nor sampler is said. */
  fast?: boolean
  steps?: number
  guidance?: number
  sampler?: string
  schedule?: string
  /** sha256 of pictures in the library. */
  inputs?: readonly string[]
  strength?: number
  mask?: string
  /** sha256 of a picture of the subject. */
  reference?: string
  truncation?: number
  mix?: { seed: number; from: number }
  interpolate?: { to: number; frames: number }
  operation?: string
  amount?: number
  temperature?: number
  frames?: number
  scale?: number
}

export interface TextWish {
  brief: Brief
  language: string
  channel: string
  framework?: string
  limit?: Limit
  count: number
  seed: number
  temperature?: number
  topK?: number
  topP?: number
  minP?: number
  maxTokens?: number
  candidates?: number
}

type ImageKind = Exclude<Recipe['kind'], 'text'>

/** Which wishes each kind of recipe can grant. */
const TAKES: Record<ImageKind, readonly (keyof ImageWish)[]> = {
  diffusion: [
    ...(['prompt', 'negative', 'size', 'fast', 'steps', 'guidance', 'sampler', 'schedule'] as const),
    ...(['inputs', 'strength', 'mask', 'reference'] as const),
  ],
  gan: ['prompt', 'truncation', 'mix', 'interpolate'],
  vae: ['operation', 'size', 'inputs', 'amount', 'temperature', 'frames'],
  upscale: ['inputs', 'scale'],
}

/** A whole recipe from a wish and a package's defaults. Throws a `usage` error for what this family does not do. */
export function draftImage(manifest: ModelPackage, hash: string, wish: ImageWish): Recipe {
  const model = { id: manifest.id, hash }
  switch (manifest.family) {
    case 'diffusion': {
      takesOnly(manifest, 'diffusion', wish)
      const { fast } = manifest.config
      if (wish.fast && !fast)
        throw usage('fast', `${manifest.id} has no fast setting`, 'Ask for fewer steps and see how they look.')
      const defaults = { ...manifest.config.defaults, ...(wish.fast ? fast : {}) }
      const init = one(wish.inputs)
      return fitting(manifest, {
        ...start('diffusion', model, wish),
        ...sides(wish.size ?? manifest.config.size.default),
        prompt: wish.prompt ?? '',
        negative: wish.negative ?? '',
        steps: wish.steps ?? defaults.steps,
        guidance: wish.guidance ?? defaults.guidance,
        sampler: wish.sampler ?? defaults.sampler,
        schedule: wish.schedule ?? defaults.schedule,
        init,
        strength: wish.strength ?? (init === undefined ? undefined : DEFAULT_STRENGTH),
        mask: wish.mask,
        reference: wish.reference,
      })
    }
    case 'gan':
      takesOnly(manifest, 'gan', wish)
      return fitting(manifest, {
        ...start('gan', model, wish),
        prompt: wish.prompt ?? '',
        truncation: wish.truncation ?? manifest.config.defaults.truncation,
        mix: wish.mix,
        interpolate: wish.interpolate,
      })
    case 'vae': {
      takesOnly(manifest, 'vae', wish)
      const inputs = wish.inputs ?? []
      return fitting(manifest, {
        ...start('vae', model, wish),
        ...sides(wish.size ?? manifest.config.size.default),
        operation: wish.operation ?? (['sample', 'reconstruct', 'remix'] as const)[inputs.length] ?? 'remix',
        inputs,
        amount: wish.amount,
        temperature: wish.temperature,
        frames: wish.frames,
      })
    }
    case 'upscaler': {
      takesOnly(manifest, 'upscale', wish)
      const input = one(wish.inputs)
      if (input === undefined)
        throw usage('inputs', `${manifest.id} enlarges a picture and needs one`, 'Use "broadside upscale FILE".')
      const largest = graphScales(manifest.config).at(-1)
      return fitting(manifest, { format: 1, kind: 'upscale', model, input, scale: wish.scale ?? largest })
    }
    case 'text':
      throw usage('model', `${manifest.id} writes copy and makes no pictures`, 'Use "broadside make copy".')
  }
}

/** Half way: the composition stays, the drawing is new. */
const DEFAULT_STRENGTH = 0.6
/** A headline needs 12, a packaging blurb 80; the channel's limit stops it earlier. */
const DEFAULT_MAX_TOKENS = 160

export function draftCopy(manifest: ModelPackage, hash: string, wish: TextWish): RecipeOf<'text'> {
  if (manifest.family !== 'text')
    throw usage('model', `${manifest.id} is a ${manifest.family} model and writes no copy`, 'Name a text model.')
  const { defaults } = manifest.config
  const recipe = {
    format: 1,
    kind: 'text',
    model: { id: manifest.id, hash },
    brief: wish.brief,
    language: wish.language,
    channel: wish.channel,
    framework: wish.framework,
    limit: wish.limit,
    count: wish.count,
    seed: wish.seed,
    temperature: wish.temperature ?? defaults.temperature,
    topK: wish.topK ?? defaults.topK,
    topP: wish.topP ?? defaults.topP,
    minP: wish.minP ?? defaults.minP,
    repetitionPenalty: defaults.repetitionPenalty,
    maxTokens: wish.maxTokens ?? DEFAULT_MAX_TOKENS,
    candidates: wish.candidates ?? defaults.candidates,
  }
  return fitting(manifest, recipe) as RecipeOf<'text'>
}

/** The package's own ranges first: "1 to 50 steps" helps more than the schema's "at least 1". */
function fitting(manifest: ModelPackage, recipe: Record<string, unknown>): Recipe {
  const given = withoutUndefined(recipe)
  checkFits(given as Recipe, manifest)
  return parseRecipe(given)
}

function withoutUndefined(recipe: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(recipe).filter(([, value]) => value !== undefined))
}

function start(kind: ImageKind, model: ModelRef, wish: ImageWish) {
  return { format: 1, kind, model, seed: wish.seed }
}

function sides([width, height]: readonly [number, number]) {
  return { width, height }
}

function one(inputs: readonly string[] | undefined): string | undefined {
  if (inputs !== undefined && inputs.length > 1)
    throw usage('inputs', `one picture is needed, got ${inputs.length}`, 'Give --init once.')
  return inputs?.[0]
}

function takesOnly(manifest: ModelPackage, kind: ImageKind, wish: ImageWish): void {
  const taken = TAKES[kind]
  for (const key of Object.keys(wish) as (keyof ImageWish)[]) {
    if (key === 'seed' || wish[key] === undefined || taken.includes(key)) continue
    if (key === 'inputs' && wish.inputs?.length === 0) continue
    throw usage(
      key,
      `${manifest.id} is a ${manifest.family} model and takes no ${key}`,
      `It takes ${taken.join(', ')}.`,
    )
  }
}

function usage(field: string, message: string, remedy: string): StudioError {
  return new StudioError({ code: 'usage', message: `${field}: ${message}`, where: { field }, remedy })
}
