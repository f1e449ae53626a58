import type { PhraseToken } from '#shared/prompt/phrases.ts'
import { Generator } from '../noise/generator.ts'
import { arrange, readScene } from './arrangement.ts'
import { cutOut } from './cutout.ts'
import { encodePlanes, type LatentShape } from './diffusion-latents.ts'
import type { DiffusionPackage, DiffusionRecipe } from './diffusion-request.ts'
import type { PipelineContext } from './pipeline.ts'
import { coverage, draw, drawingOf, groundOf, onGround, type ReferenceBank, readBank } from './reference.ts'
import type { FloatPicture } from './resample.ts'

/** Layout and ground are drawn from streams of their own: a seed's noise stays the same with and without them. */
const LAYOUT_STREAM = 0x9e37_79b9
const GROUND_STREAM = 0x85eb_ca6b

/**
 * What the denoiser's `reference` input gets: the subjects' drawings over the background's ground encoded, then the
 * subjects' coverage, [C + 1, h, w]. Zeros when the words name neither; undefined when the denoiser has no such input.
 */
export async function referenceLatents(
  pkg: DiffusionPackage,
  recipe: DiffusionRecipe,
  tokens: readonly PhraseToken[],
  shape: LatentShape,
  { picture }: Pick<PipelineContext, 'picture'>,
): Promise<Float32Array | undefined> {
  const denoiser = await pkg.graph('denoiser')
  if (!denoiser.inputs.some(({ name }) => name === 'reference')) return undefined
  const channels = new Float32Array(shape.size + shape.width * shape.height)
  const { reference: config } = pkg.manifest.config
  if (!config) return channels
  const bank = await pkg.memo('references', async () => readBank(await pkg.readFile(config.file), config))
  const known = (token: PhraseToken) => token.reference === undefined || token.reference < bank.count
  const scene = readScene(tokens.filter(known))
  const offset = tokens.find(({ referenceOffset }) => referenceOffset !== undefined)?.referenceOffset ?? 0
  const named = scene.subjects.map(({ token }) => token && subjectOf(bank, token.reference!, offset))
  const given = recipe.reference === undefined ? undefined : cutOut(await picture(recipe.reference), SIDE)
  const drawings = (given ? [given, ...named.slice(1)] : named).filter((drawing) => drawing !== undefined)
  const grounds = await pkg.memo('grounds', async () => new Map<string, FloatPicture>())
  const ground = chooseGround(bank, grounds, recipe, tokens)
  if (drawings.length === 0 && !ground) return channels

  const layout = tokens.find(({ role }) => role === 'layout')?.name ?? 'default'
  const random = new Generator((recipe.seed ^ LAYOUT_STREAM) >>> 0)
  const subjects = drawings.map((_, at) => scene.subjects[at] ?? { count: 1 })
  const items = drawings.length === 0 ? [] : arrange(config, layout, { ...scene, subjects }, recipe, random)
  const canvas = draw(
    recipe,
    items.map(({ subject, placements }) => ({ drawing: drawings[subject]!, placements })),
  )
  channels.set(await encodePlanes(pkg, onGround(canvas, ground), shape))
  channels.set(coverage(canvas, shape.factor), shape.size)
  return channels
}

/** A subject as the style draws it; as usual where the bank has no such drawing. */
const subjectOf = (bank: ReferenceBank, reference: number, offset: number) =>
  drawingOf(bank, reference + offset) ?? drawingOf(bank, reference)

/** Of a subject that was cut out, px: more than the largest placement in the largest picture that a starter makes needs. */
const SIDE = 384
/** Grounds that are kept: a background has about eight drawings, and a batch of seeds takes them in turns. */
const REMEMBERED = 8

/** One of the drawings of the first background that the words name. */
function chooseGround(
  bank: ReferenceBank,
  known: Map<string, FloatPicture>,
  { seed, width, height }: DiffusionRecipe,
  tokens: readonly PhraseToken[],
): FloatPicture | undefined {
  const references = tokens.find((token) => token.references !== undefined)?.references
  if (!references) return undefined
  const [chance] = new Generator((seed ^ GROUND_STREAM) >>> 0).rand(1)
  const index = references[Math.floor(chance! * references.length)]!
  const key = `${index} ${width}×${height}`
  const found = known.get(key)
  if (found) return found
  const drawing = drawingOf(bank, index)
  if (!drawing) return undefined
  const ground = groundOf(drawing, width, height)
  if (known.size === REMEMBERED) known.delete(known.keys().next().value!)
  known.set(key, ground)
  return ground
}
