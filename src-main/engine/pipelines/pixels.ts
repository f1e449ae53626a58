import { StudioError } from '#shared/errors.ts'
import type { RawPicture } from '#shared/work/picture.ts'

/** What a graph calls black and white: [−1, 1] for diffusion and GANs, [0, 1] for upscalers. */
export type ValueRange = readonly [black: number, white: number]

/**
 * Pixels as planes of numbers: 8-bit interleaved [h,w,3|4] → float32 [3,h,w]. Alpha is dropped: a model that needs
 * coverage reads it itself.
 */
export function toFloat(picture: RawPicture, [black, white]: ValueRange): Float32Array {
  const { width, height, channels, data } = picture
  const area = width * height
  const planes = new Float32Array(3 * area)
  const values = Float32Array.from({ length: 256 }, (_, byte) => black + ((white - black) * byte) / 255)
  for (let pixel = 0, from = 0; pixel < area; pixel++, from += channels) {
    planes[pixel] = values[data[from]!]!
    planes[area + pixel] = values[data[from + 1]!]!
    planes[2 * area + pixel] = values[data[from + 2]!]!
  }
  return planes
}

/**
 * One picture out of a graph's planes: float32 [1,3,h,w] or [3,h,w] → 8-bit interleaved RGB, clamped and rounded.
 * With more pictures in the batch `index` says which. A value that is not a number is the model's fault and is told.
 */
export function toPicture(
  data: Float32Array,
  dims: readonly number[],
  [black, white]: ValueRange,
  index = 0,
): RawPicture {
  const [height, width] = dims.slice(-2) as [number, number]
  const area = width * height
  if (dims.at(-3) !== 3 || !(area > 0) || data.length < (index + 1) * 3 * area) {
    throw new StudioError({
      code: 'invalid-model',
      message: `a picture should be [n, 3, height, width], the model gave [${dims.join(', ')}]`,
      remedy: 'The package may be damaged or not of this family: run `broadside models verify`.',
    })
  }
  const from = index * 3 * area
  const scale = 255 / (white - black)
  const offset = -black * scale + 0.5
  const pixels = new Uint8Array(3 * area)
  let bad = 0
  for (let row = 0; row < area; row += width) {
    for (let channel = 0; channel < 3; channel++) {
      bad += toBytes(data, from + channel * area + row, width, scale, offset, pixels, 3 * row + channel)
    }
  }
  if (bad > 0) {
    throw new StudioError({
      code: 'invalid-model',
      message: `the model gave ${bad} values that are not numbers`,
      remedy: 'Try another seed or device; if it stays, the package is damaged: run `broadside models verify`.',
    })
  }
  return { width, height, channels: 3, data: pixels }
}

/** A row of one plane into every third byte; gives how many of its values are no numbers. */
function toBytes(
  data: Float32Array,
  from: number,
  width: number,
  scale: number,
  offset: number,
  pixels: Uint8Array,
  to: number,
): number {
  let bad = 0
  for (let at = from; at < from + width; at++, to += 3) {
    const value = data[at]! * scale + offset
    // Uint8Array truncates and wraps: clamp first. NaN and ±Infinity are what differs from itself by more than nothing.
    if (value > 0 && value < 255) pixels[to] = value
    else if (value - value !== 0) bad++
    else if (value >= 255) pixels[to] = 255
  }
  return bad
}
