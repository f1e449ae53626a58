import type { QueuedJob } from '#shared/contract/events.ts'
import { nameOf } from './placement.ts'

/** The line of jobs as the popover shows and moves it. */

/** What a job makes, in a few words. */
export function titleOf({ recipe }: QueuedJob): string {
  if (recipe.kind !== 'text') return nameOf(recipe)
  return recipe.brief.product || recipe.model.id
}

/** Where a job goes when it moves by so many places: the one it will stand before, or nothing for the end. */
export function beforeAfterMove(ids: readonly string[], id: string, by: number): { before?: string } | undefined {
  const from = ids.indexOf(id)
  const to = Math.min(ids.length - 1, Math.max(0, from + by))
  if (from < 0 || to === from) return undefined
  const before = ids.filter((one) => one !== id)[to]
  return before === undefined ? {} : { before }
}

/** The jobs as `ids` has them; those that are not there come last, as they were. */
export function inOrder(jobs: readonly QueuedJob[], ids: readonly string[]): QueuedJob[] {
  const places = new Map(ids.map((id, at) => [id, at]))
  const placeOf = ({ id }: QueuedJob) => places.get(id) ?? ids.length
  return jobs.toSorted((a, b) => placeOf(a) - placeOf(b))
}
