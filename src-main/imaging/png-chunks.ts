import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { StudioError } from '#shared/errors.ts'

/** PNG's chunk layer (PNG specification, 3rd edition, §5 and §11.3.3): just enough to carry texts. */

export interface PngText {
  keyword: string
  text: string
}

const SIGNATURE = 8
/** Together, uncompressed: a recipe has a few KB; a text that expands to more is an attack. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024
const MAX_CHUNKS = 100_000
/** The chunks we read; the pixels' checksums are the decoder's business. */
const CHECKED = new Set(['IHDR', 'tEXt', 'zTXt', 'iTXt'])

export function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** tEXt: Latin-1 only. */
export const tEXt = ({ keyword, text }: PngText) =>
  chunk('tEXt', Buffer.concat([Buffer.from(`${keyword}\0`, 'latin1'), Buffer.from(text, 'latin1')]))

/** iTXt: UTF-8, deflated when that pays and may be (XMP must stay plain: readers scan for it). */
export function iTXt({ keyword, text }: PngText, { compress = true } = {}): Buffer {
  const plain = Buffer.from(text, 'utf8')
  const packed = compress && plain.length > 1024 ? deflateSync(plain, { level: 9 }) : plain
  const compressed = packed.length < plain.length
  const head = Buffer.from(`${keyword}\0${compressed ? '\x01' : '\0'}\0\0\0`, 'latin1')
  return chunk('iTXt', Buffer.concat([head, compressed ? packed : plain]))
}

/**
 * The same PNG with `chunks` right after its header, where readers that stop at the pixels still find them. libvips
 * writes a density even when none was asked for; it goes.
 */
export function insertChunks(png: Buffer, chunks: Buffer[]): Buffer {
  const afterHeader = SIGNATURE + 12 + 13
  const rest: Buffer[] = []
  for (let at = afterHeader; at + 12 <= png.length; ) {
    const end = at + 12 + png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) !== 'pHYs') rest.push(png.subarray(at, end))
    at = end
  }
  return Buffer.concat([png.subarray(0, afterHeader), ...chunks, ...rest])
}

/** Texts of a PNG. Pixels are skipped; a cut, forged or endless chunk list is a typed error naming `file`. */
export function readPngTexts(png: Buffer, file: string): PngText[] {
  const broken = (reason: string) =>
    new StudioError({
      code: 'invalid-file',
      message: `broken PNG: ${reason}`,
      where: { file },
      remedy: 'Open it in another program and save it again.',
    })
  const texts: PngText[] = []
  let left = MAX_TEXT_BYTES
  let at = SIGNATURE
  for (let count = 0; ; count++) {
    if (count > MAX_CHUNKS) throw broken('too many chunks')
    if (at + 12 > png.length) throw broken('it ends before its IEND chunk')
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    if (at + 12 + length > png.length) throw broken(`chunk ${JSON.stringify(type)} is longer than the file`)
    const data = png.subarray(at + 8, at + 8 + length)
    if (CHECKED.has(type) && crc32(png.subarray(at + 4, at + 8 + length)) !== png.readUInt32BE(at + 8 + length))
      throw broken(`checksum of chunk ${type}`)
    if (count === 0 && (type !== 'IHDR' || length !== 13)) throw broken('it does not start with a header')
    if (type === 'IEND') return texts
    if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
      const found = readText(type, data, left)
      if (!found) throw broken(`unreadable or oversized text in chunk ${type}`)
      left -= found.bytes
      texts.push(found.text)
    }
    at += 12 + length
  }
}

function readText(type: string, data: Buffer, most: number): { text: PngText; bytes: number } | undefined {
  const end = data.indexOf(0)
  if (end < 1 || end > 79) return undefined
  const keyword = data.toString('latin1', 0, end)
  let body = data.subarray(end + 1)
  let compressed = type === 'zTXt'
  if (compressed) body = body.subarray(1) // compression method
  if (type === 'iTXt') {
    compressed = body[0] === 1
    const language = body.indexOf(0, 2)
    const translated = language < 0 ? -1 : body.indexOf(0, language + 1)
    if (translated < 0) return undefined
    body = body.subarray(translated + 1)
  }
  const plain = compressed ? inflated(body, most) : body
  if (!plain || plain.length > most) return undefined
  return { text: { keyword, text: plain.toString(type === 'iTXt' ? 'utf8' : 'latin1') }, bytes: plain.length }
}

function inflated(body: Buffer, most: number): Buffer | undefined {
  try {
    return inflateSync(body, { maxOutputLength: Math.max(1, most) })
  } catch {
    return undefined // the caller names the chunk
  }
}
