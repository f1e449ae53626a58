import type { EstimateRequest } from '#shared/contract/batch.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import type { PlanDesk } from './plan-desk.svelte.ts'
import { batchRoomOf } from './room.svelte.ts'

/** The plan in hand as the service wants it. A locked row comes alone, so that the others need not travel. */
export function requestOf(desk: PlanDesk): EstimateRequest {
  const { document } = desk.project.store
  const alone = { ...document, plans: [] }
  if (desk.lockedRow === undefined) return { document: alone, spec: desk.made }
  return { document: { ...alone, rows: [] }, spec: desk.made, rows: [desk.sample] }
}

/** Nothing that is known speaks against it; the service checks all of it once more. */
export function canStart(studio: Studio): boolean {
  const { desk, estimate } = batchRoomOf(studio)
  return studio.connected && desk?.plan !== undefined && desk.files > 0 && !estimate.stops
}

/** Starts the plan in hand and shows it running. */
export async function startBatch(studio: Studio, desk: PlanDesk): Promise<void> {
  const room = batchRoomOf(studio)
  const { project } = desk
  const name = [project.name, ...(desk.plans.length > 1 ? [desk.plan!.name] : [])].filter(Boolean).join(' · ')
  const place = room.place?.id
  const { id } = await asked(
    studio.api.batch.start({ ...requestOf(desk), name, project: project.id, ...(place ? { place } : {}) }),
  )
  room.chosen = id
  room.show('run')
}
