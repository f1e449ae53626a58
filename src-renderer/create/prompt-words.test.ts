import { expect, test } from 'vitest'
import {
  addWord,
  holds,
  knownWord,
  nearestWords,
  removeWord,
  replaceWord,
  toggleWord,
  wordFor,
  wordsIn,
} from './prompt-words.ts'

const riso = knownWord('riso 孔版印刷')
const lineArt = knownWord('line art 线稿')

test('a word of a model has both languages', () => {
  expect(lineArt).toEqual({ en: 'line art', zh: '线稿' })
  expect(knownWord('memphis')).toEqual({ en: 'memphis' })
})

test('words are found whole, in either language', () => {
  expect(holds('a fox, Riso', riso)).toBe(true)
  expect(holds('a risotto', riso)).toBe(false)
  expect(holds('狐狸，孔版印刷', riso)).toBe(true)
  expect(holds('bold line  art', lineArt)).toBe(true)
})

test('a chip adds the word in the language of the prompt and takes it out again', () => {
  expect(toggleWord('a fox', riso, 'zh')).toBe('a fox, riso')
  expect(toggleWord('狐狸', riso, 'en')).toBe('狐狸，孔版印刷')
  expect(wordFor(riso, '', 'zh')).toBe('孔版印刷')
  expect(toggleWord('a fox, riso, teal', riso, 'en')).toBe('a fox, teal')
  expect(toggleWord('狐狸，孔版印刷', riso, 'zh')).toBe('狐狸')
  expect(addWord('a fox, ', 'flat')).toBe('a fox, flat')
  expect(removeWord('riso', ['riso'])).toBe('')
})

test('a word inside a longer one is not there', () => {
  const blues = ['blue 蓝色', 'sky blue 天蓝色', 'navy 藏青色'].map(knownWord)
  const found = (prompt: string) => [...wordsIn(prompt, blues)].map(({ en }) => en)
  expect(found('天蓝色的鲸鱼')).toEqual(['sky blue'])
  expect(found('sky blue whale, navy')).toEqual(['sky blue', 'navy'])
  expect(found('a blue whale')).toEqual(['blue'])
})

test('an unknown word is replaced where it stands', () => {
  expect(replaceWord('a fox on a sunbrst', 'sunbrst', 'sunburst')).toBe('a fox on a sunburst')
})

test('the nearest words come first; a word far from all offers none', () => {
  const known = ['sunburst 放射光芒', 'sunset 日落', 'fox 狐狸', 'wolf 狼'].map(knownWord)
  expect(nearestWords('sunbrst', known)[0]).toBe('sunburst')
  expect(nearestWords('foxx', known)[0]).toBe('fox')
  expect(nearestWords('xylophonist', known)).toEqual([])
  expect(nearestWords('狐', known)).toEqual(['狐狸'])
})
