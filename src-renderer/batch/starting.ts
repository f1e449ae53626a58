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
  const { desk, estimate, starting } = batchRoomOf(studio)
  return studio.connected && !starting && desk?.plan !== undefined && desk.files > 0 && !estimate.stops
}

const MOST_IN_NAME = 200

/** Starts the plan in hand and shows it running. */
export async function startBatch(studio: Studio, desk: PlanDesk): Promise<void> {
  const room = batchRoomOf(studio)
  const { project, plan, plans } = desk
  const { place } = room
  const name = [project.name, ...(plans.length > 1 ? [plan!.name] : [])].filter(Boolean).join(' · ')
  // The whole plan is checked before there is an answer: a second click meanwhile is no second batch.
  room.starting = true
  try {
    const request = { ...requestOf(desk), name: name.slice(0, MOST_IN_NAME), project: project.id }
    const { id } = await asked(studio.api.batch.start({ ...request, ...(place ? { place } : {}) }))
    room.chosen = id
    // The next batch would find the folder taken.
    room.place = undefined
    room.show('run')
  } finally {
    room.starting = false
  }
}
