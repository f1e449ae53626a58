import { z } from 'zod'
import { StudioError } from '../errors.ts'
import { parse } from '../validate.ts'
import { colourSchema } from './fill.ts'
import { LAYER_KINDS, type Layer, layerSchema } from './layers/kinds.ts'
import { idSchema, type Migration, variableNameSchema, versionOf } from './layers/layer.ts'
import { type PlanRecord, planRecordSchema } from './plans.ts'
import { type Column, columnSchema, MOST_COLUMNS, MOST_ROWS, type Row, rowSchema } from './table.ts'

/** Document v1: artboards, layers, variables and a table as flat records with ids, so that a change is a small patch. */

export const artboardSchema = z.strictObject({
  type: z.literal('artboard'),
  id: idSchema,
  name: z.string().max(200).default(''),
  order: z.number().default(0),
  /** Place on the canvas, px. Layers count from the artboard's corner, so moving it moves them. */
  x: z.number().min(-1e6).max(1e6).default(0),
  y: z.number().min(-1e6).max(1e6).default(0),
  /** Trimmed size, px. */
  width: z.number().int().min(16).max(20_000),
  height: z.number().int().min(16).max(20_000),
  dpi: z.number().min(1).max(2400).default(72),
  /** Null is transparent. */
  background: colourSchema.nullable().default('#ffffff'),
  /** Beyond the trim, printed and cut off. mm */
  bleedMm: z.number().min(0).max(50).default(0),
  /** Inside the trim, free of text. mm */
  safeMm: z.number().min(0).max(200).default(0),
})

/** A hole in the document: `{{id}}` in a text, or what a picture, a colour or a layer's visibility hangs on. */
export const variableSchema = z.strictObject({
  type: z.literal('variable'),
  id: variableNameSchema,
  /** Shown while nothing else fills it. */
  value: z.string().max(5000).default(''),
})

export type Artboard = z.output<typeof artboardSchema>
export type Variable = z.output<typeof variableSchema>
export type { PlanRecord } from './plans.ts'
export type { Column, Row } from './table.ts'
export type DocumentRecord = Artboard | Variable | Column | Row | PlanRecord | Layer

/** The list of a document that each type of record stands in; what is not named here is a layer. */
const LIST_OF: Readonly<Record<Exclude<DocumentRecord['type'], Layer['type']>, List>> = {
  artboard: 'artboards',
  variable: 'variables',
  column: 'columns',
  row: 'rows',
  plan: 'plans',
}
export const LISTS = ['artboards', 'layers', 'variables', 'columns', 'rows', 'plans'] as const
export type List = (typeof LISTS)[number]
export const listOf = ({ type }: DocumentRecord): List => (LIST_OF as Record<string, List>)[type] ?? 'layers'
export const isLayer = (record: DocumentRecord): record is Layer => listOf(record) === 'layers'

/** Records sorted into the lists of a document; within each they stay in the order they come in. */
export function inLists(records: Iterable<DocumentRecord>): Pick<Document, List> {
  const lists: Record<List, DocumentRecord[]> = {
    ...{ artboards: [], layers: [], variables: [], columns: [], rows: [], plans: [] },
  }
  for (const record of records) lists[listOf(record)].push(record)
  return lists as Pick<Document, List>
}

export const recordsIn = (document: Document): DocumentRecord[] =>
  LISTS.flatMap((list): readonly DocumentRecord[] => document[list])

export const FORMAT = 1
/** Deeper nesting helps nobody and costs a canvas per level. */
export const MAX_DEPTH = 16
/** Of each kind of record in one document. */
export const MOST: Readonly<Record<List, number>> = {
  artboards: 100,
  layers: 5000,
  variables: 500,
  columns: MOST_COLUMNS,
  rows: MOST_ROWS,
  plans: 50,
}

const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  name: z.string().max(200).default(''),
  /** Version of each layer kind in this file; left out: the first. */
  versions: z.record(z.string(), z.number().int().min(1)).default({}),
  artboards: z.array(artboardSchema).max(MOST.artboards),
  layers: z.array(layerSchema).max(MOST.layers),
  variables: z.array(variableSchema).max(MOST.variables).default([]),
  columns: z.array(columnSchema).max(MOST.columns).default([]),
  rows: z.array(rowSchema).max(MOST.rows).default([]),
  plans: z.array(planRecordSchema).max(MOST.plans).default([]),
})

