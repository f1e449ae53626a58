import type { RawPicture } from '#shared/work/picture.ts'

/** Interleaved float pixels. */
export interface FloatPicture {
  width: number
  height: number
  channels: number
  data: Float32Array
}

/**
 * Another size, with a triangle filter: bilinear when it grows, an average over the covered pixels when it shrinks
 * (what Pillow calls BILINEAR). Colours with alpha must be premultiplied.
 */
export function resample(picture: FloatPicture, width: number, height: number): FloatPicture {
  const { channels } = picture
  const data = new Float32Array(width * height * channels)
  resampleRows(picture, width, height, (row, y) => data.set(row, y * row.length))
  return { width, height, channels, data }
}

/**
 * The rows of `resample` from the top, for who wants them elsewhere: `row` is overwritten by the next one. Its loops are
 * functions of a row, which the compiler has ready after the first of many.
 */
export function resampleRows(
  { width: from, height: high, channels, data }: FloatPicture,
  width: number,
  height: number,
  take: (row: Float32Array, y: number) => void,
): void {
  const columns = taps(from, width)
  const rows = taps(high, height)
  const line = width * channels
  // Old rows in the new width: as many as one new row takes, each in the place that an older one left.
  const wide = new Float32Array(line * rows.stride)
  const row = new Float32Array(line)
  let next = 0
  for (let y = 0; y < height; y++) {
    for (; next < rows.first[y]! + rows.count[y]!; next++) {
      across(data, next * from * channels, columns, channels, wide, (next % rows.stride) * line)
    }
    down(wide, rows, y, row)
    take(row, y)
  }
}

/** For each new pixel of a line: from which old pixel on how many make it, and their shares (summing to 1). */
interface Taps {
  first: Int32Array
  count: Int32Array
  /** `stride` numbers for each pixel, the first `count` of which are its shares. */
  weights: Float64Array
  stride: number
}

function taps(from: number, to: number): Taps {
  const scale = from / to
  const reach = Math.max(scale, 1)
  const stride = Math.ceil(2 * reach) + 1
  const all: Taps = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Float64Array(to * stride),
    stride,
  }
  for (let place = 0; place < to; place++) share(all, place, from, (place + 0.5) * scale, reach)
  return all
}

function share(
  { first, count, weights, stride }: Taps,
  place: number,
  from: number,
  centre: number,
  reach: number,
): void {
  const start = Math.max(0, Math.floor(centre - reach + 0.5))
  const end = Math.min(from, Math.max(start + 1, Math.floor(centre + reach + 0.5)))
  const at = place * stride - start
  let total = 0
  for (let old = start; old < end; old++) {
    weights[at + old] = Math.max(0, 1 - Math.abs(old + 0.5 - centre) / reach)
    total += weights[at + old]!
  }
  for (let old = start; old < end; old++) weights[at + old] = total > 0 ? weights[at + old]! / total : 1 / (end - start)
  first[place] = start
  count[place] = end - start
}

/** One old row in the new width. */
function across(
  data: Float32Array,
  from: number,
  { first, count, weights, stride }: Taps,
  channels: number,
  wide: Float32Array,
  to: number,
): void {
  for (let x = 0, place = to; x < first.length; x++) {
    const start = from + first[x]! * channels
    const end = start + count[x]! * channels
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let at = start + channel, tap = x * stride; at < end; at += channels) sum += weights[tap++]! * data[at]!
      wide[place++] = sum
    }
  }
}

/** New row `y` of the widened ones: old row n lies at n modulo `stride`. */
function down(wide: Float32Array, { first, count, weights, stride }: Taps, y: number, row: Float32Array): void {
  for (let tap = 0; tap < count[y]!; tap++) {
    const from = ((first[y]! + tap) % stride) * row.length
    const weight = weights[y * stride + tap]!
    if (tap === 0) for (let at = 0; at < row.length; at++) row[at] = weight * wide[from + at]!
    else for (let at = 0; at < row.length; at++) row[at]! += weight * wide[from + at]!
  }
}

/** The picture at exactly this size: scaled to cover it, the overhang cut off evenly. Already right: unchanged. */
export function cover(picture: RawPicture, width: number, height: number): RawPicture {
  if (picture.width === width && picture.height === height) return picture
  const scale = Math.max(width / picture.width, height / picture.height)
  const scaled = resample(
    { ...picture, data: Float32Array.from(picture.data) },
    Math.max(width, Math.round(picture.width * scale)),
    Math.max(height, Math.round(picture.height * scale)),
  )
  const left = (scaled.width - width) >> 1
  const top = (scaled.height - height) >> 1
  const { channels } = picture
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((y + top) * scaled.width + left) * channels
    for (let i = 0; i < width * channels; i++) data[y * width * channels + i] = scaled.data[from + i]! + 0.5
  }
  return { width, height, channels, data }
}
