/** Glyphs of a WOFF2 font back into the tables of TrueType (W3C WOFF 2.0 §5.1–5.4). */

interface GlyphTables {
  glyf: Buffer
  /** Long offsets. */
  loca: Buffer
  /** xMin of each glyph: its side bearing where hmtx leaves it out. */
  lefts: number[]
}

export function glyphTables(transformed: Buffer): GlyphTables {
  const streams = streamsOf(transformed)
  const { count, contours, points, flags, glyphs, composites, boxes, boxBitmap, instructions, overlaps } = streams
  const parts: Buffer[] = []
  const loca = Buffer.alloc(4 * (count + 1))
  const lefts: number[] = []
  let offset = 0
  const bit = (bitmap: Buffer | undefined, index: number) => ((bitmap?.[index >> 3] ?? 0) & (128 >> (index & 7))) !== 0

  for (let index = 0; index < count; index++) {
    loca.writeUInt32BE(offset, 4 * index)
    const outlines = contours.int16()
    const box = bit(boxBitmap, index) ? boxes.bytes(8) : undefined
    let glyph: Buffer[] = []
    if (outlines < 0) {
      const { records, instructed } = composites.components()
      const program = instructed ? withLength(instructions.bytes(glyphs.short255())) : []
      glyph = [int16s([outlines]), box ?? Buffer.alloc(8), records, ...program]
      lefts.push(box?.readInt16BE(0) ?? 0)
    } else if (outlines > 0) {
      const ends: number[] = []
      for (let i = 0; i < outlines; i++) ends.push((ends.at(-1) ?? -1) + points.short255())
      const outline = outlineOf(ends.at(-1)! + 1, flags, glyphs, bit(overlaps, index))
      const program = withLength(instructions.bytes(glyphs.short255()))
      const bounds = box ?? int16s(outline.bounds)
      glyph = [
        int16s([outlines]),
        bounds,
        uint16s(ends),
        ...program,
        outline.flags,
        int16s(outline.xs),
        int16s(outline.ys),
      ]
      lefts.push(bounds.readInt16BE(0))
    } else lefts.push(0)
    const length = glyph.reduce((sum, part) => sum + part.length, 0)
    const padding = Buffer.alloc((4 - (length % 4)) % 4)
    parts.push(...glyph, padding)
    offset += length + padding.length
  }
  loca.writeUInt32BE(offset, 4 * count)
  return { glyf: Buffer.concat(parts), loca, lefts }
}

/** hmtx with the side bearings that were left out because they are the glyphs' left edges. */
export function sideBearings(transformed: Buffer, metrics: number, lefts: number[]): Buffer {
  const reader = readerOf(transformed)
  const flags = reader.byte()
  const advances = Array.from({ length: metrics }, () => reader.uint16())
  const proportional = Array.from({ length: metrics }, (_, i) => (flags & 1 ? lefts[i]! : reader.int16()))
  const rest = lefts.slice(metrics).map((left) => (flags & 2 ? left : reader.int16()))
  const out = Buffer.alloc(4 * metrics + 2 * rest.length)
  for (let i = 0; i < metrics; i++) {
    out.writeUInt16BE(advances[i]!, 4 * i)
    out.writeInt16BE(proportional[i]!, 4 * i + 2)
  }
  for (const [i, left] of rest.entries()) out.writeInt16BE(left, 4 * metrics + 2 * i)
  return out
}

function streamsOf(transformed: Buffer) {
  const options = transformed.readUInt16BE(2)
  const count = transformed.readUInt16BE(4)
  let at = 8 + 7 * 4
  const streams = Array.from({ length: 7 }, (_, i) => {
    const length = transformed.readUInt32BE(8 + 4 * i)
    const bytes = transformed.subarray(at, at + length)
    at += length
    return bytes
  })
  const [contours, points, flags, glyphs, composites, boxes, instructions] = streams as [Buffer, ...Buffer[]]
  // One bit per glyph, in whole 32-bit words, says who has a box of its own.
  const bitmap = 4 * Math.floor((count + 31) / 32)
  return {
    count,
    contours: readerOf(contours),
    points: readerOf(points!),
    flags: readerOf(flags!),
    glyphs: readerOf(glyphs!),
    composites: readerOf(composites!),
    boxBitmap: boxes!.subarray(0, bitmap),
    boxes: readerOf(boxes!.subarray(bitmap)),
    instructions: readerOf(instructions!),
    overlaps: options & 1 ? transformed.subarray(at) : undefined,
  }
}

