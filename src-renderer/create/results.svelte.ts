import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { QueuedJob, StudioEvent } from '#shared/contract/events.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { type Result, resultsOf } from './results.ts'

/** The grid's pictures. Finished jobs stay here when the queue forgets them: clearing a list is not clearing a desk. */
export class Results {
  readonly #studio: Studio
  readonly #done = new SvelteMap<string, QueuedJob>()
  readonly #discarded = new SvelteSet<string>()
  readonly stars = new SvelteMap<string, boolean>()

  constructor(studio: Studio) {
    this.#studio = studio
    studio.onEvent((event) => this.#hear(event))
  }

  get list(): Result[] {
    const { project, queue } = this.#studio
    if (!project) return []
    const known = new Set(queue.jobs.map(({ id }) => id))
    const kept = [...this.#done.values()].filter(({ id }) => !known.has(id))
    const own = [...kept, ...queue.jobs].filter(({ target }) => target?.project === project.id)
    return resultsOf(own, this.#discarded)
  }

  isStarred = (sha256: string, starred = false): boolean => this.stars.get(sha256) ?? starred

  async star(sha256: string, starred: boolean): Promise<void> {
    await asked(this.#studio.api.library.star({ sha256, starred }))
    this.stars.set(sha256, starred)
  }

  async discard(sha256: string): Promise<void> {
    await asked(this.#studio.api.library.discard({ sha256 }))
    this.#discarded.add(sha256)
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'job' && event.job.state === 'done') this.#done.set(event.job.id, event.job)
    if (event.type === 'discarded') this.#discarded.add(event.sha256)
    if (event.type === 'library') {
      this.#discarded.delete(event.artifact.sha256)
      if (event.artifact.starred !== undefined) this.stars.set(event.artifact.sha256, event.artifact.starred)
    }
  }
}

const all = new WeakMap<Studio, Results>()

export function resultsIn(studio: Studio): Results {
  const results = all.get(studio) ?? new Results(studio)
  all.set(studio, results)
  return results
}
