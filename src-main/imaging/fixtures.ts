import { crc32, deflateSync } from 'node:zlib'
import type { RawPicture } from '#shared/work/picture.ts'
import type { MadeBy } from '#shared/work/tasks.ts'
import { chunk } from './png-chunks.ts'

/** Pictures and broken files for the tests, made in code so that no binaries are kept. */

export function gradient(width = 40, height = 30, channels: 3 | 4 = 3): RawPicture {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      data[at] = Math.round((255 * x) / width)
      data[at + 1] = Math.round((255 * y) / height)
      data[at + 2] = 90
      if (channels === 4) data[at + 3] = x < width / 2 ? 128 : 255
    }
  }
  return { width, height, channels, data }
}

/** Red, green, blue, white, quarter by quarter: which way up it is, four px tell (`quartersOf`). */
export function quarters(width = 48, height = 32): RawPicture {
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ] as const
  const data = new Uint8Array(width * height * 3)
  for (let at = 0; at < width * height; at++) {
    const [right, low] = [at % width >= width / 2, at >= (width * height) / 2]
    data.set(colours[(low ? 2 : 0) + (right ? 1 : 0)]!, at * 3)
  }
  return { width, height, channels: 3, data }
}

/** Upper left, upper right, lower left, lower right, as "RGBW". */
export function quartersOf({ width, height, channels, data }: RawPicture): string {
  const colourAt = (x: number, y: number) => {
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * channels
    const [red, green] = [data[at]! > 128, data[at + 1]! > 128]
    return red ? (green ? 'W' : 'R') : green ? 'G' : 'B'
  }
  return [colourAt(0.2, 0.2), colourAt(0.8, 0.2), colourAt(0.2, 0.8), colourAt(0.8, 0.8)].join('')
}

/** What EXIF's orientations 1 to 8 make of `quarters`. */
export const TURNED = ['RGBW', 'GRWB', 'WBGR', 'BWRG', 'RBGW', 'BRWG', 'WGBR', 'GWRB'] as const

/** A picture of one colour. */
export function plain(width: number, height: number, [r, g, b]: [number, number, number]): RawPicture {
  const data = new Uint8Array(width * height * 3)
  for (let at = 0; at < data.length; at += 3) data.set([r, g, b], at)
  return { width, height, channels: 3, data }
}

export const madeBy: MadeBy = {
  recipe: {
    format: 1,
    kind: 'diffusion',
    prompt: 'half an orange, "bauhaus" & <riso> 橙子',
    seed: 1871,
    awkward: '\u0001\uffff]]>',
  },
  recipeHash: 'ab'.repeat(32),
  parameters:
    'half an orange 橙子\nNegative prompt: text\nSteps: 8, Sampler: Euler, CFG scale: 5, Seed: 1871, Size: 256x256',
  ran: { program: 'Broadside 0.1.0', device: 'cpu', seconds: 1.5 },
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

function header(width: number, height: number, colour = 2): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([8, colour, 0, 0, 0], 8)
  return chunk('IHDR', data)
}

const END = chunk('IEND', Buffer.alloc(0))

/** A well-formed black 1-bit-per-row-cheap PNG of any size: 16,000² is 1 MB on disk and 768 MB in memory. */
export function bombPng(side: number): Buffer {
  return Buffer.concat([
    SIGNATURE,
    header(side, side),
    chunk('IDAT', deflateSync(Buffer.alloc((side * 3 + 1) * 64))),
    END,
  ])
}

/** A 1 × 1 PNG with extra chunks. */
export function tinyPng(...chunks: Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, header(1, 1), ...chunks, chunk('IDAT', deflateSync(Buffer.alloc(4))), END])
}

/** A zTXt chunk that expands to `bytes` spaces. */
export const textBomb = (bytes: number) =>
  chunk('zTXt', Buffer.concat([Buffer.from('broadside\0\0', 'latin1'), deflateSync(Buffer.alloc(bytes, 32))]))

/** A chunk whose checksum is wrong. */
export function forged(type: string, text: string): Buffer {
  const bytes = chunk(type, Buffer.from(text, 'latin1'))
  bytes.writeUInt32BE((crc32(bytes) ^ 1) >>> 0, bytes.length - 4)
  return bytes
}

/** Everything a user could drop on the window that is no picture, or no longer one. Name → bytes. */
export function hostileFiles(png: Buffer, jpeg: Buffer): Record<string, Buffer> {
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3)) & 255))
  return {
    'empty.png': Buffer.alloc(0),
    'one-byte.png': Buffer.from([0x89]),
    'signature-only.png': SIGNATURE,
    'cut-in-half.png': png.subarray(0, png.length >> 1),
    'cut-in-half.jpg': jpeg.subarray(0, jpeg.length >> 1),
    'jpeg-head-then-noise.jpg': Buffer.concat([jpeg.subarray(0, 20), noise]),
    'noise.png': noise,
    'svg-named.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    'xml-svg.jpg': Buffer.from(
      '\ufeff<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    ),
    'document.png': Buffer.from('%PDF-1.7\n%âãÏÓ\n'),
    'archive.webp': Buffer.from('PK\x03\x04 not a picture at all'),
    'photo.heic.jpg': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
    'magick.png': Buffer.from('push graphic-context\nfill url(https://127.0.0.1/)\n'),
    'text.gif': Buffer.from('hello'),
    'gif-head-only.gif': Buffer.from('GIF89a'),
    'riff-only.webp': Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'),
    'tiff-loop.tif': Buffer.from('II*\0\x08\0\0\0\x01\0\x00\x01\x03\0\x01\0\0\0\x01\0\0\0\x08\0\0\0', 'latin1'),
    'avif-head-only.avif': Buffer.from('\0\0\0\x18ftypavif\0\0\0\0mif1avif', 'latin1'),
    'chunk-longer-than-file.png': Buffer.concat([
      SIGNATURE,
      header(4, 4),
      Buffer.from('\x7f\xff\xff\xffIDAT', 'latin1'),
    ]),
    'zero-size.png': Buffer.concat([SIGNATURE, header(0, 0), END]),
    'no-pixels.png': Buffer.concat([SIGNATURE, header(8, 8), END]),
    'bomb-16000.png': bombPng(16_000),
    'bomb-100000.png': bombPng(100_000),
  }
}
