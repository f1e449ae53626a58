import type { UsableModel } from '#shared/contract/studio-api.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { roomOf } from './room.svelte.ts'

/** Enlarge the picture of a layer: one job, whatever it takes, and its picture takes the layer's place in one step. */
export async function upscaleLayer(
  studio: Studio,
  { manifest, hash }: UsableModel,
  layer: { id: string; asset: string },
  scale: number,
): Promise<void> {
  const recipe = draftImage(manifest, hash, { seed: 0, inputs: [layer.asset], scale })
  await roomOf(studio).submit([{ recipe, target: { action: 'fill', id: layer.id } }])
}
