import { expect, test } from 'vitest'
import { StudioError } from '#shared/errors.ts'
import { toFloat, toPicture } from './pixels.ts'

const picture = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(0, 128, 255, 10, 20, 30) }

test('every byte survives the way to floats and back, in both ranges', () => {
  const data = Uint8Array.from({ length: 3 * 256 }, (_, at) => at % 256)
  const all = { width: 256, height: 1, channels: 3 as const, data }
  for (const range of [
    [-1, 1],
    [0, 1],
  ] as const) {
    expect(toPicture(toFloat(all, range), [1, 3, 1, 256], range)).toEqual(all)
  }
})

test('planes are channel by channel', () => {
  expect([...toFloat(picture, [0, 255])]).toEqual([0, 10, 128, 20, 255, 30])
})

test('alpha is dropped', () => {
  const rgba = { width: 1, height: 1, channels: 4 as const, data: Uint8Array.of(1, 2, 3, 4) }
  expect([...toFloat(rgba, [0, 255])]).toEqual([1, 2, 3])
})

test('values beyond the range are clamped', () => {
  expect([...toPicture(Float32Array.of(-3, 0, 3), [3, 1, 1], [-1, 1]).data]).toEqual([0, 128, 255])
})

test('a batch gives the picture asked for', () => {
  expect([...toPicture(Float32Array.of(0, 0, 0, 1, 1, 1), [2, 3, 1, 1], [0, 1], 1).data]).toEqual([255, 255, 255])
})

test('values that are no numbers and shapes that are no pictures are refused', () => {
  expect(() => toPicture(Float32Array.of(Number.NaN, 0, 0), [3, 1, 1], [0, 1])).toThrow(StudioError)
  expect(() => toPicture(Float32Array.of(Number.NEGATIVE_INFINITY, 0, 0), [3, 1, 1], [0, 1])).toThrow(/not numbers/)
  expect(() => toPicture(new Float32Array(4), [1, 4, 1, 1], [0, 1])).toThrow(/\[n, 3, height, width\]/)
})
