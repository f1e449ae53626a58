import { z } from 'zod'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { parse } from '../validate.ts'
import { diffusionRecipe } from './diffusion.ts'
import { ganRecipe } from './gan.ts'
import { textRecipe } from './text.ts'
import { upscaleRecipe } from './upscale.ts'
import { vaeRecipe } from './vae.ts'

/** Every kind of recipe there is: a new kind is one file and one line here. */
export const recipeSchema = z.discriminatedUnion('kind', [
  diffusionRecipe,
  ganRecipe,
  vaeRecipe,
  upscaleRecipe,
  textRecipe,
])

export type Recipe = z.infer<typeof recipeSchema>
export type RecipeKind = Recipe['kind']
export type RecipeOf<K extends RecipeKind> = Extract<Recipe, { kind: K }>

/** A recipe from outside, checked, with its defaults filled in. Throws a StudioError naming the field. */
export function parseRecipe(value: unknown): Recipe {
  return parse(recipeSchema, value, { what: 'recipe' })
}

/** sha256 of the recipe's canonical form: equal recipes, equal hash, whatever the key order. */
export function recipeHash(recipe: Recipe): string {
  return sha256Hex(canonicalJson(recipe))
}
