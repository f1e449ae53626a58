import type { Artifact } from '#shared/contract/artifact.ts'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import type { ModelRef } from '#shared/recipe/common.ts'
import { type Recipe, recipeSchema } from '#shared/recipe/recipe.ts'

/** What a recipe says, for people. */

/** A picture's making from its first recipe to its last: an enlarged picture was another picture before. */
export interface Lineage {
  /** First recipe first. The last one is the layer's own. */
  recipes: Recipe[]
  /** "256²", "768 × 1024": of what the first recipe made; unknown while its bytes are. */
  origin?: { width: number; height: number }
}

type Find = (sha256: string) => Promise<Artifact | undefined>

/** A chain of pictures is short; a forged one is cut here. */
const LONGEST = 8

/** Follows upscales down to the picture that words made. */
export async function lineageOf(recipe: Recipe, find: Find): Promise<Lineage> {
  const recipes = [recipe]
  for (let first = recipe; first.kind === 'upscale' && recipes.length < LONGEST; first = recipes[0]!) {
    const source = await find(first.input)
    const parsed = recipeSchema.safeParse(source?.recipe)
    if (!parsed.success) return { recipes, ...sizeOf(source) }
    recipes.unshift(parsed.data)
    if (parsed.data.kind !== 'upscale') return { recipes, ...sizeOf(source) }
  }
  return { recipes, ...('width' in recipe ? { origin: { width: recipe.width, height: recipe.height } } : {}) }
}

const sizeOf = (artifact: Artifact | undefined): Pick<Lineage, 'origin'> =>
  artifact?.width && artifact.height ? { origin: { width: artifact.width, height: artifact.height } } : {}

export const sizeText = ({ width, height }: { width: number; height: number }): string =>
  width === height ? `${width}²` : `${width} × ${height}`

/** "256² → ×4" */
export function sourceText({ recipes, origin }: Lineage): string {
  const steps = recipes.flatMap((recipe) => (recipe.kind === 'upscale' ? [`×${recipe.scale}`] : []))
  return [...(origin ? [sizeText(origin)] : []), ...steps].join(' → ')
}

const SAMPLER_NAMES: Record<string, string> = {
  euler: 'Euler',
  'euler-ancestral': 'Euler a',
  'dpmpp-2m': 'DPM++ 2M',
  ddim: 'DDIM',
  lcm: 'LCM',
}

export type FactName =
  | 'prompt'
  | 'negative'
  | 'seed'
  | 'steps'
  | 'guidance'
  | 'size'
  | 'truncation'
  | 'mix'
  | 'strip'
  | 'operation'
  | 'amount'
  | 'temperature'
  | 'strength'
  | 'subject'
  | 'inpainted'

/** Name and value of everything worth reading; what the recipe leaves at nothing is left out. */
export function factsOf(recipe: Recipe): [FactName, string][] {
  switch (recipe.kind) {
    case 'diffusion':
      return [
        ['prompt', recipe.prompt],
        ...when(recipe.negative !== '', 'negative', recipe.negative),
        ['seed', String(recipe.seed)],
        ['steps', `${recipe.steps} · ${SAMPLER_NAMES[recipe.sampler] ?? recipe.sampler}`],
        ['guidance', recipe.guidance.toFixed(1)],
        ['size', sizeText(recipe)],
        ...when(recipe.strength !== undefined, 'strength', String(recipe.strength)),
        ...when(recipe.reference !== undefined, 'subject', recipe.reference?.slice(0, 8) ?? ''),
        ...when(recipe.mask !== undefined, 'inpainted', recipe.mask?.slice(0, 8) ?? ''),
      ]
    case 'gan':
      return [
        ...when(recipe.prompt !== '', 'prompt', recipe.prompt),
        ['seed', String(recipe.seed)],
        ['truncation', String(recipe.truncation)],
        ...when(recipe.mix !== undefined, 'mix', `${recipe.mix?.seed} ≥ ${recipe.mix?.from}`),
        ...when(
          recipe.interpolate !== undefined,
          'strip',
          `→ ${recipe.interpolate?.to} · ${recipe.interpolate?.frames}`,
        ),
      ]
    case 'vae':
      return [
        ['operation', recipe.operation],
        ['seed', String(recipe.seed)],
        ['size', sizeText(recipe)],
        ...when(recipe.operation === 'remix', 'amount', String(recipe.amount)),
        ...when(recipe.operation === 'sample', 'temperature', String(recipe.temperature)),
      ]
    case 'upscale':
    case 'text':
      return []
  }
}

const when = (is: boolean, name: FactName, value: string): [FactName, string][] => (is ? [[name, value]] : [])

/** Models that the making needs and that are not here, or only with other weights. */
export function missingModels({ recipes }: Lineage, installed: readonly UsableModel[]): ModelRef[] {
  const has = ({ id, hash }: ModelRef) => installed.some((model) => model.id === id && model.hash === hash)
  return recipes.map(({ model }) => model).filter((model) => !has(model))
}

export type Change = 'cropped' | 'masked' | 'mirrored' | 'stretched' | 'faded' | 'blended'

/** What the layer shows differently from what the recipe made. */
export function changesOf(layer: ImageLayer, picture?: { width: number; height: number }): Change[] {
  const { crop, fit, width, height } = layer
  const [shape, box] = picture
    ? [(picture.width * crop.width) / (picture.height * crop.height), width / height]
    : [1, 1]
  const differs = Math.abs(shape / box - 1) > 0.01
  const changes: [Change, boolean][] = [
    ['cropped', crop.width < 1 || crop.height < 1 || (fit === 'cover' && differs)],
    ['stretched', fit === 'fill' && differs],
    ['masked', layer.mask !== undefined],
    ['mirrored', layer.flipX || layer.flipY],
    ['faded', layer.opacity < 1],
    ['blended', layer.blend !== 'normal'],
  ]
  return changes.filter(([, is]) => is).map(([change]) => change)
}
