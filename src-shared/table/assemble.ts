import { MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS } from '../document/table.ts'
import { namesOf } from './headers.ts'
import { kindOf } from './kinds.ts'
import { type Grid, MOST_CELLS, MOST_CHARACTERS, type ReadTable, refuseTable } from './table.ts'

const isEmpty = (row: readonly string[]) => row.every((cell) => cell.trim() === '')

/**
 * A grid of cells as a table: the first row that is not empty has the headers. Rows and nameless columns without a cell
 * are left out. Throws a StudioError that names row and column.
 */
export function assemble(grid: Grid, format: ReadTable['format']): ReadTable {
  const numberOf = (at: number) => grid.numbers?.[at] ?? at + 1
  const top = grid.rows.findIndex((row) => !isEmpty(row))
  if (top < 0)
    throw refuseTable('there is nothing in this table', 'Choose a file with a row of headers and rows below it.')
  const filled = grid.rows.flatMap((row, at) => (at > top && !isEmpty(row) ? [at] : []))
  if (filled.length === 0)
    throw refuseTable('the table has headers, but no rows', 'Add at least one row below the headers.')
  if (filled.length > MOST_ROWS)
    throw refuseTable(`the table has more than ${MOST_ROWS.toLocaleString('en')} rows`, 'Split it into several files.')

  const kept = columnsOf(grid, top, filled, numberOf)
  const headers = kept.map((at) => grid.rows[top]![at] ?? '')
  const { names, warnings } = namesOf(headers, numberOf(top))
  const rows = filled.map((at) => kept.map((column) => grid.rows[at]![column] ?? ''))
  requireRoom(rows, names, (row) => numberOf(filled[row]!))
  const columns = names.map((name, column) => ({
    name,
    kind: kindOf(
      headers[column]!,
      rows.map((row) => row[column]!),
    ),
  }))
  const gaps = filled.at(-1)! - top - filled.length
  if (gaps > 0) warnings.push(gaps === 1 ? 'an empty row was left out' : `${gaps} empty rows were left out`)
  return { format, columns, rows, warnings: shortened(warnings) }
}

/** The columns with a header or a cell. */
function columnsOf(grid: Grid, top: number, filled: readonly number[], numberOf: (at: number) => number): number[] {
  const headers = grid.rows[top]!
  const named = headers.findLastIndex((header) => header.trim() !== '') + 1
  const used = new Set<number>()
  for (const [at, header] of headers.entries()) if (header.trim() !== '') used.add(at)
  for (const at of filled) {
    for (const [column, cell] of grid.rows[at]!.entries()) {
      if (cell.trim() === '') continue
      if (column >= headers.length)
        throw refuseTable(
          `it has ${grid.rows[at]!.length} cells, but there are ${named} headers`,
          'Put cells with a separator in them in quotes, or add the missing header.',
          { row: numberOf(at) },
        )
      used.add(column)
    }
  }
  if (used.size > MOST_COLUMNS)
    throw refuseTable(`the table has ${used.size} columns, at most ${MOST_COLUMNS} are read`, 'Leave columns out.')
  return [...used].sort((a, b) => a - b)
}

function requireRoom(rows: readonly string[][], names: readonly string[], numberOf: (row: number) => number): void {
  let cells = 0
  let characters = 0
  for (const [at, row] of rows.entries()) {
    for (const [column, cell] of row.entries()) {
      if (cell === '') continue
      if (cell.length > MOST_IN_CELL)
        throw refuseTable(
          `the cell has ${cell.length.toLocaleString('en')} characters, at most ${MOST_IN_CELL.toLocaleString('en')} are read`,
          'Shorten it.',
          { row: numberOf(at), column: names[column]! },
        )
      cells++
      characters += cell.length
    }
  }
  if (cells > MOST_CELLS || characters > MOST_CHARACTERS)
    throw refuseTable(
      `the table has ${cells.toLocaleString('en')} cells with ${characters.toLocaleString('en')} characters, which is too much for one`,
      'Leave out the columns that no layer uses, or split it.',
    )
}

const MOST_WARNINGS = 20

const shortened = (warnings: string[]) =>
  warnings.length <= MOST_WARNINGS
    ? warnings
    : [...warnings.slice(0, MOST_WARNINGS - 1), `and ${warnings.length - MOST_WARNINGS + 1} more like these`]
