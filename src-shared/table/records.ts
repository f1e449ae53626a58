import type { Document } from '../document/document.ts'
import type { Edit } from '../document/store.ts'
import type { Column, ColumnKind, Row } from '../document/table.ts'
import { sameNameKey } from './headers.ts'
import { type ReadTable, refuseTable } from './table.ts'

/**
 * A table that was read, in a document. A column is known by its name: where the document has one of that name, its
 * cells go there, and it keeps its kind.
 */

/** How a table arrives: in place of the one that is there, below it, or into the rows with the same key. */
export type Arrival = { how: 'replace' } | { how: 'append' } | { how: 'merge'; key: string }

interface Ordered {
  id: string
  order: number
}
const byOrder = (a: Ordered, b: Ordered) => a.order - b.order || (a.id < b.id ? -1 : 1)

/** From left to right. */
export const columnsInOrder = ({ columns }: Pick<Document, 'columns'>): Column[] => [...columns].sort(byOrder)
/** From top to bottom. */
export const rowsInOrder = ({ rows }: Pick<Document, 'rows'>): Row[] => [...rows].sort(byOrder)

/** Cells by column id, empty ones left out. */
const cellsOf = (ids: readonly string[], cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(ids.flatMap((id, at) => (cells[at] ? [[id, cells[at]]] : [])))

/** The table as records of a document that has none. `prefix` begins every id: no other record may begin so. */
export function tableRecords(read: ReadTable, prefix: string): { columns: Column[]; rows: Row[] } {
  const columns = read.columns.map(({ name, kind }, at): Column => {
    return { type: 'column', id: `${prefix}c${at + 1}`, name, kind, order: at + 1 }
  })
  const ids = columns.map(({ id }) => id)
  const rows = read.rows.map((cells, at): Row => {
    return { type: 'row', id: `${prefix}r${at + 1}`, order: at + 1, cells: cellsOf(ids, cells) }
  })
  return { columns, rows }
}

/** One edit, so one step of history. Throws when a key is not there, or not in one row alone. */
export function bringTable(document: Document, edit: Edit, read: ReadTable, arrival: Arrival, prefix: string): void {
  const known = new Map(document.columns.map((column) => [sameNameKey(column.name), column]))
  if (arrival.how === 'replace') {
    const kept = new Set(read.columns.map(({ name }) => sameNameKey(name)))
    for (const { id } of document.rows) edit.remove(id)
    for (const { id, name } of document.columns) if (!kept.has(sameNameKey(name))) edit.remove(id)
  }
  const ids = bringColumns(edit, read, known, arrival, prefix)
  const last = arrival.how === 'replace' ? 0 : Math.max(0, ...document.rows.map(({ order }) => order))
  const present = arrival.how === 'merge' ? rowsByKey(document, known, read, arrival.key) : undefined
  let added = 0
  for (const cells of read.rows) {
    const row = present?.rows.get(cells[present.at]!.trim())
    if (row) edit.update(row.id, { cells: merged(row.cells, ids, cells) })
    else {
      added++
      edit.add({ type: 'row', id: `${prefix}r${added}`, order: last + added, cells: cellsOf(ids, cells) })
    }
  }
}

/** Ids of the read columns; what the document does not have yet comes behind what it has. */
function bringColumns(
  edit: Edit,
  read: ReadTable,
  known: ReadonlyMap<string, Column>,
  { how }: Arrival,
  prefix: string,
): string[] {
  const last = Math.max(0, ...[...known.values()].map(({ order }) => order))
  return read.columns.map(({ name, kind }, at) => {
    const column = known.get(sameNameKey(name))
    if (!column) {
      const order = how === 'replace' ? at + 1 : last + at + 1
      return edit.add({ type: 'column', id: `${prefix}c${at + 1}`, name, kind, order }).id
    }
    if (how === 'replace') edit.update(column.id, { order: at + 1 })
    return column.id
  })
}

function merged(before: Row['cells'], ids: readonly string[], cells: readonly string[]): Row['cells'] {
  const after = { ...before }
  for (const [at, id] of ids.entries()) {
    if (cells[at]) after[id] = cells[at]
    else delete after[id]
  }
  return after
}

/** The document's rows by what their key cell says, and where the key stands in the read ones. */
function rowsByKey(document: Document, known: ReadonlyMap<string, Column>, read: ReadTable, key: string) {
  const column = known.get(sameNameKey(key))
  const at = read.columns.findIndex(({ name }) => sameNameKey(name) === sameNameKey(key))
  if (!column || at < 0)
    throw refuseTable(`only one of the two tables has a column “${key}”`, 'Choose a column that both have.', {
      column: key,
    })
  const twice = (value: string, whose: string, row: number) =>
    refuseTable(
      `${whose} has “${value.slice(0, 80)}” a second time`,
      'Give every row its own, or choose another column.',
      {
        row,
        column: key,
      },
    )
  const arriving = new Set<string>()
  for (const [number, cells] of read.rows.entries()) {
    const value = cells[at]!.trim()
    if (value !== '' && arriving.has(value)) throw twice(value, 'the file', number + 2)
    arriving.add(value)
  }
  const rows = new Map<string, Row>()
  for (const [number, row] of rowsInOrder(document).entries()) {
    const value = (row.cells[column.id] ?? '').trim()
    // Without a key it is nobody's.
    if (value === '') continue
    if (rows.has(value)) throw twice(value, 'the table', number + 1)
    rows.set(value, row)
  }
  return { rows, at }
}

/** The document's table as rows of text, headers first: what `csvOf` writes. */
export function tableRows(document: Pick<Document, 'columns' | 'rows'>): string[][] {
  const columns = columnsInOrder(document)
  return [
    columns.map(({ name }) => name),
    ...rowsInOrder(document).map(({ cells }) => columns.map(({ id }) => cells[id] ?? '')),
  ]
}

export type { Column, ColumnKind, Row }
