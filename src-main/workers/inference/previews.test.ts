import { expect, test } from 'vitest'
import { previewBudget } from './previews.ts'

/** A loop of `steps` steps of 100 ms whose decode takes `decode` ms: which steps are shown, and the share of decoding. */
function loop(steps: number, decode: number): { shown: number[]; share: number } {
  let time = 5000
  const budget = previewBudget(() => time)
  time += 3000 // the text encoder
  budget.begun()
  const shown: number[] = []
  for (let step = 1; step <= steps; step++) {
    time += 100
    budget.stepped(step, steps)
    if (!budget.allows()) continue
    time += decode
    budget.shown()
    shown.push(step)
  }
  return { shown, share: (shown.length * decode) / (steps * 100) }
}

test('every step is shown while decoding is cheap', () => {
  expect(loop(12, 10).shown).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

test.each([
  [12, 50],
  [30, 30],
  [50, 200],
  [150, 100],
])('%i steps with a decode of %i %% of a step take at most 15 %% longer, spread over all', (steps, decode) => {
  const { shown, share } = loop(steps, decode)
  expect(share).toBeLessThanOrEqual(0.15 + decode / (steps * 100))
  expect(share).toBeGreaterThan(0.15 - (2 * decode) / (steps * 100))
  expect(shown[0]).toBe(1)
  expect(shown.at(-1)).toBeGreaterThan(steps / 2)
})

test('the first step is shown whatever it costs', () => {
  expect(loop(4, 1000).shown).toEqual([1])
})
