import type { Artifact } from '#shared/contract/artifact.ts'
import { type Recipe, recipeSchema } from '#shared/recipe/recipe.ts'
import { say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { nameOf } from './placement.ts'
import { regionOf } from './region.ts'
import { type Box, boxInside } from './sizes.ts'
import { words } from './words.ts'

/** The recipe of a picture of the library, when it was made here. */
export function recipeOf({ recipe }: Artifact): Recipe | undefined {
  const parsed = recipeSchema.safeParse(recipe)
  return parsed.success ? parsed.data : undefined
}

/** A picture of the library as a new layer of the current artboard or frame, in one step. */
export function putPicture(studio: Studio, artifact: Artifact): string | undefined {
  const { project } = studio
  const region = regionOf(studio)
  if (!project || !region || project.readOnly !== undefined) return undefined
  const { store, view } = project
  const recipe = recipeOf(artifact)
  const id = crypto.randomUUID()
  const box: Box = boxInside(region.box, [artifact.width ?? 1, artifact.height ?? 1])
  store.edit(say(words.place1), (edit) => {
    edit.add({
      type: 'image',
      id,
      name: recipe ? nameOf(recipe) : artifact.sha256.slice(0, 8),
      parent: region.artboard,
      order: (store.children(region.artboard).at(-1)?.order ?? 0) + 1,
      ...box,
      asset: artifact.sha256,
      ...(recipe ? { recipe } : {}),
    })
  })
  view.selection = [id]
  return id
}

/** Another picture for the selected layer. */
export function fillSelected(studio: Studio, artifact: Artifact): void {
  const { project } = studio
  const layer = project?.selected.find(({ type }) => type === 'image')
  if (!project || !layer) return
  project.store.edit(say(words.fill1), (edit) =>
    edit.update(layer.id, { asset: artifact.sha256, recipe: recipeOf(artifact) }),
  )
}
