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
  const columns = taps(picture.width, width)
  const rows = taps(picture.height, height)
  const wide = new Float32Array(width * picture.height * channels)
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x]!
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let at = 0; at < weights.length; at++) {
          sum += weights[at]! * picture.data[(y * picture.width + first + at) * channels + channel]!
        }
        wide[(y * width + x) * channels + channel] = sum
      }
    }
  }
  const data = new Float32Array(width * height * channels)
  const line = width * channels
  for (let y = 0; y < height; y++) {
    const { first, weights } = rows[y]!
    for (let at = 0; at < weights.length; at++) {
      const from = (first + at) * line
      const weight = weights[at]!
      for (let i = 0; i < line; i++) data[y * line + i]! += weight * wide[from + i]!
    }
  }
  return { width, height, channels, data }
}

/** For each new pixel of a line: which old pixels it is made of, and their shares (summing to 1). */
function taps(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to
  const reach = Math.max(scale, 1)
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - reach + 0.5))
    const last = Math.min(from, Math.max(first + 1, Math.floor(centre + reach + 0.5)))
    const raw = Array.from({ length: last - first }, (_, at) =>
      Math.max(0, 1 - Math.abs(first + at + 0.5 - centre) / reach),
    )
    const total = raw.reduce((sum, weight) => sum + weight, 0)
    return { first, weights: total > 0 ? raw.map((weight) => weight / total) : raw.map(() => 1 / raw.length) }
  })
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
