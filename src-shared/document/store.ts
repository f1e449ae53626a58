import { sameJson } from '../canonical.ts'
import { StudioError } from '../errors.ts'
import { parse } from '../validate.ts'
import {
  type Artboard,
  childrenOf,
  type Document,
  type DocumentRecord,
  inLists,
  isLayer,
  LISTS,
  type List,
  listOf,
  MAX_DEPTH,
  MOST,
  parseDocument,
} from './document.ts'
import type { Layer } from './layers/kinds.ts'
import { emptyPatch, isEmpty, type Patch, recordSchema, recordsOf, reversePatch } from './patch.ts'

/** The open document: records, one step of history per gesture, listeners. Its rules are numbered in SPEC.md. */

export interface Step {
  /** For the Edit menu: "Move", "Type text". */
  label: string
  patch: Patch
}

/** A change that views follow: every move of a gesture, every edit, undo and redo. */
export type ChangeListener = (patch: Patch) => void
/** A finished step, as the journal writes it: edits, ended gestures, undos and redos. */
export type StepListener = (step: Step) => void

/** Changes records inside one step. What is read back is already changed. */
export interface Edit {
  get(id: string): DocumentRecord | undefined
  add(record: unknown): DocumentRecord
  /** Merge fields into a record. `undefined` takes an optional field away. */
  update(id: string, fields: Readonly<Record<string, unknown>>): DocumentRecord
  /** With everything under it. */
  remove(id: string): void
}

export interface Gesture {
  update(edit: (edit: Edit) => void): void
  /** One step of history, or none when nothing differs from the beginning. */
  commit(): Patch
  /** Everything as it was at the beginning. */
  cancel(): void
}

export class DocumentStore {
  #records: Map<string, DocumentRecord>
  #name: string
  #undo: Step[] = []
  #redo: Step[] = []
  #open: OpenGesture | undefined
  #snapshot: Document | undefined
  #children = new Map<string, readonly Layer[]>()
  readonly #watchers = new Set<ChangeListener>()
  readonly #journals = new Set<StepListener>()

  constructor(document: Document) {
    this.#records = recordsOf(document)
    this.#name = document.name
    this.#snapshot = document
  }

  /** The whole as one immutable value; the same object until something changes. */
  get document(): Document {
    this.#snapshot ??= this.#build()
    return this.#snapshot
  }

  get(id: string): DocumentRecord | undefined {
    return this.#records.get(id)
  }

  layer(id: string): Layer | undefined {
    const record = this.#records.get(id)
    return record && isLayer(record) ? record : undefined
  }

  artboard(id: string): Artboard | undefined {
    const record = this.#records.get(id)
    return record?.type === 'artboard' ? record : undefined
  }

  /** The layers of an artboard or group, bottom first. */
  children(parent: string): readonly Layer[] {
    let found = this.#children.get(parent)
    if (!found) {
      found = childrenOf(this.document, parent)
      this.#children.set(parent, found)
    }
    return found
  }

  /** The artboard that a layer hangs on, through its groups. */
  artboardOf(id: string): Artboard | undefined {
    let record = this.#records.get(id)
    while (record && isLayer(record)) record = this.#records.get(record.parent)
    return record?.type === 'artboard' ? record : undefined
  }

  /** One step. When `change` throws, nothing has changed. */
  edit(label: string, change: (edit: Edit) => void): Patch {
    const gesture = this.gesture(label)
    try {
      gesture.update(change)
    } catch (error) {
      gesture.cancel()
      throw error
    }
    return gesture.commit()
  }

