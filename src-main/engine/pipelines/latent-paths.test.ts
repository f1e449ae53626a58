import { expect, test } from 'vitest'
import { Generator } from '../noise/generator.ts'
import { linear, spherical } from './latent-paths.ts'

const a = new Generator(1).randn(4096)
const b = new Generator(2).randn(4096)
const norm = (x: Float32Array) => Math.hypot(...x)
const distance = (x: Float32Array, y: Float32Array) => norm(x.map((value, at) => value - y[at]!))

test('both ways begin and end where they should', () => {
  for (const path of [linear, spherical]) {
    expect(distance(path(a, b, 0), a)).toBeLessThan(1e-4)
    expect(distance(path(a, b, 1), b)).toBeLessThan(1e-4)
  }
})

test('the spherical way keeps the length of noise, the straight one loses it', () => {
  expect(norm(spherical(a, b, 0.5)) / norm(a)).toBeCloseTo(1, 1)
  expect(norm(linear(a, b, 0.5)) / norm(a)).toBeCloseTo(Math.SQRT1_2, 1)
})

test('equal steps on both', () => {
  for (const path of [linear, spherical]) {
    const points = Array.from({ length: 9 }, (_, at) => path(a, b, at / 8))
    const steps = points.slice(1).map((point, at) => distance(point, points[at]!))
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.05)
  }
})

test('directions without a circle of their own go straight', () => {
  const zero = new Float32Array(3)
  const one = Float32Array.of(0, 0, 2)
  expect([...spherical(zero, one, 0.5)]).toEqual([0, 0, 1])
  expect([...spherical(one, Float32Array.of(0, 0, 4), 0.5)]).toEqual([0, 0, 3])
})