type Reader = ReturnType<typeof readerOf>

function readerOf(bytes: Buffer) {
  let at = 0
  /** Where the next `length` bytes are. */
  const next = (length: number) => {
    at += length
    return at - length
  }
  const reader = {
    byte: () => bytes[next(1)]!,
    int16: () => bytes.readInt16BE(next(2)),
    uint16: () => bytes.readUInt16BE(next(2)),
    bytes: (length: number) => bytes.subarray(next(length), at),
    /** 255UInt16 of §4.1: one byte when it is small. */
    short255: (): number => {
      const code = reader.byte()
      if (code === 253) return reader.uint16()
      if (code === 254) return reader.byte() + 506
      return code === 255 ? reader.byte() + 253 : code
    },
    /** The records of one composite glyph, which are as in TrueType. */
    components: () => {
      const start = at
      let instructed = false
      for (let more = true; more; ) {
        const flags = reader.uint16()
        more = (flags & 0x20) !== 0
        if (flags & 0x100) instructed = true
        // Glyph, two arguments, and no, one, two or four numbers of a matrix.
        at += 2 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0)
      }
      return { records: bytes.subarray(start, at), instructed }
    },
  }
  return reader
}

/** Points as steps from one to the next (§5.2); written as 16-bit steps, which need no packing. */
function outlineOf(total: number, flags: Reader, glyphs: Reader, overlap: boolean) {
  const [xs, ys]: [number[], number[]] = [[], []]
  const marks = Buffer.alloc(total)
  let [x, y] = [0, 0]
  let [left, top, right, bottom] = [32767, 32767, -32768, -32768]
  for (let i = 0; i < total; i++) {
    const flag = flags.byte()
    marks[i] = flag & 128 ? 0 : 1
    const [dx, dy] = stepOf(flag & 127, glyphs)
    xs.push(dx)
    ys.push(dy)
    x += dx
    y += dy
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (overlap && total > 0) marks[0]! |= 0x40
  return { flags: marks, xs, ys, bounds: [left, top, right, bottom] }
}

function stepOf(flag: number, glyphs: Reader): [dx: number, dy: number] {
  const signed = (bits: number, length: number) => (bits & 1 ? length : -length)
  const first = glyphs.byte()
  if (flag < 10) return [0, signed(flag, ((flag & 14) << 7) + first)]
  if (flag < 20) return [signed(flag, (((flag - 10) & 14) << 7) + first), 0]
  if (flag < 84) {
    const rest = flag - 20
    return [
      signed(flag, 1 + (rest & 0x30) + (first >> 4)),
      signed(flag >> 1, 1 + ((rest & 0x0c) << 2) + (first & 0x0f)),
    ]
  }
  const second = glyphs.byte()
  if (flag < 120) {
    const rest = flag - 84
    return [
      signed(flag, 1 + (Math.floor(rest / 12) << 8) + first),
      signed(flag >> 1, 1 + (((rest % 12) >> 2) << 8) + second),
    ]
  }
  const third = glyphs.byte()
  if (flag < 124) return [signed(flag, (first << 4) + (second >> 4)), signed(flag >> 1, ((second & 0x0f) << 8) + third)]
  return [signed(flag, (first << 8) + second), signed(flag >> 1, (third << 8) + glyphs.byte())]
}

function int16s(values: number[]): Buffer {
  const out = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) out.writeInt16BE(value, 2 * i)
  return out
}

function uint16s(values: number[]): Buffer {
  const out = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) out.writeUInt16BE(value, 2 * i)
  return out
}

const withLength = (program: Buffer): Buffer[] => [uint16s([program.length]), program]
