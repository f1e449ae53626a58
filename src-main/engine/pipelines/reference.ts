import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { Generator } from '../noise/generator.ts'
import { type FloatPicture, resampleRows } from './resample.ts'

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

/** As many in a row at the height of the first, no larger than it. */
export function row(variant: readonly Placement[], count: number): Placement[] {
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
      const left = Math.round(cx * width - side / 2)
      const top = Math.round(cy * height - side / 2)
      resampleRows(drawing, side, side, (row, y) => {
        if (y + top >= 0 && y + top < height) over(data, (y + top) * width, width, row, left)
      })
    }
  }
  return { width, height, channels: 4, data }
}

/** Porter-Duff "over": a row of a drawing on the row of the canvas that starts at pixel `start`, cut at its ends. */
function over(canvas: Float32Array, start: number, width: number, row: Float32Array, left: number): void {
  const first = Math.max(0, -left)
  const end = Math.min(row.length / 4, width - left)
  for (let from = first * 4, to = (start + left + first) * 4; from < end * 4; from += 4, to += 4) {
    const through = 1 - row[from + 3]!
    canvas[to] = canvas[to]! * through + row[from]!
    canvas[to + 1] = canvas[to + 1]! * through + row[from + 1]!
    canvas[to + 2] = canvas[to + 2]! * through + row[from + 2]!
    canvas[to + 3] = canvas[to + 3]! * through + row[from + 3]!
  }
}

/**
 * The drawing over its ground as the encoder takes it: [3, height, width] in −1…1. `ground` is opaque and of the same
 * size; without one the ground is grey, which is 0.
 */
export function onGround({ width, height, data }: FloatPicture, ground?: FloatPicture): Float32Array {
  const planes = new Float32Array(3 * width * height)
  const under = ground?.data ?? new Float32Array(width * height * 4).fill(0.5)
  for (let y = 0; y < height; y++) rowOnGround(data, under, y * width, width, planes, width * height)
  return planes
}

/** Premultiplied c over its ground g: 2·(c + (1 − α)·g) − 1. */
function rowOnGround(
  data: Float32Array,
  under: Float32Array,
  start: number,
  width: number,
  planes: Float32Array,
  area: number,
): void {
  for (let pixel = start, from = 4 * start; pixel < start + width; pixel++, from += 4) {
    const through = 1 - data[from + 3]!
    planes[pixel] = 2 * (data[from]! + through * under[from]!) - 1
    planes[area + pixel] = 2 * (data[from + 1]! + through * under[from + 1]!) - 1
    planes[2 * area + pixel] = 2 * (data[from + 2]! + through * under[from + 2]!) - 1
  }
}

/** A square drawing as a ground: over the whole picture, its pattern undistorted, the overhang of one side cut off. */
export function groundOf(drawing: FloatPicture, width: number, height: number): FloatPicture {
  const side = Math.max(width, height)
  const data = new Float32Array(width * height * 4)
  const left = (side - width + 1) >> 1
  const top = (side - height + 1) >> 1
  resampleRows(drawing, side, side, (row, y) => {
    if (y < top || y >= top + height) return
    data.set(row.subarray(left * 4, (left + width) * 4), (y - top) * width * 4)
  })
  return { width, height, channels: 4, data }
}

/** Mean alpha of each block of `factor`² pixels: [height / factor, width / factor]. */
export function coverage({ width, height, data }: FloatPicture, factor: number): Float32Array {
  const means = new Float32Array((width / factor) * (height / factor))
  for (let y = 0; y < height; y++)
    addRow(data, y * width, width, factor, means, Math.floor(y / factor) * (width / factor))
  return means
}

function addRow(
  data: Float32Array,
  start: number,
  width: number,
  factor: number,
  means: Float32Array,
  cell: number,
): void {
  const share = factor ** 2
  for (let x = 0, from = 4 * start + 3; x < width; cell++) {
    for (const end = x + factor; x < end; x++, from += 4) means[cell]! += data[from]! / share
  }
}
