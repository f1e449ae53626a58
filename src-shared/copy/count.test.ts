import { expect, test } from 'vitest'
import { count, fits, remaining } from './count.ts'

test('a character is what a reader calls one', () => {
  expect(count('Fresh tea', 'characters')).toBe(9)
  expect(count('café', 'characters')).toBe(4)
  expect(count('cafe\u0301', 'characters')).toBe(4)
  expect(count('👩‍👩‍👧‍👦🇨🇳', 'characters')).toBe(2)
  expect(count('新品上市！', 'characters')).toBe(5)
  expect(count('', 'characters')).toBe(0)
})

test('width counts Chinese, full-width signs and pictographs twice', () => {
  expect(count('茶', 'width')).toBe(2)
  expect(count('新品：Tea', 'width')).toBe(9)
  expect(count('don’t wait…', 'width')).toBe(11)
  expect(count('🎉 50%', 'width')).toBe(6)
  expect(count('ｶﾀｶﾅ', 'width')).toBe(4)
  expect(count('한국어', 'width')).toBe(6)
  expect(count('❤️', 'width')).toBe(2)
})

test('words are runs between spaces that hold a letter or digit; each Chinese character is one', () => {
  expect(count('Ready-to-drink tea – now', 'words')).toBe(3)
  expect(count("Don't wait", 'words')).toBe(2)
  expect(count('买一送一', 'words')).toBe(4)
  expect(count('Buy 买一 now', 'words')).toBe(4)
  expect(count(' — ', 'words')).toBe(0)
})

test('plain text counts the same with and without the segmenter', () => {
  // A trailing flag makes the slow path run; it adds 1 character and 2 columns.
  const sentences = ['Hello, world!', '春日新茶，清香上市。', '“Naïve” façade – £5', 'ー々〜（全角）カナ', '100% ﾊﾝ']
  for (const text of sentences) {
    expect(count(`${text}🇨🇳`, 'characters') - 1).toBe(count(text, 'characters'))
    expect(count(`${text}🇨🇳`, 'width') - 2).toBe(count(text, 'width'))
  }
})

test('a limit is met when nothing is left over', () => {
  expect(remaining('Tea', { max: 3, unit: 'characters' })).toBe(0)
  expect(fits('Tea', { max: 3, unit: 'characters' })).toBe(true)
  expect(fits('茶茶', { max: 3, unit: 'width' })).toBe(false)
  expect(fits('anything at all', undefined)).toBe(true)
})
