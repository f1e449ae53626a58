import { brotliDecompressSync } from 'node:zlib'
import { glyphTables, sideBearings } from './woff2-glyphs.ts'

/**
 * WOFF2 fonts (W3C WOFF 2.0 §4–5): which characters one has, and the same font as TrueType. Only for the bundled
 * fonts: a foreign font would need more distrust than this has.
 */

interface Table {
  tag: string
  bytes: Buffer
  /** In the format of WOFF2, to be turned back. */
  transformed: boolean
}

/** Code point ranges, both ends included. */
export type CodeRange = [from: number, to: number]

export function charactersOf(woff2: Buffer): CodeRange[] {
  const cmap = requireTable(tablesOf(woff2), 'cmap')
  const count = cmap.readUInt16BE(2)
  const ranges: CodeRange[] = []
  for (let i = 0; i < count; i++) {
    const at = cmap.readUInt32BE(4 + 8 * i + 4)
    const format = cmap.readUInt16BE(at)
    if (format === 4) ranges.push(...segments(cmap, at))
    if (format === 12) ranges.push(...groups(cmap, at))
  }
  return ranges
}

/**
 * The font without its compression. Skia's own decoder loses the last glyph of every WOFF2 file: `！` of one, `%` of the
 * next.
 */
export function toTrueType(woff2: Buffer): Buffer {
  const tables = tablesOf(woff2)
  const bytes = new Map<string, Buffer>(tables.map((table) => [table.tag, table.bytes]))
  const isTransformed = (tag: string) => tables.some((table) => table.tag === tag && table.transformed)
  if (isTransformed('glyf')) {
    const { glyf, loca, lefts } = glyphTables(requireTable(tables, 'glyf'))
    bytes.set('glyf', glyf)
    bytes.set('loca', loca)
    // The offsets of the new loca are long ones.
    const head = Buffer.from(requireTable(tables, 'head'))
    head.writeInt16BE(1, 50)
    bytes.set('head', head)
    const metrics = requireTable(tables, 'hhea').readUInt16BE(34)
    if (isTransformed('hmtx')) bytes.set('hmtx', sideBearings(requireTable(tables, 'hmtx'), metrics, lefts))
  }
  return trueType(woff2.readUInt32BE(4), bytes)
}

/** Header, directory in the order of the tags, tables at multiples of four. */
function trueType(flavour: number, tables: Map<string, Buffer>): Buffer {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const directory = Buffer.alloc(12 + 16 * sorted.length)
  directory.writeUInt32BE(flavour, 0)
  directory.writeUInt16BE(sorted.length, 4)
  const parts: Buffer[] = [directory]
  let offset = directory.length
  for (const [index, [tag, bytes]] of sorted.entries()) {
    const at = 12 + 16 * index
    directory.write(tag, at, 'latin1')
    directory.writeUInt32BE(offset, at + 8)
    directory.writeUInt32BE(bytes.length, at + 12)
    const padded = Math.ceil(bytes.length / 4) * 4
    parts.push(bytes, Buffer.alloc(padded - bytes.length))
    offset += padded
  }
  return Buffer.concat(parts)
}

/** Tables follow each other in one Brotli stream, in the order of the directory. */
function tablesOf(woff2: Buffer): Table[] {
  const count = woff2.readUInt16BE(12)
  const compressed = woff2.readUInt32BE(20)
  let at = 48
  const base128 = () => {
    let value = 0
    for (let i = 0; i < 5; i++) {
      const byte = woff2[at++]!
      value = value * 128 + (byte & 127)
      if (byte < 128) break
    }
    return value
  }
  const entries = Array.from({ length: count }, () => {
    const flags = woff2[at++]!
    let tag = TAGS[flags & 63]
    if (tag === undefined) {
      tag = woff2.toString('latin1', at, at + 4)
      at += 4
    }
    const version = flags >> 6
    const original = base128()
    const transformed = tag === 'glyf' || tag === 'loca' ? version !== 3 : version !== 0
    return { tag, transformed, length: transformed ? base128() : original }
  })
  const stream = brotliDecompressSync(woff2.subarray(at, at + compressed))
  let offset = 0
  return entries.map(({ tag, transformed, length }) => {
    const bytes = stream.subarray(offset, offset + length)
    offset += length
    return { tag, transformed, bytes }
  })
}

function requireTable(tables: Table[], tag: string): Buffer {
  const found = tables.find((table) => table.tag === tag)
  if (!found) throw new Error(`the font has no ${tag}`)
  return found.bytes
}

/** Table names that a number stands for. */
const TAGS = [
  ...['cmap', 'head', 'hhea', 'hmtx', 'maxp', 'name', 'OS/2', 'post', 'cvt ', 'fpgm', 'glyf', 'loca', 'prep', 'CFF '],
  ...['VORG', 'EBDT', 'EBLC', 'gasp', 'hdmx', 'kern', 'LTSH', 'PCLT', 'VDMX', 'vhea', 'vmtx', 'BASE', 'GDEF', 'GPOS'],
  ...['GSUB', 'EBSC', 'JSTF', 'MATH', 'CBDT', 'CBLC', 'COLR', 'CPAL', 'SVG ', 'sbix', 'acnt', 'avar', 'bdat', 'bloc'],
  ...['bsln', 'cvar', 'fdsc', 'feat', 'fmtx', 'fvar', 'gvar', 'hsty', 'just', 'lcar', 'mort', 'morx', 'opbd', 'prop'],
  ...['trak', 'Zapf', 'Silf', 'Glat', 'Gloc', 'Feat', 'Sill'],
]

/** Format 4: the segments of the basic plane. A segment's characters are taken as present; subsetters leave no holes. */
function segments(cmap: Buffer, at: number): CodeRange[] {
  const count = cmap.readUInt16BE(at + 6) / 2
  const ends = at + 14
  const starts = ends + 2 * count + 2
  const out: CodeRange[] = []
  for (let i = 0; i < count; i++) {
    const [from, to] = [cmap.readUInt16BE(starts + 2 * i), cmap.readUInt16BE(ends + 2 * i)]
    if (from !== 0xffff) out.push([from, to])
  }
  return out
}

/** Format 12: ranges of all planes. */
function groups(cmap: Buffer, at: number): CodeRange[] {
  const count = cmap.readUInt32BE(at + 12)
  return Array.from({ length: count }, (_, i) => {
    const group = at + 16 + 12 * i
    return [cmap.readUInt32BE(group), cmap.readUInt32BE(group + 4)] as CodeRange
  })
}
