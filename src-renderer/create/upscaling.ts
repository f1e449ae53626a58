import type { QueuedJob } from '#shared/contract/events.ts'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { roomOf } from './room.svelte.ts'

/** Enlarge the picture of a layer, pass after pass; the last one takes the layer's place in one step. */
export async function upscaleLayer(
  studio: Studio,
  { manifest, hash }: UsableModel,
  layer: { id: string; asset: string },
  passes: readonly number[],
): Promise<void> {
  const room = roomOf(studio)
  let input = layer.asset
  for (const [at, scale] of passes.entries()) {
    const recipe = draftImage(manifest, hash, { seed: 0, inputs: [input], scale })
    const last = at === passes.length - 1
    const [id] = await room.submit([
      { recipe, target: last ? { action: 'fill', id: layer.id } : { action: 'results' } },
    ])
    if (last) return
    const { artifacts } = await ended(studio, id!)
    if (!artifacts[0]) return
    input = artifacts[0].sha256
  }
}

/** The job when it is over. What went wrong is thrown; a cancelled one has no pictures. */
function ended(studio: Studio, id: string): Promise<QueuedJob> {
  return new Promise((resolve, reject) => {
    const look = (job: QueuedJob | undefined) => {
      if (!job || job.state === 'queued' || job.state === 'running') return
      leave()
      if (job.state === 'failed' && job.error) reject(new StudioError(job.error))
      else resolve(job)
    }
    const leave = studio.onEvent(() => look(studio.queue.get(id)))
    look(studio.queue.get(id))
  })
}
