import { expect, test } from 'vitest'
import { beforeAfterMove } from './queue-lists.ts'

test('a job moves before another one, or to the end', () => {
  const ids = ['a', 'b', 'c']
  expect(beforeAfterMove(ids, 'c', -1)).toEqual({ before: 'b' })
  expect(beforeAfterMove(ids, 'a', 1)).toEqual({ before: 'c' })
  expect(beforeAfterMove(ids, 'a', 5)).toEqual({})
  expect(beforeAfterMove(ids, 'a', -1)).toBeUndefined()
  expect(beforeAfterMove(ids, 'x', 1)).toBeUndefined()
})
