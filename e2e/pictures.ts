import { readFile } from 'node:fs/promises'
import { inflateSync } from 'node:zlib'
import type { Download } from '@playwright/test'
import sharp from 'sharp'

/** Pixels of files that the studio gave away, read by a program that is not the studio. */

export interface Pixels {
  width: number
  height: number
  /** RGBA, row after row. */
  data: Buffer
}

export async function pixelsOf(file: Download | Buffer | string): Promise<Pixels> {
  const bytes = typeof file === 'string' || Buffer.isBuffer(file) ? file : await file.path()
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** By how much the pixel at `at` differs, in its most different channel. */
function difference(a: Pixels, b: Pixels, at: number): number {
  let most = 0
  for (let channel = at * 4; channel < at * 4 + 4; channel++)
    most = Math.max(most, Math.abs(a.data[channel]! - b.data[channel]!))
  return most
}

/** How many pixels differ by more than `tolerance`, of those that `where` picks. */
export function differing(
  a: Pixels,
  b: Pixels,
  where: (x: number, y: number) => boolean = () => true,
  tolerance = 0,
): { differ: number; of: number } {
  if (a.width !== b.width || a.height !== b.height)
    throw new Error(`${a.width} × ${a.height} cannot be compared with ${b.width} × ${b.height}`)
  const found = { differ: 0, of: 0 }
  for (let at = 0; at < a.width * a.height; at++) {
    if (!where(at % a.width, Math.floor(at / a.width))) continue
    found.of++
    if (difference(a, b, at) > tolerance) found.differ++
  }
  return found
}

/** What a PNG says in words, by keyword. */
export async function textsOf(file: Download | Buffer): Promise<Map<string, string>> {
  const png = Buffer.isBuffer(file) ? file : await readFile(await file.path())
  const texts = new Map<string, string>()
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const [type, data] = [png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)]
    if (type === 'iTXt') texts.set(data.toString('latin1', 0, data.indexOf(0)), unpacked(data))
    at += 12 + length
  }
  return texts
}

/** PNG specification, 11.3.3.4: keyword, compression flag and method, language, translated keyword, text. */
function unpacked(data: Buffer): string {
  const flags = data.indexOf(0) + 1
  const language = data.indexOf(0, flags + 2)
  const text = data.subarray(data.indexOf(0, language + 1) + 1)
  return (data[flags] === 1 ? inflateSync(text) : text).toString('utf8')
}
