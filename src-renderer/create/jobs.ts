import type { JobTarget } from '#shared/contract/events.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'

/** One picture to be made, and what is to be done with it. */
export interface Order {
  recipe: Recipe
  target: Omit<JobTarget, 'project' | 'window'>
}

/** Into the line of the service; gives the jobs' ids. */
export async function order(studio: Studio, orders: readonly Order[], device = 'cpu'): Promise<string[]> {
  const project = studio.project!.id
  const jobs = orders.map(({ recipe, target }) => ({
    recipe,
    device,
    target: { ...target, project, window: studio.window },
  }))
  const { ids } = await asked(studio.api.jobs.submit({ jobs }))
  return ids
}

/** A seed that people can read out to each other. */
export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! % 100_000

/** The seeds of several pictures: consecutive, so that one number says them all. */
export const seedsFrom = (seed: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => (seed + at) % 2 ** 32)
