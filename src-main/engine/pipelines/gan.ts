import { StudioError } from '#shared/errors.ts'
import type { GanRecipe } from '#shared/recipe/gan.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { Generator } from '../noise/generator.ts'
import type { Graph } from '../onnx/graph.ts'
import { float32 } from '../onnx/tensor.ts'
import { classLabel, readClasses } from './gan-classes.ts'
import type { OpenPackage, Pipeline } from './pipeline.ts'
import { toPicture } from './pixels.ts'
import { checkStrip, strip } from './strip.ts'

type GanConfig = OpenPackage<'gan'>['manifest']['config']

/** seed → z → style w, drawn towards its mean → one row per layer, some from another seed → picture. */
export const gan: Pipeline<'gan', 'gan'> = {
  family: 'gan',
  kind: 'gan',
  async run(pkg, recipe, { signal, report }) {
    const { config } = pkg.manifest
    const frames = recipe.interpolate?.frames ?? 1
    checkRecipe(recipe, config)
    const { classes, reading } = readClasses(recipe.prompt, config)

    report({ type: 'stage', stage: 'choosing a style' })
    const mapping = await pkg.graph('mapping')
    const styleOf = (seed: number) => style(mapping, config, seed, classes, recipe.truncation)
    const from = await styleOf(recipe.seed)
    const to = recipe.interpolate ? await styleOf(recipe.interpolate.to) : from
    const mixed = recipe.mix ? await styleOf(recipe.mix.seed) : undefined

    report({ type: 'stage', stage: 'drawing' })
    const synthesis = await pkg.graph('synthesis')
    const pictures: RawPicture[] = []
    for (let frame = 0; frame < frames; frame++) {
      signal.throwIfAborted()
      const w = blend(from, to, frames === 1 ? 0 : frame / (frames - 1))
      const { image } = await synthesis.run({ w: rows(w, config.styles, mixed, recipe.mix?.from ?? config.styles) })
      pictures.push(toPicture(image!.data, image!.dims, [-1, 1]))
      report({ type: 'step', step: frame + 1, steps: frames })
    }
    return { pictures: [strip(pictures)], reading }
  },
}

/**
 * The truncated style of a seed, [W]: w' = w_mean + ψ·(w − w_mean) (Karras et al. 2019, arXiv 1812.04948, B). Without a
 * class in the prompt the seed chooses one: drawn after z, so that z is the same with and without.
 */
async function style(
  mapping: Graph,
  { latent, classes }: GanConfig,
  seed: number,
  chosen: readonly number[],
  truncation: number,
): Promise<Float32Array> {
  const generator = new Generator(seed)
  const z = generator.randn(latent)
  const label = classLabel(
    chosen.length > 0 ? chosen : [Math.floor(generator.rand(1)[0]! * classes.length)],
    classes.length,
  )
  const { w, w_mean } = await mapping.run({
    z: float32(z, [1, latent]),
    label: float32(label, [1, classes.length]),
  })
  return blend(w_mean!.data, w!.data, truncation)
}

/** a + t·(b − a). Straight lines are right in w, which the mapping has untangled; in z they would leave the sphere. */
function blend(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return a.map((value, at) => value + t * (b[at]! - value))
}

/** One row per layer, [1, styles, W]: coarse layers first, those from `from` on in the style of `mixed`. */
function rows(w: Float32Array, styles: number, mixed: Float32Array | undefined, from: number) {
  const all = new Float32Array(styles * w.length)
  for (let layer = 0; layer < styles; layer++) all.set(layer >= from && mixed ? mixed : w, layer * w.length)
  return float32(all, [1, styles, w.length])
}

function checkRecipe({ mix, interpolate }: GanRecipe, { styles, size }: GanConfig): void {
  if (interpolate) checkStrip(interpolate.frames, size[0], 'recipe.interpolate.frames')
  if (mix === undefined || mix.from < styles) return
  throw new StudioError({
    code: 'usage',
    message: `this model has ${styles} layers of style; mixing from layer ${mix.from} changes nothing`,
    where: { field: 'recipe.mix.from' },
    remedy: `Use 1 … ${styles - 1}: low numbers change shapes, high ones colours.`,
  })
}
