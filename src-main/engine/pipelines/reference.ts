import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { Generator } from '../noise/generator.ts'
import { type FloatPicture, resample } from './resample.ts'

export type ReferenceConfig = NonNullable<PackageOf<'diffusion'>['config']['reference']>

/** Clean drawings of subjects and grounds, as stored: uint8 [count, size, size, 4], straight RGBA. */
export interface ReferenceBank {
  bytes: Uint8Array
  size: number
  count: number
}

/** Centre in fractions of width and height, side in fractions of the shorter side. */
export type Placement = readonly [cx: number, cy: number, size: number]

/** Inflated, no bank is larger: 1,000 drawings of 128 px are 62.5 MiB. */
const MAX_BANK_BYTES = 256 * 2 ** 20
const inflate = promisify(gunzip)

export async function readBank(packed: Uint8Array, { file, size }: ReferenceConfig): Promise<ReferenceBank> {
  const refuse = (reason: string) =>
    new StudioError({ code: 'invalid-model', message: `the reference bank ${reason}`, where: { file } })
  const bytes = await inflate(packed, { maxOutputLength: MAX_BANK_BYTES }).catch((thrown) => {
    const tooLarge = (thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    return Promise.reject(refuse(tooLarge ? `is larger than ${MAX_BANK_BYTES} bytes` : 'is not gzip'))
  })
  const each = size * size * 4
  if (bytes.length === 0 || bytes.length % each !== 0) throw refuse(`is no list of ${size}×${size} RGBA drawings`)
  return { bytes, size, count: bytes.length / each }
}

/** One drawing, premultiplied RGBA in 0…1; undefined when the bank is shorter. */
export function drawingOf({ bytes, size, count }: ReferenceBank, index: number): FloatPicture | undefined {
  if (index >= count) return undefined
  const each = size * size * 4
  const data = new Float32Array(each)
  for (let at = 0, from = index * each; at < each; at += 4, from += 4) {
    const alpha = bytes[from + 3]! / 255
    for (let channel = 0; channel < 3; channel++) data[at + channel] = (bytes[from + channel]! / 255) * alpha
    data[at + 3] = alpha
  }
  return { width: size, height: size, channels: 4, data }
}

/**
 * Where `count` subjects go: the seed picks a variant of the layout and moves each placement a little. Subjects take
 * the placements in turns; a layout with fewer placements than subjects becomes a row at its height.
 */
export function place(config: ReferenceConfig, layout: string, count: number, random: Generator): Placement[][] {
  const variants = config.layouts[layout] ?? config.layouts.default ?? [[[0.5, 0.5, 0.68]]]
  const draw = () => random.rand(1)[0]!
  const variant = variants[Math.floor(draw() * variants.length)] ?? []
  const jitter = (amount: number) => (2 * draw() - 1) * amount
  const moved = (variant.length < count ? row(variant, count) : variant).map(([cx, cy, size]): Placement => {
    return [
      cx + jitter(config.jitter.position),
      cy + jitter(config.jitter.position),
      size * (1 + jitter(config.jitter.size)),
    ]
  })
  return Array.from({ length: count }, (_, subject) => moved.filter((_, at) => at % count === subject))
}

function row(variant: readonly Placement[], count: number): Placement[] {
  const height = variant[0]?.[1] ?? 0.5
  const size = Math.min(variant[0]?.[2] ?? 0.6, 0.9 / count)
  return Array.from({ length: count }, (_, at): Placement => [(at + 0.5) / count, height, size])
}

/** Drawings over each other on an empty canvas: premultiplied RGBA. */
export function draw(
  canvas: { width: number; height: number },
  items: readonly { drawing: FloatPicture; placements: readonly Placement[] }[],
): FloatPicture {
  const { width, height } = canvas
  const data = new Float32Array(width * height * 4)
  for (const { drawing, placements } of items) {
    for (const [cx, cy, size] of placements) {
      const side = Math.max(8, Math.round(size * Math.min(width, height)))
      paste(
        data,
        width,
        height,
        resample(drawing, side, side),
        Math.round(cx * width - side / 2),
        Math.round(cy * height - side / 2),
      )
    }
  }
  return { width, height, channels: 4, data }
}

/** Porter-Duff "over", cut at the canvas. */
function paste(canvas: Float32Array, width: number, height: number, drawing: FloatPicture, left: number, top: number) {
  for (let y = Math.max(0, top); y < Math.min(height, top + drawing.height); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + drawing.width); x++) {
      const from = ((y - top) * drawing.width + x - left) * 4
      const to = (y * width + x) * 4
      const through = 1 - drawing.data[from + 3]!
      for (let channel = 0; channel < 4; channel++) {
        canvas[to + channel] = canvas[to + channel]! * through + drawing.data[from + channel]!
      }
    }
  }
}

/**
 * The drawing over its ground as the encoder takes it: [3, height, width] in −1…1. `ground` is opaque and of the same
 * size; without one the ground is grey, which is 0.
 */
export function onGround({ width, height, data }: FloatPicture, ground?: FloatPicture): Float32Array {
  const area = width * height
  const planes = new Float32Array(3 * area)
  for (let pixel = 0; pixel < area; pixel++) {
    const through = 1 - data[pixel * 4 + 3]!
    for (let channel = 0; channel < 3; channel++) {
      const under = ground?.data[pixel * 4 + channel] ?? 0.5
      // Premultiplied c over its ground g: 2·(c + (1 − α)·g) − 1.
      planes[channel * area + pixel] = 2 * (data[pixel * 4 + channel]! + through * under) - 1
    }
  }
  return planes
}

/** A square drawing as a ground: over the whole picture, its pattern undistorted, the overhang of one side cut off. */
export function groundOf(drawing: FloatPicture, width: number, height: number): FloatPicture {
  const side = Math.max(width, height)
  const ground = { width, height, channels: 4, data: new Float32Array(width * height * 4) }
  const [left, top] = [(width - side) >> 1, (height - side) >> 1]
  paste(ground.data, width, height, resample(drawing, side, side), left, top)
  return ground
}

/** Mean alpha of each block of `factor`² pixels: [height / factor, width / factor]. */
export function coverage({ width, height, data }: FloatPicture, factor: number): Float32Array {
  const columns = width / factor
  const means = new Float32Array(columns * (height / factor))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      means[Math.floor(y / factor) * columns + Math.floor(x / factor)]! += data[(y * width + x) * 4 + 3]! / factor ** 2
    }
  }
  return means
}
