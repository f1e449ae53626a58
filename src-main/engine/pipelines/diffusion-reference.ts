import { Generator } from '../noise/generator.ts'
import { encodePlanes, type LatentShape } from './diffusion-latents.ts'
import type { DiffusionPackage, DiffusionRecipe } from './diffusion-request.ts'
import { coverage, draw, drawingOf, onGrey, place, readBank } from './reference.ts'
import type { PhraseToken } from './tokenizers/phrases.ts'

/** Layout draws come from a stream of their own: a seed's noise stays the same with and without subjects. */
const LAYOUT_STREAM = 0x9e37_79b9

/**
 * What the denoiser's `reference` input gets: the subjects' drawings encoded, then their coverage, [C + 1, h, w].
 * Zeros without subjects; undefined when the denoiser has no such input.
 */
export async function referenceLatents(
  pkg: DiffusionPackage,
  recipe: DiffusionRecipe,
  tokens: readonly PhraseToken[],
  shape: LatentShape,
): Promise<Float32Array | undefined> {
  const denoiser = await pkg.graph('denoiser')
  if (!denoiser.inputs.some(({ name }) => name === 'reference')) return undefined
  const channels = new Float32Array(shape.size + shape.width * shape.height)
  const { reference: config } = pkg.manifest.config
  if (!config) return channels
  const bank = await pkg.memo('references', async () => readBank(await pkg.readFile(config.file), config))
  const drawings = tokens.flatMap(({ reference }) =>
    reference === undefined ? [] : (drawingOf(bank, reference) ?? []),
  )
  if (drawings.length === 0) return channels

  const layout = tokens.find(({ role }) => role === 'layout')?.name ?? 'default'
  const random = new Generator((recipe.seed ^ LAYOUT_STREAM) >>> 0)
  const placements = place(config, layout, drawings.length, random)
  const canvas = draw(
    recipe,
    drawings.map((drawing, at) => ({ drawing, placements: placements[at]! })),
  )
  channels.set(await encodePlanes(pkg, onGrey(canvas), shape))
  channels.set(coverage(canvas, shape.factor), shape.size)
  return channels
}
