import { expect, test } from 'vitest'
import { readingGrade, syllablesOf } from './reading.ts'

test.each([
  ['the', 1],
  ['sunshine', 2],
  ['sugar', 2],
  ['made', 1],
  ['pressed', 1],
  ['wanted', 2],
  ['table', 2],
  ['lemonade', 3],
  ['yesterday', 3],
  ['café', 2],
  ['refreshing', 3],
])('%s has %i syllables', (word, syllables) => {
  expect(syllablesOf(word)).toBe(syllables)
})

test('plain lines read easily, learned ones do not', () => {
  expect(readingGrade(['The cat sat on the mat.', 'Peel the day.'])).toBe(0)
  const learned = 'Our proprietary refrigeration technology preserves nutritional characteristics considerably longer.'
  expect(readingGrade([learned])).toBeGreaterThan(15)
})

test('there is no grade for Chinese, nor for nothing', () => {
  expect(readingGrade(['一口清晨'])).toBeUndefined()
  expect(readingGrade([])).toBeUndefined()
  expect(readingGrade(['一口清晨', 'Peel the day.'])).toBe(0)
})
