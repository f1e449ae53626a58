import type { QueuedJob } from '#shared/contract/events.ts'
import type { DocumentStore } from '#shared/document/store.ts'
import { type Box, boxInside } from './sizes.ts'

/** What a finished job does to the document. Pure, so that "exactly once" can be tested. */

/** A layer made by a job is called after it: the document itself says that the job was placed. */
export const layerIdOf = (job: string): string => `made-${job}`

/** Whether the job's picture is still to be put on the document of this project. */
export function isDue(job: QueuedJob, project: string, placed: ReadonlySet<string>, store: DocumentStore): boolean {
  const { id, state, target, artifacts } = job
  return (
    state === 'done' &&
    target?.project === project &&
    target.action !== 'results' &&
    artifacts.length > 0 &&
    !placed.has(id) &&
    store.get(layerIdOf(id)) === undefined
  )
}

/** One step: a new layer with the recipe inside, or another picture for a layer. Gives the layer's id, if any. */
export function place(
  job: QueuedJob,
  store: DocumentStore,
  label: { place: string; fill: string },
): string | undefined {
  const { id, target, recipe, artifacts } = job
  const [artifact] = artifacts
  if (!target || !artifact) return undefined
  if (target.action === 'fill') {
    const layer = target.id === undefined ? undefined : store.layer(target.id)
    if (layer?.type !== 'image') return undefined
    store.edit(label.fill, (edit) => edit.update(layer.id, { asset: artifact.sha256, recipe }))
    return layer.id
  }
  const artboard = (target.id === undefined ? undefined : store.artboard(target.id)) ?? store.document.artboards[0]
  if (!artboard) return undefined
  const { width, height } = artboard
  const whole: Box = { x: 0, y: 0, width, height }
  const size = [artifact.width ?? 1, artifact.height ?? 1] as const
  // A mask belongs to its box pixel by pixel, so that one is never moved.
  const box = target.mask ? (target.box ?? whole) : boxInside(target.box ?? whole, size)
  store.edit(label.place, (edit) => {
    edit.add({
      type: 'image',
      id: layerIdOf(id),
      name: nameOf(recipe),
      parent: artboard.id,
      order: (store.children(artboard.id).at(-1)?.order ?? 0) + 1,
      ...box,
      asset: artifact.sha256,
      recipe,
      ...(target.mask ? { mask: { asset: target.mask }, fit: 'fill' } : {}),
    })
  })
  return layerIdOf(id)
}

/** What people call the layer: the beginning of the prompt. */
export function nameOf(recipe: QueuedJob['recipe']): string {
  const prompt = 'prompt' in recipe ? recipe.prompt.trim() : ''
  if (prompt === '') return `${recipe.model.id} ${'seed' in recipe ? recipe.seed : ''}`.trim()
  const short = prompt.length > NAME ? `${prompt.slice(0, NAME).replace(/\s+\S*$/, '')}…` : prompt
  return short.slice(0, 1).toUpperCase() + short.slice(1)
}

const NAME = 40
