import type { BatchCell, CellFilter } from '#shared/contract/batch.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { between, type Grouping, led, linesOf, orderOf, passes } from './grid-lines.ts'

/** What is counted for the filters' buttons. */
const MARKS = ['failed', 'starred', 'locked', 'overflowing'] as const satisfies readonly CellFilter[]
/** Files that one call brings. */
const PAGE = 1000

/** The files of one batch as they come: what is shown of them, and which are selected. */
export class Review {
  readonly id: string
  filter = $state<CellFilter>('all')
  grouping = $state<Grouping>('none')
  columns = $state(4)
  /** Index of the cell that keys start from. */
  active = $state(1)
  selected = $state.raw<ReadonlySet<number>>(new Set())
  /** Two cells side by side. */
  comparing = $state.raw<readonly [BatchCell, BatchCell]>()
  /** The one at hand is shown large. */
  looking = $state(false)
  #anchor = 1
  /** By index - 1; holes are still on their way. Told of by the version: there may be 100,000. */
  readonly #cells: BatchCell[] = []
  #version = $state(0)
  readonly #studio: Studio

  constructor(studio: Studio, id: string) {
    this.#studio = studio
    this.id = id
  }

  readonly cells = $derived.by(() => {
    void this.#version
    return this.#cells.filter((cell) => cell !== undefined)
  })
  readonly counts = $derived.by(() => {
    const counts = { all: this.cells.length, failed: 0, starred: 0, locked: 0, overflowing: 0 }
    for (const cell of this.cells) for (const filter of MARKS) if (passes(filter, cell)) counts[filter]++
    return counts
  })
  readonly lines = $derived.by(() => {
    const shown = this.filter === 'all' ? this.cells : this.cells.filter((cell) => passes(this.filter, cell))
    // What went wrong is read, not looked at.
    return linesOf(shown, this.filter === 'failed' ? 1 : this.columns, this.grouping)
  })
  readonly order = $derived(orderOf(this.lines))
  /** What an action is about: the selected ones that are shown, or else the one at hand. */
  readonly chosen = $derived.by(() => {
    const shown = this.order.filter((index) => this.selected.has(index))
    return shown.length > 0 ? shown : this.order.includes(this.active) ? [this.active] : []
  })

  cell(index: number): BatchCell | undefined {
    void this.#version
    return this.#cells[index - 1]
  }

  /** An effect: everything from the service, page by page, and then what it tells. */
  follow(): () => void {
    let over = false
    const leave = this.#studio.onEvent((event) => this.#hear(event))
    void this.#studio.attempt(async () => {
      for (let from = 0; !over; from += PAGE) {
        const { cells, total } = await asked(this.#studio.api.batch.cells({ id: this.id, from, count: PAGE }))
        // What an event told meanwhile is newer than this answer, and is told again at the next change at the latest.
        this.#put(cells)
        if (from + PAGE >= total) break
      }
    })
    return () => {
      over = true
      leave()
    }
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'batch-cells' && event.id === this.id) this.#put(event.cells)
  }

  #put(cells: readonly BatchCell[]): void {
    for (const cell of cells) this.#cells[cell.index - 1] = cell
    this.#version++
  }

  /** As lists everywhere: Shift takes all between, Ctrl one more or less. */
  click(index: number, { shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): void {
    if (shiftKey) this.selected = new Set(between(this.order, this.#anchor, index))
    else if (ctrlKey || metaKey) this.toggle(index)
    else this.selected = new Set([index])
    if (!shiftKey) this.#anchor = index
    this.active = index
  }

  toggle(index: number): void {
    const selected = new Set(this.selected)
    if (!selected.delete(index)) selected.add(index)
    this.selected = selected
    this.#anchor = index
    this.active = index
  }

  selectAll(): void {
    this.selected = new Set(this.order)
  }

  /** A key of the grid; true when it led somewhere. */
  move(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey'>): boolean {
    const { key, shiftKey } = event
    const ctrl = event.ctrlKey || event.metaKey
    const to = led(this.lines, this.active, key, ctrl)
    if (to === undefined) return false
    this.active = to
    if (shiftKey) this.selected = new Set(between(this.order, this.#anchor, to))
    else if (!ctrl) {
      this.#anchor = to
      this.selected = new Set([to])
    }
    return true
  }
}

const reviews = new WeakMap<Studio, Review>()

/** The review of a batch: the same one, with what is selected in it, until another batch is looked at. */
export function reviewOf(studio: Studio, id: string): Review {
  const known = reviews.get(studio)
  if (known?.id === id) return known
  const review = new Review(studio, id)
  reviews.set(studio, review)
  return review
}
