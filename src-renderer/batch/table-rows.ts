import type { Row } from '#shared/batch/expand.ts'
import type { Document } from '#shared/document/document.ts'

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
