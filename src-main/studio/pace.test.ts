import { expect, test } from 'vitest'
import { startStopwatch, usualPace } from './pace.ts'

let time = 0
const now = () => time
const usual = { load: 2, before: 1, step: 0.5, after: 1 }

test('before the first step the usual counts, with loading when the model is not there', () => {
  time = 100
  expect(startStopwatch(usual, 10, false, now).secondsLeft()).toBeCloseTo(7)
  const cold = startStopwatch(usual, 10, true, now)
  expect(cold.secondsLeft()).toBeCloseTo(9)
  time = 102
  expect(cold.secondsLeft()).toBeCloseTo(7)
  time = 200 // much slower than usual: it does not count down below the steps
  expect(cold.secondsLeft()).toBeCloseTo(6)
})

test('from the first step on its own steps count', () => {
  time = 0
  const watch = startStopwatch(usual, 10, false, now)
  time = 3
  watch.hear({ event: 'stage', job: 'a', stage: 'sampling' })
  time = 5
  watch.hear({ event: 'step', job: 'a', step: 1, steps: 10 })
  expect(watch.secondsLeft()).toBeCloseTo(9 * 2 + 1)
  time = 6
  expect(watch.secondsLeft()).toBeCloseTo(9 * 2)
  time = 7
  watch.hear({ event: 'step', job: 'a', step: 2, steps: 10 })
  watch.hear({ event: 'stage', job: 'a', stage: 'decoding' }) // no new beginning of the loop
  expect(watch.secondsLeft()).toBeCloseTo(8 * 2 + 1)
  time = 30
  expect(watch.pace(2)).toEqual({ load: 2, before: 1, step: 2, after: 23 })
})

test('nothing is claimed about a model that never ran', () => {
  expect(startStopwatch(undefined, 10, true, now).secondsLeft()).toBeUndefined()
})

test('one slow job is no rule, and loading is known from those that loaded', () => {
  const pace = (step: number, load = 0) => ({ load, before: 1, step, after: 1 })
  expect(usualPace([pace(0.5), pace(60), pace(0.4, 3)])).toEqual({ load: 3, before: 1, step: 0.5, after: 1 })
  expect(usualPace([])).toBeUndefined()
})
