import type { Document } from '../document/document.ts'
import type { Row } from './expand.ts'

/** The document's own table as rows of values by column, every column in every row. */
export function rowsOf(document: Document): Row[] {
  const columns = inOrder(document.columns)
  return inOrder(document.rows).map(({ cells }) =>
    Object.fromEntries(columns.map(({ id, name }) => [name, cells[id] ?? ''])),
  )
}

const inOrder = <T extends { order: number; id: string }>(records: readonly T[]): T[] =>
  [...records].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
