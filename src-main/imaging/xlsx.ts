import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { readSheet } from 'read-excel-file/universal'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { assemble } from '#shared/table/assemble.ts'
import { plainNumber } from '#shared/table/numbers.ts'
import { type ReadTable, refuseTable } from '#shared/table/table.ts'
import { formatsOf, shownAs, workbookOf } from './xlsx-formats.ts'

/** Entries of the archive, and bytes that what is read of it may expand to. */
const MOST_ENTRIES = 5000
const MOST_EXPANDED = 128 * 2 ** 20
/** Rows of a sheet times its columns, empty ones included: the reader fills it up to a rectangle. */
const MOST_PLACES = 20_000_000
/** Of any sheet. */
const LAST_ROW = 1_048_576

const UNPACKED = /\.xml(?:\.rels)?$/
const WORKBOOK = 'xl/workbook.xml'
const RELATIONS = 'xl/_rels/workbook.xml.rels'
const SHEET = /^xl\/worksheets\/[^/]+\.xml$/

/** The first sheet, cells as they are shown: formulas as they were last computed, numbers and dates in their format. */
export async function readXlsx(path: string): Promise<ReadTable> {
  try {
    const { sheets, formats } = await survey(path)
    const { buffer, byteOffset, byteLength } = await readFile(path)
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    const rows = await readSheet<Typed>(bytes, 1, { trim: false, parseNumber: (typed) => ({ typed }) })
    const cells = rows.map((row, at) => row.map((cell, of) => cellOf(cell, formats.get(placeOf(at + 1, of + 1)))))
    const table = assemble({ rows: cells }, 'xlsx')
    const first = `the first of the file’s ${sheets} sheets was read`
    return sheets === 1 ? table : { ...table, warnings: [first, ...table.warnings] }
  } catch (thrown) {
    if (thrown instanceof StudioError) throw thrown
    if (thrown instanceof Error && 'syscall' in thrown) throw toStudioError(thrown, { file: path })
    throw damaged(thrown instanceof Error ? thrown.message.slice(0, 160) : String(thrown))
  }
}

interface Survey {
  /** How many there are. */
  sheets: number
  /** Of the first sheet's cells, by place, where they have one. */
  formats: ReadonlyMap<number, string>
}

/** Row and column from 1, as one number. */
const placeOf = (row: number, column: number) => row * 16_384 + column - 1

/** Throws before anything is unpacked when the archive is no spreadsheet or would grow too large. */
async function survey(path: string): Promise<Survey> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, { autoClose: false, validateEntrySizes: true })
    if (zip.entryCount > MOST_ENTRIES) throw damaged(`it has ${zip.entryCount} parts`)
    const parts = new Map<string, Entry>()
    let expanded = 0
    let isWorkbook = false
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted())
        throw refuseTable('this spreadsheet is locked with a password', 'Save a copy without one.')
      if (UNPACKED.test(entry.fileName)) expanded += entry.uncompressedSize
      parts.set(entry.fileName, entry)
      if (/^xl\/workbook\d*\.xml$/.test(entry.fileName)) isWorkbook = true
    }
    if (!isWorkbook) throw refuseTable('this is an archive, but no XLSX spreadsheet', 'Save the table as XLSX or CSV.')
    if (expanded > MOST_EXPANDED)
      throw refuseTable(
        `the spreadsheet expands to ${Math.round(expanded / 2 ** 20)} MiB, at most ${MOST_EXPANDED / 2 ** 20} are read`,
        'Save the one sheet that is needed, without its pictures.',
      )
    const open = zip
    const partOf = async (name: string) => {
      const entry = parts.get(name)
      return entry && text(await open.openReadStreamPromise(entry))
    }
    const workbook = workbookOf((await partOf(WORKBOOK)) ?? '<none/>', (await partOf(RELATIONS)) ?? '<none/>')
    const byStyle = formatsOf((await partOf(workbook.styles)) ?? '<none/>')
    const formats = new Map<number, string>()
    const sheets = [...parts.values()].filter(({ fileName }) => SHEET.test(fileName) || fileName === workbook.first)
    for (const sheet of sheets) {
      const isFirst = sheet.fileName === workbook.first
      await requireNear(await zip.openReadStreamPromise(sheet), (row, column, style) => {
        const format = isFirst ? byStyle[style] : undefined
        if (format !== undefined) formats.set(placeOf(row, column), format)
      })
    }
    return { sheets: sheets.length, formats }
  } finally {
    zip?.close()
  }
}

