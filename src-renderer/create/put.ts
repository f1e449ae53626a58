import type { Artifact } from '#shared/contract/artifact.ts'
import type { JobTarget } from '#shared/contract/events.ts'
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

/**
 * A picture of the library as a new layer of the current artboard or frame, in one step. What was made for a masked
 * place goes to that place and wears the mask.
 */
export function putPicture(studio: Studio, artifact: Artifact, made?: JobTarget): string | undefined {
  const { project } = studio
  const region = regionOf(studio)
  if (!project || !region || project.readOnly !== undefined) return undefined
  const { store, view } = project
  const recipe = recipeOf(artifact)
  const id = crypto.randomUUID()
  const masked = made?.mask && made.box && made.id && store.artboard(made.id) ? made : undefined
  const box: Box = masked?.box ?? boxInside(region.box, [artifact.width ?? 1, artifact.height ?? 1])
  const parent = masked?.id ?? region.artboard
  store.edit(say(words.place1), (edit) => {
    edit.add({
      type: 'image',
      id,
      name: recipe ? nameOf(recipe) : artifact.sha256.slice(0, 8),
      parent,
      order: (store.children(parent).at(-1)?.order ?? 0) + 1,
      ...box,
      asset: artifact.sha256,
      ...(recipe ? { recipe } : {}),
      ...(masked ? { mask: { asset: masked.mask }, fit: 'fill' } : {}),
    })
  })
  view.selection = [id]
  return id
}

/** Another picture for the selected layer. */
export function fillSelected(studio: Studio, artifact: Artifact): void {
  const { project } = studio
  const layer = project?.selected.find(({ type }) => type === 'image')
  if (!project || !layer || project.readOnly !== undefined) return
  project.store.edit(say(words.fill1), (edit) =>
    edit.update(layer.id, { asset: artifact.sha256, recipe: recipeOf(artifact) }),
  )
}
