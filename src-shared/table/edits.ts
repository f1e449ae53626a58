import type { Document } from '../document/document.ts'
import type { Edit } from '../document/store.ts'
import type { ColumnKind, Row } from '../document/table.ts'
import { freeColumnName, legalColumnName, sameNameKey } from './headers.ts'
import { columnsInOrder, rowsInOrder } from './records.ts'

/** Changes of a document's table by hand. Each is made in one edit, so it is one step of history. */

export interface CellChange {
  row: string
  column: string
  text: string
}

export function setCells(edit: Edit, changes: readonly CellChange[]): void {
  const byRow = Map.groupBy(changes, ({ row }) => row)
  for (const [id, cells] of byRow) {
    const after = { ...(edit.get(id) as Row).cells }
    for (const { column, text } of cells) {
      if (text === '') delete after[column]
      else after[column] = text
    }
    edit.update(id, { cells: after })
  }
}

/** `ids` stand before the row `before`, or at the end. Rows keep their place as long as there is room between two. */
function placeRows(document: Document, edit: Edit, ids: readonly string[], before: string | undefined): void {
  const moved = new Set(ids)
  const others = rowsInOrder(document).filter(({ id }) => !moved.has(id))
  const at = before === undefined ? others.length : others.findIndex(({ id }) => id === before)
  const [above, below] = [others[at - 1]?.order, others[at]?.order]
  const from = above ?? (below === undefined ? 0 : below - ids.length - 1)
  const step = below === undefined ? 1 : (below - from) / (ids.length + 1)
  // Between two rows there is room for about fifty halvings; then all are counted anew.
  if (step > 1e-9 * Math.max(1, Math.abs(from))) {
    for (const [index, id] of ids.entries()) edit.update(id, { order: from + step * (index + 1) })
    return
  }
  const all = [...others.slice(0, at).map(({ id }) => id), ...ids, ...others.slice(at).map(({ id }) => id)]
  for (const [index, id] of all.entries()) edit.update(id, { order: index + 1 })
}

/** Before the row `before`, or at the end. */
export function addRows(document: Document, edit: Edit, ids: readonly string[], before?: string): void {
  const last = Math.max(0, ...document.rows.map(({ order }) => order))
  for (const [at, id] of ids.entries()) edit.add({ type: 'row', id, order: last + at + 1 })
  if (before !== undefined) placeRows(document, edit, ids, before)
}

/** The same cells again, each below the last of them. Gives the new ids in the order of the old ones. */
export function copyRows(document: Document, edit: Edit, ids: readonly string[], newId: () => string): string[] {
  const chosen = new Set(ids)
  const rows = rowsInOrder(document)
  const originals = rows.filter(({ id }) => chosen.has(id))
  const below = rows[rows.indexOf(originals.at(-1)!) + 1]
  const copies = originals.map(() => newId())
  addRows(document, edit, copies, below?.id)
  for (const [at, id] of copies.entries()) edit.update(id, { cells: originals[at]!.cells })
  return copies
}

/** In the order they have, before the row `before`, or to the end. */
export function moveRows(document: Document, edit: Edit, ids: readonly string[], before?: string): void {
  const moved = new Set(ids)
  const inOrder = rowsInOrder(document).flatMap(({ id }) => (moved.has(id) ? [id] : []))
  placeRows(document, edit, inOrder, before)
}

/** A name that no column of the document has. */
export function freeName(document: Document, wish: string): string {
  const taken = new Set(document.columns.map(({ name }) => sameNameKey(name)))
  return freeColumnName(wish, (key) => taken.has(key))
}

export type ColumnNameProblem = 'sign' | 'taken'

/** Why a column cannot be called so. `own`: the id of the column that is renamed. */
export function problemOfColumnName(document: Document, name: string, own?: string): ColumnNameProblem | undefined {
  if (name === '' || legalColumnName(name) !== name) return 'sign'
  const key = sameNameKey(name)
  return document.columns.some((column) => column.id !== own && sameNameKey(column.name) === key) ? 'taken' : undefined
}

export interface NewColumn {
  id: string
  name: string
  kind?: ColumnKind
}

/** Behind the column `after`, or as the last one. */
export function addColumn(
  document: Document,
  edit: Edit,
  { id, name, kind = 'text' }: NewColumn,
  after?: string,
): void {
  const columns = columnsInOrder(document)
  const at = after === undefined ? columns.length - 1 : columns.findIndex((column) => column.id === after)
  const [left, right] = [columns[at]?.order ?? 0, columns[at + 1]?.order]
  edit.add({ type: 'column', id, name, kind, order: right === undefined ? left + 1 : (left + right) / 2 })
}

/** One place to the left or right. */
export function moveColumn(document: Document, edit: Edit, id: string, by: -1 | 1): void {
  const columns = columnsInOrder(document)
  const at = columns.findIndex((column) => column.id === id)
  const other = columns[at + by]
  if (!other) return
  const ids = columns.map((column) => column.id)
  ;[ids[at], ids[at + by]] = [ids[at + by]!, ids[at]!]
  for (const [index, each] of ids.entries()) edit.update(each, { order: index + 1 })
}

/** With its cells. */
export function removeColumn(document: Document, edit: Edit, id: string): void {
  edit.remove(id)
  for (const row of document.rows) {
    if (row.cells[id] === undefined) continue
    const { [id]: _, ...cells } = row.cells
    edit.update(row.id, { cells })
  }
}
