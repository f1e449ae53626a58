import { expect, test } from 'vitest'
import { dpiAt, enlargementFor, pxNeeded } from './print-size.ts'

test('inches and dots', () => {
  expect(dpiAt(300, 25.4)).toBeCloseTo(300)
  expect(pxNeeded(210, 300)).toBe(2481)
})

test('the fewest passes, and of these the smallest picture', () => {
  const scales = [2, 4]
  expect(enlargementFor(256, 500, 256, scales)).toEqual({ passes: [2], scale: 2 })
  expect(enlargementFor(256, 900, 256, scales)).toEqual({ passes: [4], scale: 4 })
  expect(enlargementFor(256, 2000, 256, scales)).toEqual({ passes: [4, 2], scale: 8 })
  expect(enlargementFor(256, 4000, 256, scales)).toEqual({ passes: [4, 4], scale: 16 })
})

test('a picture that is sharp enough needs none; one that can never be gets the most there is', () => {
  expect(enlargementFor(3000, 2481, 3000, [2, 4])).toBeUndefined()
  expect(enlargementFor(256, 100_000, 256, [2, 4])?.scale).toBe(64)
  expect(enlargementFor(4000, 100_000, 4000, [2, 4])?.scale).toBe(4)
  expect(enlargementFor(9000, 100_000, 9000, [2, 4])).toBeUndefined()
})
