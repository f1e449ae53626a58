import { expect, test } from 'vitest'
import { progressOf } from './progress.ts'

test('the button counts pictures, share and time of the whole run', () => {
  const run = [
    { state: 'done' },
    { state: 'done' },
    { state: 'running', step: 6, steps: 12, secondsLeft: 1 },
    { state: 'queued', secondsLeft: 2 },
  ] as const
  expect(progressOf(run)).toEqual({ at: 3, of: 4, value: 0.625, secondsLeft: 3, waiting: false })
})

test('a waiting part takes as long as the one that is being made', () => {
  const run = [{ state: 'running', step: 6, steps: 12, secondsLeft: 1 }, { state: 'queued' }] as const
  expect(progressOf(run)?.secondsLeft).toBe(3)
})

test('no time is better than a wrong one', () => {
  expect(progressOf([{ state: 'running' }, { state: 'queued' }])).not.toHaveProperty('secondsLeft')
})

test('a run that waits behind others says so, one that is over says nothing', () => {
  expect(progressOf([{ state: 'queued', secondsLeft: 2 }])?.waiting).toBe(true)
  expect(progressOf([{ state: 'done' }, { state: 'failed' }, { state: 'cancelled' }])).toBeUndefined()
  expect(progressOf([])).toBeUndefined()
})
