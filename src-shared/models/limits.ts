import { StudioError } from '../errors.ts'
import type { Recipe, RecipeOf } from '../recipe/recipe.ts'
import { recipeKindOf } from './families.ts'
import type { ModelPackage, PackageOf } from './manifest.ts'
import { graphScales, passesTo, reachable } from './passes.ts'

/** Whether this package can make this recipe: its own sizes, ranges and abilities. Throws, naming the field. */
export function checkFits(recipe: Recipe, manifest: ModelPackage): void {
  const kind = recipeKindOf[manifest.family]
  if (recipe.kind !== kind)
    refuse('kind', `${manifest.id} is a ${manifest.family} model and makes no ${recipe.kind} recipes`, `Use "${kind}".`)
  switch (manifest.family) {
    case 'diffusion':
      checkDiffusion(recipe as RecipeOf<'diffusion'>, manifest)
      break
    case 'gan':
      checkGan(recipe as RecipeOf<'gan'>, manifest)
      break
    case 'vae':
      checkVae(recipe as RecipeOf<'vae'>, manifest)
      break
    case 'upscaler':
      checkUpscale(recipe as RecipeOf<'upscale'>, manifest)
      break
    case 'text':
      checkText(recipe as RecipeOf<'text'>, manifest)
      break
  }
}

function checkDiffusion(recipe: RecipeOf<'diffusion'>, { id, config }: PackageOf<'diffusion'>): void {
  checkSides(recipe, config.size, id)
  checkRange('steps', recipe.steps, config.limits.steps, id)
  checkRange('guidance', recipe.guidance, config.limits.guidance, id)
  if (recipe.init !== undefined && config.sessions.vaeEncoder === undefined)
    refuse(
      'init',
      `${id} has no encoder and cannot start from a picture`,
      'Leave the picture out, or use another model.',
    )
  if (recipe.init === undefined && recipe.strength !== undefined)
    refuse('strength', 'a strength needs a picture to start from', 'Give one (--init FILE).')
  if (recipe.init === undefined && recipe.mask !== undefined)
    refuse('mask', 'a mask needs the picture it belongs to', 'Give one (--init FILE).')
  if (recipe.reference !== undefined && config.reference === undefined)
    refuse(
      'reference',
      `${id} draws its subjects from words alone and takes no picture of one`,
      'Start from the picture instead (--init FILE), or use another model.',
    )
}

function checkGan(recipe: RecipeOf<'gan'>, { id, config }: PackageOf<'gan'>): void {
  if (recipe.mix && recipe.mix.from >= config.styles)
    refuse('mix.from', `expected 1 to ${config.styles - 1} for ${id}, got ${recipe.mix.from}`)
}

const VAE_INPUTS = { sample: [0], reconstruct: [1], remix: [2], walk: [0, 2] } as const

function checkVae(recipe: RecipeOf<'vae'>, { id, config }: PackageOf<'vae'>): void {
  checkSides(recipe, config.size, id)
  const allowed: readonly number[] = VAE_INPUTS[recipe.operation]
  if (!allowed.includes(recipe.inputs.length)) {
    const expected = allowed.join(' or ')
    refuse(
      'inputs',
      `"${recipe.operation}" takes ${expected} pictures, got ${recipe.inputs.length}`,
      'Give them with --init.',
    )
  }
  const samples = recipe.operation === 'sample' || (recipe.operation === 'walk' && recipe.inputs.length === 0)
  if (samples && !config.latent.prior)
    refuse(
      'operation',
      `${id} was not trained to make pictures from noise`,
      'Use reconstruct, remix or walk with pictures.',
    )
}

function checkUpscale(recipe: RecipeOf<'upscale'>, { id, config }: PackageOf<'upscaler'>): void {
  if (passesTo(recipe.scale, config)) return
  const scales = reachable(graphScales(config)).map(({ scale }) => scale)
  refuse('scale', `expected ${scales.slice(0, -1).join(', ')} or ${scales.at(-1)} for ${id}, got ${recipe.scale}`)
}

function checkText(recipe: RecipeOf<'text'>, { id, config }: PackageOf<'text'>): void {
  const { languages } = config.vocabulary
  if (Array.isArray(languages) && languages.length > 0 && !languages.includes(recipe.language))
    refuse('language', `${id} writes ${languages.join(', ')}, not ${recipe.language}`)
}

interface Sides {
  default: [number, number]
  min: number
  max: number
  multiple: number
}

function checkSides(recipe: { width: number; height: number }, { min, max, multiple }: Sides, id: string): void {
  for (const side of ['width', 'height'] as const) {
    const value = recipe[side]
    if (value >= min && value <= max && value % multiple === 0) continue
    const near = Math.min(max, Math.max(min, Math.round(value / multiple) * multiple))
    refuse(
      side,
      `expected ${min} to ${max} px in steps of ${multiple} for ${id}, got ${value}`,
      `The nearest is ${near}.`,
    )
  }
}

function checkRange(field: string, value: number, [low, high]: [number, number], id: string): void {
  if (!(value >= low && value <= high)) refuse(field, `expected ${low} to ${high} for ${id}, got ${value}`)
}

function refuse(field: string, message: string, remedy?: string): never {
  throw new StudioError({
    code: 'usage',
    message: `recipe: ${field}: ${message}`,
    where: { field },
    ...(remedy === undefined ? {} : { remedy }),
  })
}
