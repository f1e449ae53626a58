import type { RawPicture } from '#shared/work/picture.ts'
import type { LatentShape } from './diffusion-latents.ts'

/**
 * Latents as a small picture without the decoder, which takes as long as several steps: each colour is a weighted sum
 * of the cell's latents, and the weights are fitted to the first picture that the decoder made of a package.
 */

/** Per colour: a weight of each channel, then a constant. */
type Weights = readonly Float64Array[]

const learned = new WeakMap<object, Weights>()

/** One pixel per cell; undefined before anything of the package was decoded. */
export function sketch(pkg: object, latents: Float32Array, shape: LatentShape): RawPicture | undefined {
  const weights = learned.get(pkg)
  if (!weights) return undefined
  const { width, height, channels } = shape
  const cells = width * height
  const data = new Uint8ClampedArray(cells * 3)
  for (let cell = 0; cell < cells; cell++) {
    for (const [colour, of] of weights.entries()) {
      let value = of[channels]!
      for (let channel = 0; channel < channels; channel++) value += of[channel]! * latents[channel * cells + cell]!
      data[cell * 3 + colour] = value
    }
  }
  return { width, height, channels: 3, data: new Uint8Array(data.buffer) }
}

/** What the decoder made of them. Least squares over all cells; the first picture is enough. */
export function learnSketch(pkg: object, latents: Float32Array, shape: LatentShape, picture: RawPicture): void {
  if (learned.has(pkg)) return
  const { width, height, channels } = shape
  const cells = width * height
  const size = channels + 1
  const colours = meansOf(picture, shape)
  const squares = Array.from({ length: size }, () => new Float64Array(size))
  const sums = Array.from({ length: 3 }, () => new Float64Array(size))
  const row = new Float64Array(size).fill(1)
  for (let cell = 0; cell < cells; cell++) {
    for (let channel = 0; channel < channels; channel++) row[channel] = latents[channel * cells + cell]!
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) squares[a]![b]! += row[a]! * row[b]!
      for (let colour = 0; colour < 3; colour++) sums[colour]![a]! += row[a]! * colours[cell * 3 + colour]!
    }
  }
  // A picture of one colour says little: keep the weights small then.
  for (let at = 0; at < channels; at++) squares[at]![at]! += 1e-3 * cells
  learned.set(
    pkg,
    sums.map((sum) => solve(squares, sum)),
  )
}

/** Mean colour of every cell. */
function meansOf({ data, width, channels }: RawPicture, shape: LatentShape): Float64Array {
  const { factor } = shape
  const means = new Float64Array(shape.width * shape.height * 3)
  for (let y = 0; y < shape.height * factor; y++) {
    for (let x = 0; x < shape.width * factor; x++) {
      const cell = Math.floor(y / factor) * shape.width + Math.floor(x / factor)
      for (let colour = 0; colour < 3; colour++)
        means[cell * 3 + colour]! += data[(y * width + x) * channels + colour]! / factor ** 2
    }
  }
  return means
}

/** Gauss-Jordan; the matrix is symmetric and positive, so its diagonal is never far from the largest. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const rows = matrix.map((row, at) => Float64Array.of(...row, right[at]!))
  const size = rows.length
  for (let pivot = 0; pivot < size; pivot++) {
    const by = rows[pivot]!
    for (const row of rows) {
      if (row === by) continue
      const factor = row[pivot]! / by[pivot]!
      for (let column = pivot; column <= size; column++) row[column]! -= factor * by[column]!
    }
  }
  return Float64Array.from(rows, (row, at) => row[size]! / row[at]!)
}
