import { readFile } from 'node:fs/promises'
import { readSheet } from 'read-excel-file/universal'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { assemble } from '#shared/table/assemble.ts'
import { plainNumber } from '#shared/table/numbers.ts'
import { type ReadTable, refuseTable } from '#shared/table/table.ts'

/** Entries of the archive, and bytes that what is read of it may expand to. */
const MOST_ENTRIES = 5000
const MOST_EXPANDED = 128 * 2 ** 20
/** Rows of a sheet times its columns, empty ones included: the reader fills it up to a rectangle. */
const MOST_PLACES = 20_000_000
/** Of any sheet. */
const LAST_ROW = 1_048_576

const UNPACKED = /\.xml(?:\.rels)?$/
const SHEET = /^xl\/worksheets\/[^/]+\.xml$/

/** The first sheet: formulas as they were last computed, dates as ISO, numbers as they were typed. */
export async function readXlsx(path: string): Promise<ReadTable> {
  try {
    const sheets = await sheetsOf(path)
    const { buffer, byteOffset, byteLength } = await readFile(path)
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    const rows = await readSheet<string>(bytes, 1, { trim: false, parseNumber: (text) => plainNumber(text) })
    const table = assemble({ rows: rows.map((row) => row.map(cellOf)) }, 'xlsx')
    const first = `the first of the file’s ${sheets} sheets was read`
    return sheets === 1 ? table : { ...table, warnings: [first, ...table.warnings] }
  } catch (thrown) {
    if (thrown instanceof StudioError) throw thrown
    if (thrown instanceof Error && 'syscall' in thrown) throw toStudioError(thrown, { file: path })
    throw damaged(thrown instanceof Error ? thrown.message.slice(0, 160) : String(thrown))
  }
}

/** How many there are. Throws before anything is unpacked when the archive is no spreadsheet or would grow too large. */
async function sheetsOf(path: string): Promise<number> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, { autoClose: false, validateEntrySizes: true })
    if (zip.entryCount > MOST_ENTRIES) throw damaged(`it has ${zip.entryCount} parts`)
    const sheets: Entry[] = []
    let expanded = 0
    let isWorkbook = false
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted())
        throw refuseTable('this spreadsheet is locked with a password', 'Save a copy without one.')
      if (UNPACKED.test(entry.fileName)) expanded += entry.uncompressedSize
      if (SHEET.test(entry.fileName)) sheets.push(entry)
      if (/^xl\/workbook\d*\.xml$/.test(entry.fileName)) isWorkbook = true
    }
    if (!isWorkbook) throw refuseTable('this is an archive, but no XLSX spreadsheet', 'Save the table as XLSX or CSV.')
    if (expanded > MOST_EXPANDED)
      throw refuseTable(
        `the spreadsheet expands to ${Math.round(expanded / 2 ** 20)} MiB, at most ${MOST_EXPANDED / 2 ** 20} are read`,
        'Save the one sheet that is needed, without its pictures.',
      )
    for (const sheet of sheets) await requireNear(await zip.openReadStreamPromise(sheet))
    return sheets.length
  } finally {
    zip?.close()
  }
}

const CELL = /<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>]*>/g
const ROW = /<(?:\w+:)?row\b[^>]*?\br\s*=\s*["']([^"']*)["']/g

/** A cell far away makes a huge grid of nothing; told from the addresses, before the sheet is read. */
async function requireNear(xml: NodeJS.ReadableStream): Promise<void> {
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

type Cell = string | boolean | null | typeof Date

function cellOf(value: Cell): string {
  // The library's types say `typeof Date` where it gives a Date.
  const cell: unknown = value
  if (typeof cell === 'string') return cell.replace(/\r\n?/g, '\n')
  if (cell instanceof Date) return isoOf(cell)
  return cell === null || cell === undefined ? '' : String(cell)
}

const DAY_MS = 24 * 3600 * 1000

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
