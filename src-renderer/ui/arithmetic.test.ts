import { expect, it } from 'vitest'
import { evaluate } from './arithmetic.ts'

it.each([
  ['12', 12],
  ['210/2+3', 108],
  ['2*(3+4)', 14],
  ['12,5', 12.5],
  ['-3 - -4', 1],
  ['1 × 8 ÷ 2', 4],
])('reads %s', (text, value) => expect(evaluate(text)).toBe(value))

it.each(['', 'abc', '1/0', '2+', '(1', '1 2', 'alert(1)'])('refuses %s', (text) =>
  expect(evaluate(text)).toBeUndefined(),
)
