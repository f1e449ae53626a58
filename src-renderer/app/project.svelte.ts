import type { OpenProject } from '#shared/contract/project.ts'
import type { Artboard, Document, Row } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Patch } from '#shared/document/patch.ts'
import { asShown } from '#shared/document/resolve.ts'
import { type DocumentStore, DocumentStore as Store } from '#shared/document/store.ts'
import { rowValues, valuesOf } from '#shared/document/variables.ts'
import { rowsInOrder } from '#shared/table/records.ts'
import { type Api, asked, told } from './api.ts'
import type { Notices } from './notices.svelte.ts'
import { View } from './view.svelte.ts'

/** Edits reach the journal after this much quiet, and after this much work at the latest: less than a second is lost. */
const QUIET_MS = 150
const AT_MOST_MS = 600
const SESSION_MS = 1000
const STEPS_IN_MESSAGE = 1000
/** A step may carry a whole table; several of those are several messages. */
const RECORDS_IN_MESSAGE = 20_000

/** The open project: the document's store, how it is looked at, and the way of its edits to the disk. */
export class Project {
  readonly store: DocumentStore
  readonly view = new View()
  readonly id: string
  #handle: string
  readonly readOnly: string | undefined
  readonly lost: ReadonlySet<string>
  name = $state('')
  path = $state<string>()
  /** Of the service's journal. */
  revision = $state(0)
  savedRevision = $state(0)
  savedAt = $state<number>()
  /** Steps that are not in the journal yet. */
  pending = $state(0)

