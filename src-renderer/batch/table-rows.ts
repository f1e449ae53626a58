import type { Row } from '#shared/batch/expand.ts'
import type { BatchCell } from '#shared/contract/batch.ts'
import type { Document, Row as RowRecord } from '#shared/document/document.ts'
import { rowValues } from '#shared/document/variables.ts'
import { columnsInOrder, rowsInOrder } from '#shared/table/records.ts'

/** Rows as values by column. */
export interface RowList {
  length: number
  at(place: number): Row
}

export { columnsInOrder as columnsOf, rowsInOrder }

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
