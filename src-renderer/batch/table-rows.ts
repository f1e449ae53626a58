import type { Row } from '#shared/batch/expand.ts'
import type { BatchCell } from '#shared/contract/batch.ts'
import type { Document, Row as RowRecord } from '#shared/document/document.ts'
import { rowValues } from '#shared/document/variables.ts'

/** Rows as values by column. */
export interface RowList {
  length: number
  at(place: number): Row
}

/** Columns of the document's table from left to right. */
export const columnsOf = ({ columns }: Document) => [...columns].sort(byOrder)

export const rowsInOrder = ({ rows }: Document) => [...rows].sort(byOrder)

const byOrder = (a: { order: number; id: string }, b: { order: number; id: string }) =>
  a.order - b.order || (a.id < b.id ? -1 : 1)

/**
 * The row that a file was made from: the one of its number, or any with its values, since rows move. A file has only the
 * values that it shows.
 */
export function rowOf(document: Document, { row, values }: Pick<BatchCell, 'row' | 'values'>): RowRecord | undefined {
  const rows = rowsInOrder(document)
  const made = (record: RowRecord) =>
    Object.entries(rowValues(document, record)).every(([name, value]) => (values[name] ?? value) === value)
  const own = rows[row - 1]
  return own && made(own) ? own : rows.find(made)
}