  readonly #api: Api
  readonly #notices: Notices
  #version = $state(0)
  /** Counts changes of the table's rows: sorting 10,000 of them with every other change would be felt. */
  #rowsVersion = $state(0)
  readonly #rowOrder: readonly string[] = $derived.by(() => {
    void this.#rowsVersion
    return rowsInOrder(this.store.document).map(({ id }) => id)
  })
  #lastValues: ReadonlyMap<string, string> = new Map()
  readonly #values: ReadonlyMap<string, string> = $derived.by(() => {
    const { document, row } = this
    const values = valuesOf(document, row ? rowValues(document, row) : {})
    if (!sameEntries(values, this.#lastValues)) this.#lastValues = values
    return this.#lastValues
  })
  #steps: Patch[] = []
  #sending: Promise<void> | undefined
  /** From the end of a connection until the project is open over the next one: its handle means nothing meanwhile. */
  #away: PromiseWithResolvers<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #firstAt: number | undefined
  #sessionTimer: ReturnType<typeof setInterval>
  #sessionText = ''
  readonly #leave: (() => void)[] = []

  constructor(api: Api, notices: Notices, opened: OpenProject) {
    this.#api = api
    this.#notices = notices
    this.store = new Store(opened.document)
    this.id = opened.id
    this.#handle = opened.handle
    this.readOnly = opened.readOnly
    this.lost = new Set(opened.lost)
    this.name = opened.name
    this.path = opened.path
    this.revision = opened.revision
    this.savedRevision = opened.savedRevision
    if (opened.session) this.view.restore(opened.session)
    this.view.prune(this.store)
    this.#leave.push(
      this.store.watch((patch) => {
        this.#version++
        if (touchesRows(patch)) this.#rowsVersion++
        this.view.prune(this.store)
      }),
      this.store.journal(({ patch }) => this.#journal(patch)),
    )
    this.#sessionTimer = setInterval(() => this.#rememberSession(), SESSION_MS)
  }

  get handle(): string {
    return this.#handle
  }

  get edited(): boolean {
    return this.pending > 0 || this.revision > this.savedRevision
  }

  // Reactive reads of the store: a component that uses one of these is drawn again when the document changes.

  get document() {
    void this.#version
    return this.store.document
  }

  get artboards(): readonly Artboard[] {
    return this.document.artboards
  }

  layer(id: string): Layer | undefined {
    void this.#version
    return this.store.layer(id)
  }

  children(parent: string): readonly Layer[] {
    void this.#version
    return this.store.children(parent)
  }

  get undoLabel(): string | undefined {
    void this.#version
    return this.store.undoLabel
  }

  get redoLabel(): string | undefined {
    void this.#version
    return this.store.redoLabel
  }

  /** The row of the table that the canvas shows. Reactive. */
  get row(): Row | undefined {
    void this.#version
    const record = this.view.row === undefined ? undefined : this.store.get(this.view.row)
    return record?.type === 'row' ? record : undefined
  }

  /** Ids of the table's rows from top to bottom. Reactive; the same list until rows come, go or move. */
  get rowOrder(): readonly string[] {
    return this.#rowOrder
  }

  /** Shows the document with the values of a row, or with its own. Never undone. */
  showRow(id: string | undefined): void {
    this.view.row = id !== undefined && this.store.get(id)?.type === 'row' ? id : undefined
  }

  /**
   * What variables hold at the moment: the document's own values, and those of the shown row over them. Reactive; the
   * same map until one of them is another.
   */
  get values(): ReadonlyMap<string, string> {
    return this.#values
  }

  /** The document with those values and without the table: what an export is made of. Reactive. */
  get shown(): Document {
    return asShown(this.document, this.values)
  }

  /** The selected layers, in the order of the selection. Reactive. */
  get selected(): Layer[] {
    return this.view.selection.flatMap((id) => this.layer(id) ?? [])
  }

  /** All edits are in the journal when this resolves. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#steps.length > 0 || this.#sending) await this.#send()
  }

  async save(): Promise<void> {
    await this.flush()
    await this.#away?.promise
    const { revision, at } = await asked(this.#api.projects.save({ handle: this.handle }))
    this.savedRevision = revision
    this.savedAt = at
  }

  /** The connection ended. Edits wait until `reattach`. */
  detach(): void {
    this.#away ??= Promise.withResolvers()
  }

  #return(): void {
    this.#away?.resolve()
    this.#away = undefined
  }

  /**
   * The same project in a service that was started again, or over a new connection. Steps whose answer was lost are
   * in its journal already and are not sent twice. False when it is not the same any more: while this window was away
   * somebody else went on with it.
   */
  reattach(opened: OpenProject): boolean {
    const arrived = opened.revision - this.revision
    if (arrived < 0 || arrived > this.#steps.length) return false
    this.#handle = opened.handle
    this.#steps.splice(0, arrived)
    this.pending = this.#steps.length
    this.revision = opened.revision
    this.savedRevision = opened.savedRevision
    this.#return()
    if (this.#steps.length > 0) void this.#send()
    return true
  }

  /** Another project has them now: what did not arrive is not sent any more. */
  abandon(): void {
    this.#steps = []
    this.pending = 0
    this.#return()
  }

  /** Stops listening; edits that are on their way still arrive. */
  close(): void {
    clearInterval(this.#sessionTimer)
    for (const leave of this.#leave) leave()
  }

  #journal(patch: Patch): void {
    if (this.readOnly !== undefined) return
    this.#steps.push(patch)
    this.pending = this.#steps.length
    const now = performance.now()
    this.#firstAt ??= now
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#send(), Math.max(0, Math.min(QUIET_MS, this.#firstAt + AT_MOST_MS - now)))
  }

  /** One append at a time, in order. A failed one keeps its steps, and they are sent again. */
  #send(): Promise<void> {
    this.#sending ??= this.#append().finally(() => {
      this.#sending = undefined
    })
    return this.#sending
  }

  async #append(): Promise<void> {
    await this.#away?.promise
    const steps = oneMessage(this.#steps)
    if (steps.length === 0) return
    this.#firstAt = undefined
    try {
      const { revision } = await this.#api.projects.append({ handle: this.handle, base: this.revision, steps })
      this.#steps.splice(0, steps.length)
      this.revision = revision
      this.pending = this.#steps.length
    } catch (thrown) {
      const error = told(thrown)
      // A lost connection comes back, and the steps are still here; anything else has to be said.
      if (error.code !== 'cancelled' && error.code !== 'internal') this.#notices.error(error)
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    if (this.#steps.length > 0) this.#timer = setTimeout(() => void this.#send(), 0)
  }

  #rememberSession(): void {
    const session = this.view.session()
    const text = JSON.stringify(session)
    if (text === this.#sessionText || this.readOnly !== undefined) return
    this.#sessionText = text
    // Best effort: nothing is lost when this one does not arrive.
    this.#api.projects.session({ handle: this.handle, session }).catch(() => {
      this.#sessionText = ''
    })
  }
}

/** The first steps that go together, at least one. */
function oneMessage(steps: readonly Patch[]): Patch[] {
  let records = 0
  const end = steps.findIndex(({ added, updated, removed }) => {
    records += [added, updated, removed].reduce((sum, part) => sum + Object.keys(part).length, 0)
    return records > RECORDS_IN_MESSAGE
  })
  return steps.slice(0, end < 0 ? STEPS_IN_MESSAGE : Math.min(STEPS_IN_MESSAGE, Math.max(1, end)))
}

const touchesRows = ({ added, removed, updated }: Patch): boolean =>
  [added, removed].some((records) => Object.values(records).some(({ type }) => type === 'row')) ||
  Object.values(updated).some(([from, to]) => from.type === 'row' && to.type === 'row' && from.order !== to.order)

const sameEntries = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value)
