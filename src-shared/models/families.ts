import type { RecipeKind } from '../recipe/recipe.ts'
import type { Family } from './manifest.ts'

/** Which kind of recipe a model family makes. */
export const recipeKindOf: Record<Family, RecipeKind> = {
  diffusion: 'diffusion',
  gan: 'gan',
  vae: 'vae',
  upscaler: 'upscale',
  text: 'text',
}
