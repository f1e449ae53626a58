import { expect, test } from 'vitest'
import type { RawPicture } from '#shared/work/picture.ts'
import { cutOut } from './cutout.ts'

/** Pixels by a function of the place: [r, g, b] or [r, g, b, a]. */
function picture(width: number, height: number, colour: (x: number, y: number) => number[]): RawPicture {
  const channels = colour(0, 0).length as 3 | 4
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * channels)
  return { width, height, channels, data }
}
const alphaAt = ({ width, data }: { width: number; data: Float32Array }, x: number, y: number) =>
  data[(y * width + x) * 4 + 3]!
const inside = (x: number, y: number) => x >= 10 && x < 30 && y >= 40 && y < 50

test('a product before a plain backdrop is cut out, centred, and keeps its shape', () => {
  // The backdrop is as uneven as a photograph's.
  const photo = picture(80, 60, (x, y) => (inside(x, y) ? [200, 20, 30] : [240 + (x % 7), 238 + (y % 5), 244]))
  const out = cutOut(photo, 64)
  expect([out.width, out.height, out.channels]).toEqual([64, 64, 4])
  expect(alphaAt(out, 0, 0)).toBe(0)
  expect(alphaAt(out, 32, 32)).toBe(1)
  expect(out.data[(32 * 64 + 32) * 4]).toBeCloseTo(200 / 255, 3)
  // 20 × 10 px: as wide as the square less its margin, half as high.
  const across = Array.from({ length: 64 }, (_, x) => alphaAt(out, x, 32)).filter((alpha) => alpha > 0.5).length
  const down = Array.from({ length: 64 }, (_, y) => alphaAt(out, 32, y)).filter((alpha) => alpha > 0.5).length
  expect(across).toBeGreaterThan(56)
  expect(down).toBeGreaterThan(26)
  expect(down).toBeLessThan(34)
})

test('a sketch on paper keeps the paper that its lines enclose', () => {
  const sketch = picture(60, 60, (x, y) => {
    const ring = Math.abs(Math.hypot(x - 30, y - 30) - 18) < 2
    return ring ? [10, 10, 10] : [255, 255, 255]
  })
  const out = cutOut(sketch, 48)
  expect(alphaAt(out, 1, 1)).toBe(0)
  expect(alphaAt(out, 24, 24)).toBe(1)
  expect(out.data[(24 * 48 + 24) * 4]).toBeCloseTo(1, 3)
})

test('what is transparent already is left to be so, whatever its colour', () => {
  const logo = picture(40, 60, (x, y) => (inside(x, y) ? [0, 90, 200, 255] : [0, 90, 200, 0]))
  const out = cutOut(logo, 40)
  expect(alphaAt(out, 20, 20)).toBe(1)
  expect(alphaAt(out, 20, 2)).toBe(0)
  expect(Math.max(...out.data)).toBeLessThanOrEqual(1)
})

test('a picture without a backdrop is taken whole, and so is one colour', () => {
  const busy = picture(50, 30, (x, y) => [(x * 37) % 256, (y * 53) % 256, (x * y) % 256])
  const whole = cutOut(busy, 50)
  expect(alphaAt(whole, 25, 25)).toBe(1)
  const flat = cutOut(
    picture(30, 30, () => [7, 8, 9]),
    32,
  )
  expect(alphaAt(flat, 16, 16)).toBe(1)
})
