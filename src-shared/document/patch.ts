import { z } from 'zod'
import { sameJson } from '../canonical.ts'
import { StudioError } from '../errors.ts'
import { parse } from '../validate.ts'
import {
  artboardSchema,
  type Document,
  type DocumentRecord,
  inLists,
  parseDocument,
  recordsIn,
  variableSchema,
} from './document.ts'
import { layerSchema } from './layers/kinds.ts'
import { planRecordSchema } from './plans.ts'
import { columnSchema, rowSchema } from './table.ts'

/** The only way a document changes. It holds both sides of every change, so undo is the reverse patch. */

export const recordSchema = z.discriminatedUnion('type', [
  layerSchema,
  artboardSchema,
  variableSchema,
  columnSchema,
  rowSchema,
  planRecordSchema,
])

const records = z.record(z.string(), recordSchema)

export const patchSchema = z.strictObject({
  added: records.default({}),
  updated: z.record(z.string(), z.tuple([recordSchema, recordSchema])).default({}),
  removed: records.default({}),
})

export type Patch = z.output<typeof patchSchema>

export const emptyPatch = (): Patch => ({ added: {}, updated: {}, removed: {} })

export const isEmpty = (patch: Patch): boolean =>
  [patch.added, patch.updated, patch.removed].every((part) => Object.keys(part).length === 0)

export const parsePatch = (value: unknown): Patch => parse(patchSchema, value, { what: 'patch' })

/** What stands around the records, which are read by themselves. */
const unreadPatch = z.strictObject({
  added: z.record(z.string(), z.unknown()).default({}),
  updated: z.record(z.string(), z.unknown()).default({}),
  removed: z.record(z.string(), z.unknown()).default({}),
})
const PARTS = ['added', 'updated', 'removed'] as const
/** Records that are read in a few ms. */
const AT_ONCE = 150

/** How many records it touches. */
export const sizeOfPatch = (patch: Record<keyof Patch, object>): number =>
  PARTS.reduce((sum, part) => sum + Object.keys(patch[part]).length, 0)

/** parsePatch for a service that serves others meanwhile: it pauses after so many records that they would notice. */
export async function parsePatchInParts(value: unknown, pause: () => Promise<unknown>): Promise<Patch> {
  const unread = parse(unreadPatch, value, { what: 'patch' })
  if (sizeOfPatch(unread) <= AT_ONCE) return parsePatch(unread)
  const patch = emptyPatch()
  for (const part of PARTS) {
    const entries = Object.entries(unread[part])
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const read = parsePatch({ [part]: Object.fromEntries(entries.slice(at, at + AT_ONCE)) })
      Object.assign(patch[part], read[part])
      await pause()
    }
  }
  return patch
}

/**
 * The document after the patch. A patch made from another state is refused whole: what it removes or updates must be
 * exactly what it says, what it adds must be new.
 */
export function applyPatch(document: Document, patch: Patch): Document {
  const records = recordsOf(document)
  const expect = (id: string, record: DocumentRecord) => {
    const current = records.get(id)
    if (record.id !== id) throw conflict(id, 'is filed under another id')
    if (!current) throw conflict(id, 'is not in the document')
    if (!sameJson(current, record)) throw conflict(id, 'was changed meanwhile')
  }
  for (const [id, record] of Object.entries(patch.removed)) {
    expect(id, record)
    records.delete(id)
  }
  for (const [id, [from, to]] of Object.entries(patch.updated)) {
    expect(id, from)
    if (to.id !== id) throw conflict(id, 'would change its id')
    records.set(id, to)
  }
  for (const [id, record] of Object.entries(patch.added)) {
    if (record.id !== id) throw conflict(id, 'is filed under another id')
    if (records.has(id)) throw conflict(id, 'is already in the document')
    records.set(id, record)
  }
  return parseDocument({ ...document, ...inLists(records.values()) })
}

/** What takes the patch back. */
export const reversePatch = ({ added, updated, removed }: Patch): Patch => ({
  added: removed,
  updated: Object.fromEntries(Object.entries(updated).map(([id, [from, to]]) => [id, [to, from]])),
  removed: added,
})

/** What makes `to` of `from`. */
export function diffDocuments(from: Document, to: Document): Patch {
  const patch = emptyPatch()
  const before = recordsOf(from)
  const after = recordsOf(to)
  for (const [id, record] of after) {
    const old = before.get(id)
    if (!old) patch.added[id] = record
    else if (!sameJson(old, record)) patch.updated[id] = [old, record]
  }
  for (const [id, record] of before) if (!after.has(id)) patch.removed[id] = record
  return patch
}

export const recordsOf = (document: Document): Map<string, DocumentRecord> =>
  new Map(recordsIn(document).map((record) => [record.id, record]))

const conflict = (id: string, reason: string) =>
  new StudioError({
    code: 'usage',
    message: `patch: "${id}" ${reason}`,
    where: { field: id },
    remedy: 'Load the document again and repeat the change.',
  })