const CELL = /<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>]*>/g
const STYLE = /\ss\s*=\s*["'](\d{1,5})["']/
const ROW = /<(?:\w+:)?row\b[^>]*?\br\s*=\s*["']([^"']*)["']/g

/**
 * A cell far away makes a huge grid of nothing; told from the addresses, before the sheet is read. `onCell` hears of cells
 * with a style.
 */
async function requireNear(
  xml: NodeJS.ReadableStream,
  onCell: (row: number, column: number, style: number) => void,
): Promise<void> {
  let rest = ''
  let [bottom, right] = [0, 0]
  for await (const chunk of xml.setEncoding('latin1')) {
    const text = rest + chunk
    for (const [, row] of text.matchAll(ROW))
      if (!(Number(row) <= LAST_ROW)) throw damaged(`it has a row ${row!.slice(0, 20)}`)
    for (const [element, column, row] of text.matchAll(CELL)) {
      if (element.endsWith('/>')) continue
      bottom = Math.max(bottom, Number(row))
      right = Math.max(right, numberOf(column!))
      const style = STYLE.exec(element)
      if (style) onCell(Number(row), numberOf(column!), Number(style[1]))
    }
    if (bottom * right > MOST_PLACES)
      throw refuseTable(
        `the sheet has a cell in row ${bottom} and one in column ${right}, which is too large a table`,
        'Delete the cells that stand far away from the others.',
      )
    rest = text.slice(Math.max(text.lastIndexOf('<'), text.length - 1000))
  }
}

/** "A" is 1, "AA" 27. */
const numberOf = (column: string) => [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)

/** A number as the file has it. */
interface Typed {
  typed: string
}

type Cell = string | boolean | null | typeof Date | Typed

function cellOf(value: Cell, format: string | undefined): string {
  // The library's types say `typeof Date` where it gives a Date.
  const cell: unknown = value
  if (typeof cell === 'string') {
    const lines = cell.replace(/\r\n?/g, '\n')
    return format === undefined ? lines : shownAs(lines, format)
  }
  if (cell instanceof Date) {
    const days = daysOf(cell)
    return format === undefined || Number.isNaN(days) ? isoOf(cell) : shownAs(days, format)
  }
  if (isTyped(cell)) {
    const number = Number(cell.typed)
    return format === undefined || !Number.isFinite(number) ? plainNumber(cell.typed) : shownAs(number, format)
  }
  return cell === null || cell === undefined ? '' : String(cell)
}

const isTyped = (cell: unknown): cell is Typed => typeof cell === 'object' && cell !== null && 'typed' in cell

const DAY_MS = 24 * 3600 * 1000
/** Of 1970, as a spreadsheet counts days. */
const EPOCH = 25_569

/** The reader cuts to whole milliseconds, and 9:00 must not become 8:59. */
const daysOf = (date: Date) => (Math.round(date.getTime() / 10) * 10) / DAY_MS + EPOCH

/** "2026-11-11", with the time where there is one; a time of no day is the time alone. */
function isoOf(date: Date): string {
  const rounded = new Date(Math.round(date.getTime() / 1000) * 1000)
  if (Number.isNaN(rounded.getTime())) return ''
  const [day, time] = rounded.toISOString().slice(0, 19).split('T') as [string, string]
  const short = time.endsWith(':00') ? time.slice(0, 5) : time
  // A spreadsheet counts days from the last one of 1899.
  if (rounded.getTime() < Date.UTC(1899, 11, 30) + DAY_MS && rounded.getTime() >= Date.UTC(1899, 11, 30)) return short
  return time === '00:00:00' ? day : `${day}T${short}`
}

const damaged = (reason: string) =>
  refuseTable(`the spreadsheet is damaged: ${reason}`, 'Open it in a spreadsheet program and save it again, or as CSV.')
