import { type Encoding, refuseTable } from './table.ts'

/**
 * Text of a file. A byte order mark says what it is; without one, valid UTF-8 is UTF-8, and what is none is GB18030, which
 * Chinese spreadsheets write; what is not even that is taken for Windows-1252.
 */
export function textOf(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const marked = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1] ?? wideOf(bytes)
  const tried: readonly Encoding[] = [...(marked ? [marked] : []), 'utf-8', 'gb18030', 'windows-1252']
  for (const encoding of tried) {
    const text = decode(bytes, encoding)
    if (text !== undefined) return checked(text, encoding)
  }
  throw noText()
}

const MARKS: readonly (readonly [readonly number[], Encoding])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/^\uFEFF/, '')
  } catch {
    return undefined // the next one may fit; the last one always does
  }
}

/** UTF-16 without a mark: separators, digits and line ends have a zero beside them, always on the same side. */
function wideOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const head = bytes.subarray(0, 2000)
  const zeros = [0, 0]
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2]!++
  if (head.length < 4 || zeros[0]! + zeros[1]! < head.length / 50) return undefined
  if (zeros[0] === 0) return 'utf-16le'
  return zeros[1] === 0 ? 'utf-16be' : undefined
}

/** No text has these; a file that does is something else with a table's name. */
function checked(text: string, encoding: Encoding): { text: string; encoding: Encoding } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x08\x0e-\x1a]/.test(text)) throw noText()
  return { text, encoding }
}

const noText = () => refuseTable('this file is no table', 'Choose a CSV, TSV, XLSX or JSON file.')
