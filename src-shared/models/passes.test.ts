import { expect, test } from 'vitest'
import { graphScales, LARGEST_SCALE, passesTo, reachable } from './passes.ts'

const config = (...scales: number[]) => ({
  sessions: Object.fromEntries(scales.map((scale) => [scale, `x${scale}.onnx`])),
  tile: 64,
  overlap: 8,
  multiple: 1,
})

test('a scale that has a graph is one pass', () => {
  for (const scale of [1, 2, 3, 4, 8]) expect(passesTo(scale, config(1, 2, 3, 4, 8))).toEqual([scale])
})

test('the fewest passes, the largest first', () => {
  expect([8, 16, 32, 64].map((scale) => passesTo(scale, config(2, 4)))).toEqual([
    [4, 2],
    [4, 4],
    [4, 4, 2],
    [4, 4, 4],
  ])
  // 6 × 2 and 4 × 3 make 12 alike: which one is made never depends on the order of the files.
  expect(passesTo(12, config(2, 3, 4, 6))).toEqual([6, 2])
  expect(passesTo(12, config(6, 4, 3, 2))).toEqual([6, 2])
})

test('what no three passes make is not made', () => {
  for (const scale of [0, 1, 3, 7, 12, 128]) expect(passesTo(scale, config(2, 4))).toBeUndefined()
  expect(passesTo(2.5, config(2, 4))).toBeUndefined()
})

test('every scale there is, smallest first', () => {
  expect(graphScales(config(4, 2))).toEqual([2, 4])
  expect(reachable([2, 4]).map(({ scale }) => scale)).toEqual([2, 4, 8, 16, 32, 64])
  expect(reachable([3]).map(({ scale }) => scale)).toEqual([3, 9, 27])
  expect(reachable([8]).at(-1)?.scale).toBe(LARGEST_SCALE)
})
