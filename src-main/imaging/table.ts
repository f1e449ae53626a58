import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { tableOfDelimited } from '#shared/table/csv.ts'
import { textOf } from '#shared/table/encoding.ts'
import { tableOfJson } from '#shared/table/json.ts'
import { MOST_FILE_BYTES, type ReadTable, refuseTable } from '#shared/table/table.ts'
import { readHead } from './files.ts'
import { readXlsx } from './xlsx.ts'

const JSON_NAME = /^\.(?:json|jsonl|ndjson)$/
const TEXT_NAME = /^\.(?:csv|tsv|tab|psv)$/

/** The table in a CSV, TSV, XLSX or JSON file, told by its bytes first and its name second. */
export async function readTable(file: string): Promise<ReadTable> {
  try {
    const head = await readHead(file, 8)
    const { size } = await stat(file)
    if (size > MOST_FILE_BYTES)
      throw refuseTable(
        `the file has ${Math.round(size / 2 ** 20)} MiB, at most ${MOST_FILE_BYTES / 2 ** 20} are read`,
        'Split it, or leave out the columns that no layer uses.',
      )
    if (size === 0) throw refuseTable('the file is empty', 'Choose a file with a row of headers and rows below it.')
    if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) return await readXlsx(file)
    const bytes = await readFile(file)
    if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) throw oldOrLocked(bytes)
    return tableOfText(bytes, extname(file).toLowerCase())
  } catch (thrown) {
    throw inFile(toStudioError(thrown), file)
  }
}

function tableOfText(bytes: Uint8Array, extension: string): ReadTable {
  const { text, encoding } = textOf(bytes)
  const isJson = JSON_NAME.test(extension) || (!TEXT_NAME.test(extension) && /^\s*[[{]/.test(text))
  const table = isJson ? tableOfJson(text) : tableOfDelimited(text, extension === '.tsv' ? '\t' : undefined)
  const odd = 'the file is neither UTF-8 nor GB18030 and was read as Windows-1252: look whether its letters are right'
  return { ...table, encoding, warnings: [...(encoding === 'windows-1252' ? [odd] : []), ...table.warnings] }
}

/** Both are the container that Office used before XLSX; in one of them an encrypted XLSX lies. */
function oldOrLocked(bytes: Buffer): StudioError {
  const locked = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
  return locked
    ? refuseTable('this spreadsheet is locked with a password', 'Save a copy of it without one.')
    : refuseTable('this is a spreadsheet of the old .xls kind', 'Save it as XLSX or CSV.')
}

const startsWith = (bytes: Uint8Array, ...magic: number[]) => magic.every((byte, at) => bytes[at] === byte)

function inFile(error: StudioError, file: string): StudioError {
  return new StudioError({ ...error.toJSON(), where: { file, ...error.where } }, { cause: error.cause })
}
