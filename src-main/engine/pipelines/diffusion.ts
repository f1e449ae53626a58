import { setImmediate as nextTurn } from 'node:timers/promises'
import { Generator } from '../noise/generator.ts'
import { adapters } from '../samplers/adapters.ts'
import { flowProcess, trainedProcess } from '../samplers/process.ts'
import { type Denoiser, mix, type SamplerStep, scaled } from '../samplers/sampler.ts'
import { samplers } from '../samplers/samplers.ts'
import { schedules } from '../samplers/schedules.ts'
import { keepFor, takeFor } from './diffusion-ahead.ts'
import { guided } from './diffusion-denoiser.ts'
import { decode, encode, type LatentShape, latentShape } from './diffusion-latents.ts'
import { keepOutside, latentMask, pasteOutside } from './diffusion-mask.ts'
import { referenceLatents } from './diffusion-reference.ts'
import { type DiffusionPackage, type DiffusionRecipe, stopIfAborted, validate } from './diffusion-request.ts'
import { learnSketch, sketch } from './diffusion-sketch.ts'
import { conditions } from './diffusion-text.ts'
import type { BeginContext, Pipeline, PipelineContext } from './pipeline.ts'
import { cover } from './resample.ts'

/** How much of the init picture is remade when the recipe does not say. */
const STRENGTH = 0.6

/** A picture from a prompt; from a picture with `init`; inside the white of `mask`. */
export const diffusion: Pipeline<'diffusion', 'diffusion'> = {
  family: 'diffusion',
  kind: 'diffusion',
  async begin(pkg, recipe, context) {
    const begun = await begin(pkg, recipe, context)
    const { denoise, start } = begun
    if (start.sigmas.length < 2) return
    const first = await denoise(start.x, start.sigmas[0]!)
    const known: Denoiser = async (x, sigma) => (x === start.x ? first : denoise(x, sigma))
    await keepFor(pkg, recipe, { ...begun, denoise: known })
  },
  async run(pkg, recipe, context) {
    const { shape, words, noise, start, denoise } =
      (await takeFor<Begun>(pkg, recipe)) ?? (await begin(pkg, recipe, context))
    if (start.sigmas.length < 2 && start.init) return { pictures: [start.init], reading: words.reading }

    context.report({ type: 'stage', stage: 'sampling' })
    const latents = await samplers[recipe.sampler](denoise, start.x, start.sigmas, {
      process: start.process,
      noise: () => noise.randn(shape.size),
      signal: context.signal,
      report: (step) => tell(pkg, context, shape, step),
    })

    stopIfAborted(context.signal)
    context.report({ type: 'stage', stage: 'decoding' })
    const made = await decode(pkg, latents, shape)
    learnSketch(pkg, latents, shape, made)
    const picture = start.init && start.mask ? pasteOutside(made, start.init, start.mask) : made
    return { pictures: [picture], reading: words.reading }
  },
}

/** All that comes before the first step. */
async function begin(pkg: DiffusionPackage, recipe: DiffusionRecipe, context: BeginContext) {
  validate(pkg.manifest.config, recipe)
  const shape = latentShape(pkg.manifest.config, recipe)

  context.report({ type: 'stage', stage: 'text' })
  const words = await conditions(pkg, recipe)
  stopIfAborted(context.signal)
  const reference = await referenceLatents(pkg, recipe, words.tokens, shape, context)
  stopIfAborted(context.signal)

  context.report({ type: 'stage', stage: 'latents' })
  const noise = new Generator(recipe.seed)
  const start = await startFrom(pkg, recipe, context, shape, noise)
  const model = await guided(pkg, recipe, words, reference, shape)
  const plain = adapters[pkg.manifest.config.prediction](model, start.process)
  const denoise = start.keep ? keepOutside(plain, start.process, start.keep) : plain
  return { shape, words, noise, start, denoise }
}

type Begun = Awaited<ReturnType<typeof begin>>

/** Noise levels and the x to start from: pure noise, or the init picture with as much noise as `strength` asks for. */
async function startFrom(
  pkg: DiffusionPackage,
  recipe: DiffusionRecipe,
  context: BeginContext,
  shape: LatentShape,
  generator: Generator,
) {
  const { config } = pkg.manifest
  const process = config.prediction === 'flow' ? flowProcess : trainedProcess(config.training!)
  const schedule = (steps: number) => schedules[recipe.schedule](steps, process, config.defaults.flowShift)
  const noise = generator.randn(shape.size)
  if (recipe.init === undefined) {
    const sigmas = schedule(recipe.steps)
    return { process, sigmas, x: scaled(sigmas[0]!, noise) }
  }
  const fitted = async (sha256: string) => cover(await context.picture(sha256), recipe.width, recipe.height)
  const init = await fitted(recipe.init)
  const mask = recipe.mask === undefined ? undefined : await fitted(recipe.mask)
  const sigmas = lastPart(schedule, recipe.steps, recipe.strength ?? (mask ? 1 : STRENGTH))
  if (sigmas.length < 2) return { process, sigmas, x: noise, init }
  const picture = await encode(pkg, init, shape)
  const x = mix(process.alpha(sigmas[0]!), picture, sigmas[0]!, noise)
  const keep = mask ? { picture, noise, mask: latentMask(mask, shape) } : undefined
  return { process, sigmas, x, init, mask, keep }
}

/**
 * `steps` steps over the last `strength` of a schedule that has more of them, so that a small change is made as
 * finely as a large one. Strength 0 leaves no step.
 */
function lastPart(schedule: (steps: number) => Float64Array, steps: number, strength: number): Float64Array {
  if (strength === 0) return new Float64Array(1)
  const sigmas = schedule(Math.max(steps, Math.min(1000, Math.floor(steps / strength))))
  return sigmas.slice(-steps - 1)
}

async function tell(
  pkg: DiffusionPackage,
  context: PipelineContext,
  shape: LatentShape,
  { step, steps, denoised }: SamplerStep,
): Promise<void> {
  context.report({ type: 'step', step, steps })
  // A run blocks the process: let a cancel that came meanwhile be read before the next one starts.
  await nextTurn()
  if (context.signal.aborted) return
  // The last step's preview would be the picture itself.
  if (!context.previews || step === steps) return
  // The first look comes at once where it can; later ones are worth the decoder's time.
  const quick = step === 1 ? sketch(pkg, denoised, shape) : undefined
  if (quick) context.report({ type: 'preview', picture: quick, step, sketch: true })
  else context.report({ type: 'preview', picture: await decode(pkg, denoised, shape), step })
}
