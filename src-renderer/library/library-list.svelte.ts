import type { Artifact } from '#shared/contract/artifact.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { type Filter, merged, queryOf, shows } from './library-query.ts'

const PAGE = 60
const QUIET_MS = 200

/** Everything that was made or brought in, newest first, a page at a time. */
export class LibraryList {
  text = $state('')
  filter = $state<Filter>('all')
  items = $state.raw<readonly Artifact[]>([])
  loading = $state(false)
  /** There is nothing older. */
  complete = $state(false)
  readonly #studio: Studio
  #turn = 0

  constructor(studio: Studio) {
    this.#studio = studio
  }

  /** An effect: asks anew a little after the search has changed. */
  search(): () => void {
    const query = queryOf(this.filter, this.text)
    const turn = ++this.#turn
    const timer = setTimeout(() => void this.#load(query, turn, []), this.items.length === 0 ? 0 : QUIET_MS)
    return () => clearTimeout(timer)
  }

  /** The next page. */
  async more(): Promise<void> {
    if (this.loading || this.complete) return
    await this.#load(queryOf(this.filter, this.text), this.#turn, this.items)
  }

  hear(event: StudioEvent): void {
    if (event.type === 'discarded') this.items = this.items.filter(({ sha256 }) => sha256 !== event.sha256)
    if (event.type !== 'library') return
    const { artifact } = event
    const known = this.items.some(({ sha256 }) => sha256 === artifact.sha256)
    if (!shows(this.filter, artifact)) this.items = this.items.filter(({ sha256 }) => sha256 !== artifact.sha256)
    else if (known) this.items = this.items.map((one) => (one.sha256 === artifact.sha256 ? artifact : one))
    // Whether a new one matches the words is the service's to say: it comes with the next search.
    else if (this.text.trim() === '') this.items = [artifact, ...this.items]
  }

  async #load(query: ReturnType<typeof queryOf>, turn: number, before: readonly Artifact[]): Promise<void> {
    this.loading = true
    const oldest = before.at(-1)?.created
    // Pictures of one moment may lie on both sides of a page: the moment is asked for again, and what is known dropped.
    const from = oldest === undefined ? {} : { before: oldest + 1 }
    const page = await this.#studio.attempt(() =>
      asked(this.#studio.api.library.find({ ...query, ...from, limit: PAGE })),
    )
    if (turn !== this.#turn) return
    this.loading = false
    if (!page) return
    const items = merged(before, page)
    this.complete = page.length < PAGE || items.length === before.length
    this.items = items
  }
}
