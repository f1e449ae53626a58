import { expect, test } from 'vitest'
import { learnSketch, sketch } from './diffusion-sketch.ts'

const shape = { channels: 2, width: 8, height: 6, factor: 4, size: 96 }
const latents = Float32Array.from({ length: shape.size }, (_, at) => Math.sin(at * 1.7))
const cells = shape.width * shape.height

/** A decoder that is a weighted sum. */
function decoded(of: Float32Array) {
  const [width, height] = [shape.width * shape.factor, shape.height * shape.factor]
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const cell = Math.floor(y / 4) * shape.width + Math.floor(x / 4)
      const [a, b] = [of[cell]!, of[cells + cell]!]
      data.set([120 + 60 * a, 100 + 50 * b, 130 + 30 * a - 40 * b], (y * width + x) * 3)
    }
  return { width, height, channels: 3 as const, data }
}

test('knows nothing before the first picture, and then what the decoder would make of other latents', () => {
  const pkg = {}
  expect(sketch(pkg, latents, shape)).toBeUndefined()
  learnSketch(pkg, latents, shape, decoded(latents))
  const others = latents.map((value) => -value * 0.8)
  const made = sketch(pkg, others, shape)!
  expect(made).toMatchObject({ width: 8, height: 6, channels: 3 })
  const wanted = decoded(others)
  for (let cell = 0; cell < cells; cell++) {
    const at = (Math.floor(cell / 8) * 4 * wanted.width + (cell % 8) * 4) * 3
    for (let colour = 0; colour < 3; colour++)
      expect(Math.abs(made.data[cell * 3 + colour]! - wanted.data[at + colour]!)).toBeLessThanOrEqual(2)
  }
})

test('a picture of one colour is no reason for wild weights', () => {
  const pkg = {}
  const flat = new Float32Array(shape.size)
  learnSketch(pkg, flat, shape, decoded(flat))
  expect([...sketch(pkg, flat, shape)!.data.subarray(0, 3)]).toEqual([120, 100, 130])
})
