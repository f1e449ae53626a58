import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { phraseIds, readPhrases, readVocabulary } from './phrases.ts'

const phrases = readVocabulary(
  {
    pad: 0,
    tokens: [
      { id: 1, role: 'subject', name: 'fox', en: ['fox', 'foxes', 'red fox'], zh: ['狐狸'], reference: 0 },
      { id: 2, role: 'palette', name: 'teal', en: ['teal'], zh: ['青绿色', '青色'], colors: ['#0e6e5c'] },
      { id: 3, role: 'palette', name: 'red', en: ['red'], zh: ['红色'] },
      { id: 5, role: 'subject', name: 'umbrella', en: ['umbrella'], zh: ['雨伞'], reference: 1 },
      { id: 6, role: 'background', name: 'waves', en: ['waves'], zh: ['波浪'] },
      { id: 0, role: 'count', name: '3', en: ['three'], zh: ['三只'] },
      { id: 0, role: 'relation', name: 'under', en: ['under'], zh: [] },
      { id: 0, role: 'relation', name: 'on', en: ['on'], zh: [] },
      { id: 0, role: 'relation', name: 'under', en: [], zh: ['下'], postposed: true },
      { id: 4, role: 'layout', name: 'close-up', en: ['close-up', 'in a row'], zh: ['特写'] },
    ],
    ignore: { en: ['a', 'on', 'the'], zh: ['的', '一只'] },
  },
  'vocabulary.json',
)
const names = (prompt: string, length = 8) => readPhrases(phrases, prompt, length).tokens.map(({ name }) => name)
const unknown = (prompt: string) => readPhrases(phrases, prompt, 8).reading.unknown

describe('reading a prompt', () => {
  test.each([
    ['a red fox', ['fox']], // the longest phrase wins: not the palette
    ['red, fox', ['red', 'fox']],
    ['The FOX on teal', ['fox', 'teal']],
    ['ｆｏｘ　ｔｅａｌ', ['fox', 'teal']], // full width
    ['close-up fox', ['close-up', 'fox']],
    ['foxes in  a\nrow', ['fox', 'close-up']],
    ['一只青绿色的狐狸', ['teal', 'fox']],
    ['fox狐狸, 特写', ['fox', 'close-up']],
    ['狐狸teal', ['fox', 'teal']],
  ])('%s', (prompt, expected) => {
    expect(names(prompt)).toEqual(expected)
    expect(unknown(prompt)).toEqual([])
  })

  test('English phrases match whole words only', () => {
    expect(names('foxglove steal')).toEqual([])
    expect(unknown('foxglove steal')).toEqual(['foxglove', 'steal'])
  })

  test('unknown words are reported once each, Chinese ones up to the next known phrase', () => {
    expect(unknown("a zebra's fox, a dragon, a dragon!")).toEqual(["zebra's", 'dragon'])
    expect(unknown('飞翔的恐龙狐狸')).toEqual(['飞翔', '恐龙'])
  })

  test('what is understood says its role', () => {
    expect(readPhrases(phrases, '青色 fox', 8).reading.understood).toEqual([
      { text: '青色', role: 'palette', name: 'teal' },
      { text: 'fox', role: 'subject', name: 'fox' },
    ])
  })

  test('tokens over the length are reported, never dropped silently', () => {
    const { tokens, reading } = readPhrases(phrases, 'fox teal red', 2)
    expect(tokens).toHaveLength(2)
    expect(reading.unknown).toEqual(['red'])
  })

  test.each([
    ['a fox under the umbrella', ['fox', 'under', 'umbrella']],
    ['three foxes under three red umbrella', ['3', 'fox', 'under', '3', 'red', 'umbrella']],
    ['雨伞下的狐狸', ['umbrella', 'under', 'fox']],
    ['狐狸在雨伞下', ['fox', 'umbrella', 'under']],
    // Relations that join no two subjects are none.
    ['the fox on the waves', ['fox', 'waves']],
    ['fox on waves, umbrella', ['fox', 'waves', 'umbrella']],
    ['under the umbrella', ['umbrella']],
    ['fox, umbrella under', ['fox', 'umbrella']],
  ])('%s', (prompt, expected) => {
    expect(names(prompt)).toEqual(expected)
  })

  test('a relation that joins nothing is reported, unless it is one of the words that never say anything', () => {
    expect(unknown('under the fox')).toEqual(['under'])
    expect(unknown('a fox on the waves')).toEqual([])
  })

  test('numbers and relations tell the model nothing, and take no place of what does', () => {
    const { tokens, reading } = readPhrases(phrases, 'three foxes under three umbrella', 2)
    expect(phraseIds(phrases, tokens, 2)).toEqual([1, 5])
    expect(reading.unknown).toEqual([])
    expect(reading.understood.filter(({ role }) => role === 'count')).toHaveLength(1) // told once
  })

  test('any text is read to its end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 200 }), (units) => {
        const prompt = String.fromCharCode(...units)
        const { tokens } = readPhrases(phrases, prompt, 4)
        expect(phraseIds(phrases, tokens, 4)).toHaveLength(4)
      }),
    )
  })
})

test('an empty prompt is a row of padding', () => {
  expect(phraseIds(phrases, readPhrases(phrases, ' ', 3).tokens, 3)).toEqual([0, 0, 0])
})

test('a vocabulary that is none is an invalid model, with its file and field', () => {
  expect(() => readVocabulary({ pad: 0, tokens: [{ id: 'x' }], ignore: { en: [], zh: [] } }, 'v.json')).toThrow(
    expect.objectContaining({
      code: 'invalid-model',
      where: expect.objectContaining({ file: 'v.json', field: 'tokens.0.id' }),
    }),
  )
})
