import type { ImageLayer } from '#shared/document/layers/image.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { lineageOf } from '../layers/recipe-facts.ts'

/** What an action of the Image menu works on. */

export const selectedPicture = ({ project }: Studio): ImageLayer | undefined =>
  project?.selected.find((layer) => layer.type === 'image')

/** The recipe that made the picture's content: of an enlarged one, the one before it was enlarged. */
export async function firstRecipe({ api }: Studio, recipe: Recipe): Promise<Recipe> {
  // A source that is no longer in the library ends the search, and the recipe at hand is the answer.
  const find = (sha256: string) => asked(api.library.get({ sha256 })).catch(() => undefined)
  return (await lineageOf(recipe, find)).recipes[0]!
}
