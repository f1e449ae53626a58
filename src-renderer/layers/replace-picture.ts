import { recipeSchema } from '#shared/recipe/recipe.ts'
import { bringPicture } from '../app/api.ts'
import { say } from '../app/language.svelte.ts'
import { pickFile } from '../app/shell.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { words } from './words.ts'

/** Another picture, from the desktop, in the frames of these layers. A file that carries a recipe brings it along. */
export function replacePicture(studio: Studio, ids: readonly string[]): void {
  void studio.attempt(async () => {
    const file = await pickFile('image/*')
    if (!file) return
    const { sha256, recipe } = await bringPicture(file, file.name)
    const known = recipeSchema.safeParse(recipe)
    studio.project?.store.edit(say(words.replace), (edit) => {
      for (const id of ids) edit.update(id, { asset: sha256, recipe: known.success ? known.data : undefined })
    })
  })
}
