import type { Row } from '#shared/batch/expand.ts'
import type { PlanSpec } from '#shared/batch/plan.ts'
import type { PlanRecord } from '#shared/document/plans.ts'
import { rowValues } from '#shared/document/variables.ts'
import type { Project } from '../app/project.svelte.ts'
import { newId } from '../layers/copies.ts'
import { Edits } from '../layers/edits.ts'
import { type Axis, countsOf, entriesOf, filesOf, lockedSpec, lockOf } from './axes.ts'
import { firstSpec } from './first-plan.ts'
import { type RowList, rowsInOrder } from './table-rows.ts'

/** The plans of an open document: the one in hand, what it comes to, and the hand that writes to it. */
export class PlanDesk {
  readonly project: Project
  readonly #edits: Edits
  readonly #chosen: () => string | undefined

  readonly plans = $derived.by(() => [...this.project.document.plans].sort((a, b) => a.order - b.order))
  readonly plan = $derived.by(() => this.plans.find(({ id }) => id === this.#chosen()) ?? this.plans[0])
  readonly rows = $derived.by(() => rowsInOrder(this.project.document))
  readonly #rowIds = $derived(this.rows.map(({ id }) => id))

  constructor(project: Project, chosen: () => string | undefined, failed: (error: unknown) => void) {
    this.project = project
    this.#chosen = chosen
    this.#edits = new Edits(project.store, failed)
  }

  get spec(): PlanSpec {
    return this.plan!.spec
  }

  get readOnly(): boolean {
    return this.project.readOnly !== undefined
  }

  readonly entries = $derived.by(() => entriesOf(this.spec, this.#rowIds))
  readonly counts = $derived.by(() => countsOf(this.spec, this.plan!.locks, this.#rowIds))
  readonly files = $derived(filesOf(this.counts))
  /** Place of the row that is locked. */
  readonly lockedRow = $derived.by(() => this.lockOf('rows'))
  /** What is made: the plan without what its locks leave out. */
  readonly made = $derived.by(() => lockedSpec(this.spec, this.plan!.locks))
  /** The values of the first row that is made; of a document without a table, none. */
  readonly sample = $derived.by((): Row => (this.rows.length === 0 ? {} : this.madeRows.at(0)))

  /** The rows that are made; each is read only when it is asked for, since a table has many. */
  get madeRows(): RowList {
    const { document } = this.project
    const made = this.lockedRow === undefined ? this.rows : [this.rows[this.lockedRow]!]
    return { length: made.length, at: (place) => rowValues(document, made[place]!) }
  }

  lockOf(axis: Axis): number | undefined {
    return lockOf(axis, this.spec, this.plan!.locks, this.#rowIds)
  }

  /** One step of history; `at` undefined frees the axis. */
  lock(label: string, axis: Axis, at: number | undefined): void {
    const { id, locks } = this.plan!
    const { [axis]: _, ...others } = locks
    const lock = at === undefined ? {} : { [axis]: axis === 'rows' ? this.#rowIds[at] : at }
    this.#edits.step(label, (edit) => edit.update(id, { locks: { ...others, ...lock } }))
  }

  /** One step of history, or the end of the one that `slide` began. */
  change(label: string, fields: Partial<PlanSpec>): void {
    const { id, spec } = this.plan!
    this.#edits.step(label, (edit) => edit.update(id, { spec: { ...spec, ...fields } }))
  }

  /** While something is typed or dragged. */
  slide(label: string, fields: Partial<PlanSpec>): void {
    const { id, spec } = this.plan!
    this.#edits.slide(label, (edit) => edit.update(id, { spec: { ...spec, ...fields } }))
  }

  /** A copy of `like`, or the first plan that suits the document. Gives its id. */
  add(label: string, name: string, like?: PlanRecord): string {
    const id = newId()
    const order = Math.max(0, ...this.plans.map(({ order }) => order)) + 1
    const { spec, locks } = like ?? { spec: firstSpec(this.project.document), locks: {} }
    this.#edits.step(label, (edit) => edit.add({ type: 'plan', id, name, order, spec, locks }))
    return id
  }

  rename(label: string, name: string): void {
    const { id } = this.plan!
    this.#edits.step(label, (edit) => edit.update(id, { name }))
  }

  remove(label: string): void {
    const { id } = this.plan!
    this.#edits.step(label, (edit) => edit.remove(id))
  }
}
