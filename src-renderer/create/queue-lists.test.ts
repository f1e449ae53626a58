import { expect, test } from 'vitest'
import type { QueuedJob } from '#shared/contract/events.ts'
import { beforeAfterMove, inOrder } from './queue-lists.ts'

test('a job moves before another one, or to the end', () => {
  const ids = ['a', 'b', 'c']
  expect(beforeAfterMove(ids, 'c', -1)).toEqual({ before: 'b' })
  expect(beforeAfterMove(ids, 'a', 1)).toEqual({ before: 'c' })
  expect(beforeAfterMove(ids, 'a', 5)).toEqual({})
  expect(beforeAfterMove(ids, 'a', -1)).toBeUndefined()
  expect(beforeAfterMove(ids, 'x', 1)).toBeUndefined()
})

test('jobs stand as the hand put them; one that came meanwhile is last', () => {
  const jobs = ['a', 'b', 'c', 'new'].map((id) => ({ id }) as QueuedJob)
  expect(inOrder(jobs, ['c', 'gone', 'a', 'b']).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'new'])
  expect(inOrder(jobs, [])).toEqual(jobs)
})
