import type { Column, Row } from '#shared/document/table.ts'
import type { CellChange } from '#shared/table/edits.ts'

/** Cells from one corner to the other, by their places in what is shown. All ends are part of it. */
export interface Range {
  top: number
  bottom: number
  left: number
  right: number
}

export interface Place {
  row: number
  column: number
}

export const rangeOf = (a: Place, b: Place): Range => ({
  top: Math.min(a.row, b.row),
  bottom: Math.max(a.row, b.row),
  left: Math.min(a.column, b.column),
  right: Math.max(a.column, b.column),
})

export const contains = ({ top, bottom, left, right }: Range, { row, column }: Place): boolean =>
  row >= top && row <= bottom && column >= left && column <= right

export interface Shown {
  columns: readonly Column[]
  rows: readonly Row[]
}

export function textsIn({ columns, rows }: Shown, { top, bottom, left, right }: Range): string[][] {
  return rows.slice(top, bottom + 1).map(({ cells }) => columns.slice(left, right + 1).map(({ id }) => cells[id] ?? ''))
}

/** What empties every cell that says something. */
export function clearing({ columns, rows }: Shown, { top, bottom, left, right }: Range): CellChange[] {
  return rows
    .slice(top, bottom + 1)
    .flatMap(({ id, cells }) =>
      columns
        .slice(left, right + 1)
        .flatMap((column) => (cells[column.id] ? [{ row: id, column: column.id, text: '' }] : [])),
    )
}

export interface Pasting {
  changes: CellChange[]
  /** Ids of rows that are needed below the last one. */
  added: string[]
  /** Columns of what is pasted that stand beyond the last one. */
  beyond: number
  /** Where it lies then. */
  range: Range
}

/** One cell fills the whole range; more than one lies from its corner on, over rows that are made for them. */
export function pasting(
  shown: Shown,
  into: Range,
  cells: readonly (readonly string[])[],
  newId: () => string,
): Pasting {
  const [single] = cells.length === 1 && cells[0]!.length === 1 ? cells[0]! : []
  const wide = Math.max(0, ...cells.map((row) => row.length))
  const range =
    single === undefined
      ? { ...into, bottom: into.top + cells.length - 1, right: Math.min(into.left + wide, shown.columns.length) - 1 }
      : into
  const missing = Math.max(0, range.bottom + 1 - shown.rows.length)
  const added = Array.from({ length: missing }, newId)
  const ids = [...shown.rows.slice(range.top).map(({ id }) => id), ...added]
  const changes: CellChange[] = []
  for (let row = 0; row <= range.bottom - range.top; row++) {
    for (let column = 0; column <= range.right - range.left; column++) {
      const text = single ?? cells[row]?.[column] ?? ''
      changes.push({ row: ids[row]!, column: shown.columns[range.left + column]!.id, text })
    }
  }
  const beyond = single === undefined ? Math.max(0, into.left + wide - shown.columns.length) : 0
  return { changes, added, beyond, range }
}
