import { expect, test } from 'vitest'
import { cover, resample } from './resample.ts'

const line = (...values: number[]) => ({
  width: values.length,
  height: 1,
  channels: 1,
  data: Float32Array.from(values),
})

test('growing interpolates between pixel centres', () => {
  expect([...resample(line(0, 4), 4, 1).data]).toEqual([0, 1, 3, 4])
})

test('shrinking averages, and one colour stays that colour at any size', () => {
  const [mean] = resample(line(0, 8, 0, 8, 0, 8, 0, 8), 1, 1).data
  expect(mean).toBeCloseTo(4, 5)
  for (const [width, height] of [
    [1, 1],
    [3, 7],
    [50, 2],
  ] as const) {
    for (const value of resample(
      { width: 5, height: 4, channels: 2, data: new Float32Array(40).fill(0.7) },
      width,
      height,
    ).data) {
      expect(value).toBeCloseTo(0.7, 5)
    }
  }
})

test('the same size gives the same pixels', () => {
  expect([...resample(line(3, 1, 2), 3, 1).data]).toEqual([3, 1, 2])
})

test('cover cuts the overhang off evenly', () => {
  const picture = { width: 4, height: 1, channels: 3 as const, data: Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4) }
  expect([...cover(picture, 2, 1).data]).toEqual([2, 2, 2, 3, 3, 3])
  expect(cover(picture, 4, 1)).toBe(picture)
  expect(cover(picture, 8, 8)).toMatchObject({ width: 8, height: 8, channels: 3 })
})
