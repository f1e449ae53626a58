import { z } from 'zod'
import { variableNameSchema } from '../document/layers/layer.ts'
import { COLUMN_KINDS, MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS } from '../document/table.ts'
import { StudioError } from '../errors.ts'

/** A table as it was read from a file or the clipboard: named columns of a kind, rows of text. */

/** Bytes of a file that is read. */
export const MOST_FILE_BYTES = 64 * 2 ** 20
/** Filled cells, and characters in all of them: a whole table still goes to the service in one message. */
export const MOST_CELLS = 500_000
export const MOST_CHARACTERS = 6_000_000

/** How the bytes of a text file were read. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'] as const
export type Encoding = (typeof ENCODINGS)[number]

export const TABLE_FORMATS = ['csv', 'tsv', 'xlsx', 'json'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

export const readTableSchema = z.strictObject({
  format: z.enum(TABLE_FORMATS),
  /** Left out: the format has but one. */
  encoding: z.enum(ENCODINGS).optional(),
  columns: z.array(z.strictObject({ name: variableNameSchema, kind: z.enum(COLUMN_KINDS) })).max(MOST_COLUMNS),
  /** As many cells as there are columns; an empty one is ''. */
  rows: z.array(z.array(z.string().max(MOST_IN_CELL)).max(MOST_COLUMNS)).max(MOST_ROWS),
  /** What was changed or left out on the way, for people. */
  warnings: z.array(z.string().max(400)).max(100),
})

export type ReadTable = z.output<typeof readTableSchema>

export interface Grid {
  /** The first row has the headers. */
  rows: readonly (readonly string[])[]
  /** What a spreadsheet calls each row; left out: counted from 1. */
  numbers?: readonly number[]
}

/**
 * What a file cannot be read for. `row` is the number that a spreadsheet shows, so the headers are row 1; `column` the
 * header, or its number where it has none.
 */
export function refuseTable(
  message: string,
  remedy: string,
  { row, column }: { row?: number; column?: string } = {},
): StudioError {
  const place = [...(row === undefined ? [] : [`row ${row}`]), ...(column === undefined ? [] : [`column “${column}”`])]
  return new StudioError({
    code: 'invalid-file',
    message: place.length > 0 ? `${place.join(', ')}: ${message}` : message,
    ...(place.length > 0
      ? { where: { ...(column === undefined ? {} : { field: column }), ...(row === undefined ? {} : { line: row }) } }
      : {}),
    remedy,
  })
}
