import type { Column, Row } from '#shared/document/table.ts'
import type { CellChange } from '#shared/table/edits.ts'
import { isAsset } from '#shared/table/kinds.ts'

/** Picture cells that name a file, and the files that have this name. */

const baseName = (path: string): string => path.split(/[/\\]/).at(-1)!.normalize('NFC').trim().toLowerCase()
const withoutEnd = (name: string): string => name.replace(/\.[a-z0-9]{1,5}$/, '')

export interface NamedCell {
  row: string
  column: string
  /** As the cell says it. */
  name: string
}

/** The cells of picture columns that still name a file. */
export function unfoundCells(columns: readonly Column[], rows: readonly Row[]): NamedCell[] {
  const pictures = columns.filter(({ kind }) => kind === 'picture')
  return rows.flatMap(({ id, cells }) =>
    pictures.flatMap((column) => {
      const name = cells[column.id] ?? ''
      return name === '' || isAsset(name) ? [] : [{ row: id, column: column.id, name }]
    }),
  )
}

export interface Match<F> {
  file: F
  cells: NamedCell[]
}

/** A name with its end counts first; a cell may leave the end out. */
export function matchesOf<F extends { name: string }>(
  cells: readonly NamedCell[],
  files: readonly F[],
): { matches: Match<F>[]; others: F[] } {
  const whole = new Map<string, F>()
  const short = new Map<string, F>()
  for (const file of files) {
    const name = baseName(file.name)
    if (!whole.has(name)) whole.set(name, file)
    if (!short.has(withoutEnd(name))) short.set(withoutEnd(name), file)
  }
  const found = new Map<F, NamedCell[]>()
  for (const cell of cells) {
    const name = baseName(cell.name)
    const file = whole.get(name) ?? short.get(name)
    if (file) found.set(file, [...(found.get(file) ?? []), cell])
  }
  return {
    matches: [...found].map(([file, matched]) => ({ file, cells: matched })),
    others: files.filter((file) => !found.has(file)),
  }
}

export const filled = (cells: readonly NamedCell[], asset: string): CellChange[] =>
  cells.map(({ row, column }) => ({ row, column, text: asset }))