  /** Many changes that will be one step. A gesture that is still open is committed first. */
  gesture(label: string): Gesture {
    this.#open?.commit()
    const gesture = new OpenGesture(label, this.#records, {
      changed: (patch) => this.#changed(patch),
      ended: (patch) => {
        this.#open = undefined
        if (patch && !isEmpty(patch)) this.#remember({ label, patch })
      },
    })
    this.#open = gesture
    return gesture
  }

  get undoLabel(): string | undefined {
    return this.#undo.at(-1)?.label
  }

  get redoLabel(): string | undefined {
    return this.#redo.at(-1)?.label
  }

  /** Takes the last step back; undefined when there is none. An open gesture is cancelled, and that is all. */
  undo(): Patch | undefined {
    if (this.#open) {
      this.#open.cancel()
      return undefined
    }
    const step = this.#undo.pop()
    if (!step) return undefined
    this.#redo.push(step)
    return this.#replay(step.label, reversePatch(step.patch))
  }

  redo(): Patch | undefined {
    if (this.#open) return undefined
    const step = this.#redo.pop()
    if (!step) return undefined
    this.#undo.push(step)
    return this.#replay(step.label, step.patch)
  }

  watch(listener: ChangeListener): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  journal(listener: StepListener): () => void {
    this.#journals.add(listener)
    return () => this.#journals.delete(listener)
  }

  #replay(label: string, patch: Patch): Patch {
    for (const id of Object.keys(patch.removed)) this.#records.delete(id)
    for (const [id, record] of Object.entries(patch.added)) this.#records.set(id, record)
    for (const [id, [, to]] of Object.entries(patch.updated)) this.#records.set(id, to)
    this.#changed(patch)
    for (const listener of this.#journals) listener({ label, patch })
    return patch
  }

  #remember(step: Step): void {
    this.#undo.push(step)
    this.#redo = []
    for (const listener of this.#journals) listener(step)
  }

  #changed(patch: Patch): void {
    this.#snapshot = undefined
    this.#children.clear()
    for (const listener of this.#watchers) listener(patch)
  }

  #build(): Document {
    const lists = inLists(this.#records.values())
    lists.artboards.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    const { format, versions } = EMPTY
    return { format, name: this.#name, versions, ...lists }
  }
}

const EMPTY = parseDocument({ format: 1, artboards: [], layers: [] })

const holds = (record: DocumentRecord) => record.type === 'group' || record.type === 'artboard'

interface Host {
  changed(patch: Patch): void
  ended(patch: Patch | undefined): void
}

/** Holds what every touched record was at the beginning; null for one that was not there. */
class OpenGesture implements Gesture {
  readonly #before = new Map<string, DocumentRecord | null>()
  readonly #records: Map<string, DocumentRecord>
  readonly #host: Host
  readonly label: string
  #over = false

  constructor(label: string, records: Map<string, DocumentRecord>, host: Host) {
    this.label = label
    this.#records = records
    this.#host = host
  }

  update(change: (edit: Edit) => void): void {
    if (this.#over) throw new StudioError({ code: 'internal', message: `the gesture "${this.label}" is over` })
    const touched = new Map<string, DocumentRecord | null>()
    try {
      change(this.#editor(touched))
      for (const [id, before] of touched) this.#check(id, before)
      requireRoom(this.#records)
    } catch (error) {
      this.#restore(touched)
      throw error
    }
    for (const [id, record] of touched) if (!this.#before.has(id)) this.#before.set(id, record)
    const patch = this.#patchSince(touched)
    if (!isEmpty(patch)) this.#host.changed(patch)
  }

  commit(): Patch {
    if (this.#over) return emptyPatch()
    this.#over = true
    const patch = this.#patchSince(this.#before)
    this.#host.ended(patch)
    return patch
  }

  cancel(): void {
    if (this.#over) return
    this.#over = true
    const patch = reversePatch(this.#patchSince(this.#before))
    this.#restore(this.#before)
    this.#host.ended(undefined)
    if (!isEmpty(patch)) this.#host.changed(patch)
  }

  #editor(touched: Map<string, DocumentRecord | null>): Edit {
    const records = this.#records
    const touch = (id: string) => {
      if (!touched.has(id)) touched.set(id, records.get(id) ?? null)
    }
    const put = (value: unknown): DocumentRecord => {
      const record = parse(recordSchema, value, { what: 'layer' }) as DocumentRecord
      touch(record.id)
      records.set(record.id, record)
      return record
    }
    const remove = (id: string) => {
      const record = requireRecord(records, id)
      touch(id)
      records.delete(id)
      if (!holds(record)) return
      for (const record of [...records.values()])
        if (isLayer(record) && record.parent === id && records.has(record.id)) remove(record.id)
    }
    return {
      get: (id) => records.get(id),
      add(value) {
        const { id } = value as { id?: unknown }
        if (typeof id === 'string' && records.has(id)) throw refuse(id, 'is already in the document')
        return put(value)
      },
      update(id, fields) {
        const record = requireRecord(records, id)
        if ('id' in fields && fields.id !== id) throw refuse(id, 'cannot change its id')
        const merged = Object.entries({ ...record, ...fields }).filter(([, value]) => value !== undefined)
        return put(Object.fromEntries(merged))
      },
      remove,
    }
  }

  /** The way up from a layer ends on an artboard; what was a group and is none now holds nobody. */
  #check(id: string, before: DocumentRecord | null): void {
    const record = this.#records.get(id)
    if (before && holds(before) && !(record && holds(record))) {
      for (const other of this.#records.values())
        if (isLayer(other) && other.parent === id) throw refuse(other.id, `hangs on "${id}", which is no group`)
    }
    if (!record || !isLayer(record)) return
    if (before && isLayer(before) && before.parent === record.parent) return
    const tooDeep = () => refuse(id, `is nested deeper than ${MAX_DEPTH} groups, or in a circle`)
    let above: DocumentRecord = record
    let depth = -1
    for (; isLayer(above); depth++) {
      if (depth >= MAX_DEPTH) throw tooDeep()
      const parent = this.#records.get(above.parent)
      if (!parent || !holds(parent)) throw refuse(above.id, `hangs on "${above.parent}", which is no artboard or group`)
      above = parent
    }
    // Measured last: only now is it sure that there is no circle.
    if (depth + this.#height(record) > MAX_DEPTH) throw tooDeep()
  }

  /** Groups under a group, on the longest way down. */
  #height({ id, type }: Layer): number {
    if (type !== 'group') return 0
    let height = 0
    for (const record of this.#records.values())
      if (isLayer(record) && record.parent === id) height = Math.max(height, 1 + this.#height(record))
    return height
  }

  #restore(before: ReadonlyMap<string, DocumentRecord | null>): void {
    for (const [id, record] of before) {
      if (record) this.#records.set(id, record)
      else this.#records.delete(id)
    }
  }

  #patchSince(before: ReadonlyMap<string, DocumentRecord | null>): Patch {
    const patch = emptyPatch()
    for (const [id, from] of before) {
      const to = this.#records.get(id)
      if (from && to) {
        if (!sameJson(from, to)) patch.updated[id] = [from, to]
      } else if (to) patch.added[id] = to
      else if (from) patch.removed[id] = from
    }
    return patch
  }
}

function requireRecord(records: ReadonlyMap<string, DocumentRecord>, id: string): DocumentRecord {
  const record = records.get(id)
  if (record) return record
  throw new StudioError({ code: 'not-found', message: `"${id}" is not in the document`, where: { field: id } })
}

function requireRoom(records: ReadonlyMap<string, DocumentRecord>): void {
  // The commonest documents are far from every limit: count only when one could be reached.
  if (records.size <= Math.min(...Object.values(MOST))) return
  const counts = Object.fromEntries(LISTS.map((list) => [list, 0])) as Record<List, number>
  for (const record of records.values()) counts[listOf(record)]++
  for (const list of LISTS) {
    if (counts[list] > MOST[list]) throw refuse(list, `would be ${counts[list]}, at most ${MOST[list]} fit a document`)
  }
}

const refuse = (id: string, reason: string) =>
  new StudioError({ code: 'usage', message: `"${id}" ${reason}`, where: { field: id } })
