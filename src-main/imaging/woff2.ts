import { brotliDecompressSync } from 'node:zlib'

/**
 * Which characters a WOFF2 font has (W3C WOFF 2.0 §4–5, OpenType cmap formats 4 and 12). Only for the bundled fonts:
 * a foreign font would need more distrust than this has.
 */

const CMAP = 0
const HMTX = 3
const GLYF = 10
const LOCA = 11
const NAMED = 63

/** Code point ranges, both ends included. */
export type CodeRange = [from: number, to: number]

export function charactersOf(woff2: Buffer): CodeRange[] {
  const cmap = tableBytes(woff2)
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

/** The cmap table: tables follow each other in one Brotli stream, in the order of the directory. */
function tableBytes(woff2: Buffer): Buffer {
  const tables = woff2.readUInt16BE(12)
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
  let offset = 0
  let found: [number, number] | undefined
  for (let i = 0; i < tables; i++) {
    const flags = woff2[at++]!
    const tag = flags & 63
    if (tag === NAMED) at += 4
    const version = flags >> 6
    const original = base128()
    const transformed = tag === GLYF || tag === LOCA ? version !== 3 : tag === HMTX ? version === 1 : version !== 0
    const length = transformed ? base128() : original
    if (tag === CMAP) found = [offset, offset + length]
    offset += length
  }
  if (!found) throw new Error('the font has no cmap')
  return brotliDecompressSync(woff2.subarray(at, at + compressed)).subarray(...found)
}

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
