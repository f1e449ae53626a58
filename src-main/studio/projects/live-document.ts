import { sameJson } from '#shared/canonical.ts'
import {
  currentVersions,
  type Document,
  type DocumentRecord,
  FORMAT,
  inLists,
  isLayer,
  LISTS,
  type List,
  listOf,
  MAX_DEPTH,
  MOST,
} from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { type Patch, recordsOf } from '#shared/document/patch.ts'
import { StudioError } from '#shared/errors.ts'

/**
 * The service's own copy of an open document. `apply` is `applyPatch` for a document that is known to be sound: it
 * looks at the records that the patch touches and at nothing else, so a step on 2,000 layers costs what it changes.
 */
export class LiveDocument {
  readonly #records: Map<string, DocumentRecord>
  readonly #children = new Map<string, Set<string>>()
  readonly #counts = Object.fromEntries(LISTS.map((list) => [list, 0])) as Record<List, number>
  #name: string
  #snapshot: Document | undefined

  constructor(document: Document) {
    this.#records = recordsOf(document)
    this.#name = document.name
    this.#snapshot = document
    for (const record of this.#records.values()) this.#count(record, 1)
  }

  /** An immutable value; the same one until something changes. */
  get document(): Document {
    this.#snapshot ??= this.#build()
    return this.#snapshot
  }

  rename(name: string): void {
    this.#name = name
    this.#snapshot = undefined
  }

  /** All of the steps or none; gives what takes them back. */
  applyAll(steps: readonly Patch[]): () => void {
    const undo: (() => void)[] = []
    const takeBack = () => {
      for (const step of undo.splice(0).reverse()) step()
    }
    try {
      for (const step of steps) undo.push(this.#apply(step))
    } catch (error) {
      takeBack()
      throw error
    }
    return takeBack
  }

  #apply(patch: Patch): () => void {
    const before = new Map<string, DocumentRecord | undefined>()
    const put = (id: string, record: DocumentRecord | undefined) => {
      const old = this.#records.get(id)
      if (!before.has(id)) before.set(id, old)
      if (old) this.#count(old, -1)
      if (record) {
        this.#records.set(id, record)
        this.#count(record, 1)
      } else this.#records.delete(id)
    }
    const takeBack = () => {
      for (const [id, record] of before) put(id, record)
      this.#snapshot = undefined
    }
    try {
      for (const [id, record] of Object.entries(patch.removed)) {
        this.#expect(id, record)
        put(id, undefined)
      }
      for (const [id, [from, to]] of Object.entries(patch.updated)) {
        this.#expect(id, from)
        if (to.id !== id) throw conflict(id, 'would change its id')
        put(id, to)
      }
      for (const [id, record] of Object.entries(patch.added)) {
        if (record.id !== id) throw conflict(id, 'is filed under another id')
        if (this.#records.has(id)) throw conflict(id, 'is already in the document')
        put(id, record)
      }
      for (const [id, old] of before) this.#check(id, old)
      for (const kind of LISTS)
        if (this.#counts[kind] > MOST[kind]) throw conflict(kind, `would be more than ${MOST[kind]}`)
    } catch (error) {
      takeBack()
      throw error
    }
    this.#snapshot = undefined
    return takeBack
  }

  #expect(id: string, record: DocumentRecord): void {
    const current = this.#records.get(id)
    if (record.id !== id) throw conflict(id, 'is filed under another id')
    if (!current) throw conflict(id, 'is not in the document')
    if (!sameJson(current, record)) throw conflict(id, 'was changed meanwhile')
  }

  /** A touched record hangs on an artboard; what hung on it still may. */
  #check(id: string, old: DocumentRecord | undefined): void {
    const record = this.#records.get(id)
    const orphan = record && holds(record) ? undefined : this.#childrenOf(id).next().value
    if (orphan !== undefined) throw conflict(orphan, `hangs on "${id}", which is no artboard or group`)
    if (!record || !isLayer(record) || (old && isLayer(old) && old.parent === record.parent)) return
    this.#checkDepth(record, this.#depthOf(record))
  }

  /** Groups above the layer. */
  #depthOf(layer: Layer): number {
    let above = this.#records.get(layer.parent)
    for (let depth = 0; depth <= MAX_DEPTH; depth++) {
      if (!above || !holds(above))
        throw conflict(layer.id, `hangs on "${layer.parent}", which is no artboard or group, or below one`)
      if (!isLayer(above)) return depth
      above = this.#records.get(above.parent)
    }
    throw tooDeep(layer.id)
  }

  /** A group takes everything in it along to its new depth. */
  #checkDepth(layer: Layer, depth: number): void {
    if (depth > MAX_DEPTH) throw tooDeep(layer.id)
    for (const id of this.#childrenOf(layer.id)) this.#checkDepth(this.#records.get(id) as Layer, depth + 1)
  }

  #childrenOf(id: string): IterableIterator<string> {
    return (this.#children.get(id) ?? new Set<string>()).values()
  }

  #count(record: DocumentRecord, by: 1 | -1): void {
    this.#counts[listOf(record)] += by
    if (isLayer(record)) {
      const siblings = this.#children.get(record.parent) ?? new Set()
      if (by === 1) this.#children.set(record.parent, siblings.add(record.id))
      else if (siblings.delete(record.id) && siblings.size === 0) this.#children.delete(record.parent)
    }
  }

  #build(): Document {
    const lists = inLists(this.#records.values())
    lists.artboards.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    return { format: FORMAT, name: this.#name, versions: currentVersions(), ...lists }
  }
}

const holds = (record: DocumentRecord) => record.type === 'group' || record.type === 'artboard'

const tooDeep = (id: string) => conflict(id, `is nested deeper than ${MAX_DEPTH} groups, or in a circle`)

const conflict = (id: string, reason: string) =>
  new StudioError({
    code: 'usage',
    message: `patch: "${id}" ${reason}`,
    where: { field: id },
    remedy: 'Load the document again and repeat the change.',
  })
