import { StudioError } from '../errors.ts'
import { assemble } from './assemble.ts'
import { plainNumber } from './numbers.ts'
import { type ReadTable, refuseTable } from './table.ts'

/** A list of objects, or one object per line: a column per key, in the order in which the keys first come. */
export function tableOfJson(text: string): ReadTable {
  const columns = new Map<string, number>()
  const rows = objectsOf(text.replace(/^\uFEFF/, '')).map(({ value, row }) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw refuseTable('this is no object with a value per column', SHAPE, { row })
    const cells: string[] = []
    for (const [key, entry] of Object.entries(value)) {
      if (!columns.has(key)) columns.set(key, columns.size)
      cells[columns.get(key)!] = cellOf(entry, key, row)
    }
    return cells
  })
  const wide = rows.map((cells) => Array.from({ length: columns.size }, (_, at) => cells[at] ?? ''))
  return assemble({ rows: [[...columns.keys()], ...wide], numbers: [0, ...wide.map((_, at) => at + 1)] }, 'json')
}

const SHAPE = 'Write a list of objects: [{"name": "…", "price": "…"}, …]'

function cellOf(value: unknown, column: string, row: number): string {
  switch (typeof value) {
    case 'string':
      return value.replace(/\r\n?/g, '\n')
    case 'number':
      return plainNumber(String(value))
    case 'boolean':
      return String(value)
    default:
      if (value === null) return ''
      if (value instanceof Written) return plainNumber(value.text, false)
      throw refuseTable('the value is a list or an object, a cell is one text', SHAPE, {
        row,
        column: column.slice(0, 80),
      })
  }
}

/** Objects with their number: the element of the list, or the line. */
function objectsOf(text: string): { value: unknown; row: number }[] {
  let whole: unknown
  try {
    whole = JSON.parse(text, asWritten)
  } catch (thrown) {
    const lines = text.split(/\r?\n/)
    const first = lines.findIndex((line) => line.trim() !== '')
    if (lines.filter((line) => line.trim() !== '').length > 1 && isJson(lines[first]!)) return linesOf(lines)
    throw refuseTable(`this is no JSON: ${(thrown as Error).message.slice(0, 120)}`, SHAPE)
  }
  if (Array.isArray(whole)) return whole.map((value, at) => ({ value, row: at + 1 }))
  if (typeof whole === 'object' && whole !== null && !(whole instanceof Written)) {
    // One line of JSON lines, unless it holds something else than cells.
    if (Object.values(whole).every((each) => typeof each !== 'object' || each === null || each instanceof Written))
      return [{ value: whole, row: 1 }]
  }
  throw refuseTable('this JSON is no table', SHAPE)
}

function linesOf(lines: readonly string[]): { value: unknown; row: number }[] {
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [{ value: JSON.parse(line, asWritten), row: at + 1 }]
    } catch (thrown) {
      throw refuseTable(`this is no JSON: ${(thrown as Error).message.slice(0, 120)}`, SHAPE, { row: at + 1 })
    }
  })
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false
    throw new StudioError({ code: 'internal', message: String(thrown) })
  }
}

/** A number that JavaScript would change: a long article number, 1.10. */
class Written {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && source !== String(value) ? new Written(source) : value
}