export type Document = z.output<typeof documentSchema>
/** A document as it may be written: what has a default may be left out. */
export type DocumentInput = z.input<typeof documentSchema>

/**
 * Documents before format 1 did not exist. A change of the document itself adds a migration here; a change of a layer
 * kind adds one in its file.
 */
const DOCUMENT_MIGRATIONS: Migration[] = []

/** A document from outside: migrated, checked, with defaults and current versions. Throws a StudioError naming the field. */
export function parseDocument(value: unknown): Document {
  const document = parse(documentSchema, migrate(value), { what: 'document' })
  requireTree(document)
  return { ...document, versions: currentVersions() }
}

export const currentVersions = (): Record<string, number> =>
  Object.fromEntries(LAYER_KINDS.map((kind) => [kind.type, versionOf(kind)]))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function migrate(value: unknown): unknown {
  if (!isRecord(value)) return value
  const document = step('document', value, Number(value.format), DOCUMENT_MIGRATIONS)
  if (!Array.isArray(document.layers)) return document
  const versions = isRecord(document.versions) ? document.versions : {}
  const kinds = new Map(LAYER_KINDS.map((kind) => [kind.type as string, kind]))
  return {
    ...document,
    layers: document.layers.map((layer: unknown) => {
      const kind = isRecord(layer) ? kinds.get(String(layer.type)) : undefined
      return isRecord(layer) && kind
        ? step(`${kind.type} layer`, layer, Number(versions[kind.type] ?? 1), kind.migrations)
        : layer
    }),
  }
}

/** Apply what is missing between `version` and now. A newer one than ours is refused: half-understood is worse. */
function step(what: string, record: Record<string, unknown>, version: number, migrations: Migration[]) {
  if (version > migrations.length + 1) {
    throw new StudioError({
      code: 'unsupported',
      message: `the document has ${what} version ${version}, this program knows ${migrations.length + 1}`,
      remedy: 'Open it with a newer Broadside.',
    })
  }
  // NaN and 0 reach the schema unchanged, which names the field.
  return version >= 1 ? migrations.slice(version - 1).reduce((older, next) => next(older), record) : record
}

/** Ids are unique, every layer hangs on an artboard or group, no group holds itself. */
function requireTree(document: Document): void {
  const { artboards, layers } = document
  const seen = new Set<string>()
  for (const { id } of recordsIn(document)) {
    if (seen.has(id)) throw malformed('id', `two records are called "${id}"`)
    seen.add(id)
  }
  const boards = new Set(artboards.map(({ id }) => id))
  const groups = new Map(layers.filter(({ type }) => type === 'group').map((group) => [group.id, group.parent]))
  for (const { id, parent } of layers) {
    let above = parent
    for (let depth = 0; !boards.has(above); depth++) {
      const next = groups.get(above)
      if (next === undefined)
        throw malformed('parent', `layer "${id}" hangs on "${above}", which is no artboard or group`)
      if (depth >= MAX_DEPTH)
        throw malformed('parent', `layer "${id}" is nested deeper than ${MAX_DEPTH} groups, or in a circle`)
      above = next
    }
  }
}

const malformed = (field: string, message: string) =>
  new StudioError({ code: 'usage', message: `document: ${message}`, where: { field } })

/** The layers of an artboard or group, bottom first. Equal orders fall back to the id, so drawing never depends on luck. */
export function childrenOf(document: Document, parent: string): Layer[] {
  return document.layers.filter((layer) => layer.parent === parent).sort(byOrder)
}

const byOrder = (a: Layer, b: Layer) => a.order - b.order || (a.id < b.id ? -1 : 1)

export function requireArtboard(document: Document, id: string): Artboard {
  const found = document.artboards.find((artboard) => artboard.id === id)
  if (found) return found
  throw new StudioError({
    code: 'not-found',
    message: `the document has no artboard "${id}"`,
    where: { field: 'artboard' },
    remedy: `It has ${document.artboards.map((artboard) => artboard.id).join(', ') || 'none'}.`,
  })
}

/** The children of every artboard and group at once, bottom first: childrenOf for whoever walks the whole tree. */
export function childrenByParent(document: Document): Map<string, Layer[]> {
  const children = Map.groupBy(document.layers, ({ parent }) => parent)
  for (const siblings of children.values()) siblings.sort(byOrder)
  return children
}
