/// <reference path="./papaparse.d.ts" />
import papaparse from 'papaparse'
import { MOST_ROWS } from '../document/table.ts'
import { assemble } from './assemble.ts'
import { type Grid, type ReadTable, refuseTable } from './table.ts'

/**
 * Tables as text with separators (RFC 4180). A spreadsheet takes a cell that begins with = + - @, a tab or a line end
 * for a formula, so what is written gets an apostrophe before it, and what is read loses that apostrophe again: what a
 * cell says stays the same, and nothing in it ever runs.
 */

const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

const LIKE_FORMULA = /^'*[=+\-@\t\r]/
const DEFUSED = /^'+[=+\-@\t\r]/

/** Lines end with \n everywhere, also within cells. */
const lineEnds = (text: string) => text.replace(/\r\n?/g, '\n')

/** Throws when a quote is not closed. Left out, the delimiter is found out. */
export function parseDelimited(text: string, delimiter?: Delimiter): { grid: Grid; delimiter: Delimiter } {
  const { body, said } = withoutSeparatorLine(lineEnds(text.replace(/^\uFEFF/, '')))
  const between = delimiter ?? said ?? delimiterOf(body)
  const { data, errors } = papaparse.parse(body, {
    delimiter: between,
    newline: '\n',
    // Empty rows count here and are left out later; a table with that many of them is none.
    preview: 2 * MOST_ROWS,
  })
  const shift = said === undefined ? 1 : 2
  const open =
    errors.find(({ code }) => code === 'MissingQuotes') ?? errors.find(({ code }) => code === 'InvalidQuotes')
  if (open)
    throw refuseTable(
      open.code === 'MissingQuotes' ? 'a quote is opened and never closed' : 'there is text after a closing quote',
      'Double the quotes within a cell: "" stands for ".',
      open.row === undefined ? {} : { row: open.row + shift },
    )
  return {
    grid: {
      rows: data.map((row) => row.map((cell) => (DEFUSED.test(cell) ? cell.slice(1) : cell))),
      ...(said === undefined ? {} : { numbers: data.map((_, at) => at + shift) }),
    },
    delimiter: between,
  }
}

/** The one that stands most often between the headers: what follows may have prices like 1,50. */
function delimiterOf(text: string): Delimiter {
  const headers = (/^\s*((?:"(?:[^"]|"")*"|[^"\n])*)/.exec(text)?.[1] ?? '').replace(/"(?:[^"]|"")*"/g, '')
  const counts = DELIMITERS.map((one) => headers.split(one).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!
}

/** "sep=;" in a first line of its own is a spreadsheet's note to itself. */
function withoutSeparatorLine(text: string): { body: string; said?: Delimiter } {
  const said = DELIMITERS.find((one) => text.startsWith(`sep=${one}\n`))
  return said === undefined ? { body: text } : { body: text.slice(6), said }
}

export function tableOfDelimited(text: string, delimiter?: Delimiter): ReadTable {
  const parsed = parseDelimited(text, delimiter)
  return assemble(parsed.grid, parsed.delimiter === '\t' ? 'tsv' : 'csv')
}

/** Cells from a clipboard, as spreadsheets put them there: tabs between cells, quotes only where they must be. */
export function cellsOfClipboard(text: string): string[][] {
  const body = lineEnds(text).replace(/\n$/, '')
  const { data, errors } = papaparse.parse(body, { delimiter: '\t', newline: '\n' })
  // A cell that begins with a quote and means it.
  return errors.some(({ code }) => /Quotes/.test(code)) ? body.split('\n').map((line) => line.split('\t')) : data
}

/** The counterpart of `cellsOfClipboard`. Nothing is defused: it goes back into a table, or into a cell as it stands. */
export const clipboardOf = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => (/["\t\n\r]/.test(cell) ? quoted(cell) : cell)).join('\t')).join('\n')

/** Comma-separated, with a byte order mark, so that spreadsheets take it for UTF-8. */
export function csvOf(rows: Iterable<readonly string[]>): string {
  let text = '\uFEFF'
  for (const row of rows) text += `${row.map(csvCell).join(',')}\r\n`
  return text
}

/** One cell, defused and quoted where it must be. */
export function csvCell(text: string): string {
  const inert = LIKE_FORMULA.test(text) ? `'${text}` : text
  return /[",\n\r]|^\s|\s$/.test(inert) ? quoted(inert) : inert
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
