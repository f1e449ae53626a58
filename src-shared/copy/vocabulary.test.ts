import { expect, test } from 'vitest'
import { findTerm, findTerms, readVocabulary } from './vocabulary.ts'

const { tones, categories, audiences } = readVocabulary({
  tones: [
    'warm',
    { id: 'bold', en: ['brave', 'daring'], zh: ['大胆'] },
    { name: 'witty', words: { en: ['dry'], zh: '幽默' } },
    7,
    null,
  ],
  categories: [
    { id: 'coffee', name: { en: 'Coffee', zh: '咖啡' }, words: { en: ['espresso'], zh: ['手冲'] } },
    { id: 'cafe', name: { en: 'Café', zh: '咖啡馆' }, words: { en: ['coffee shop'], zh: [] } },
  ],
  audiences: [
    { lang: 'en', phrase: 'students', words: ['pupils'] },
    { lang: 'zh', phrase: '上班族', words: ['白领'] },
  ],
  languages: ['en'],
})

test('an entry is a word, or a word with what people write when they mean it', () => {
  expect(tones.map((term) => term.id)).toEqual(['warm', 'bold', 'witty'])
  expect(tones[1]).toEqual({
    id: 'bold',
    name: { en: 'brave', zh: '大胆' },
    words: { en: ['bold', 'brave', 'daring'], zh: ['大胆'] },
  })
  expect(categories[0]!.name).toEqual({ en: 'Coffee', zh: '咖啡' })
  expect(audiences[1]).toEqual({
    id: '上班族',
    name: { en: '上班族', zh: '上班族' },
    words: { en: ['上班族'], zh: ['上班族', '白领'] },
  })
  expect(readVocabulary({}).occasions).toEqual([])
})

test('a word alone means its term, in either language and any case', () => {
  expect(findTerm(tones, 'Daring')?.id).toBe('bold')
  expect(findTerm(tones, '幽默')?.id).toBe('witty')
  expect(findTerm(tones, 'WARM')?.id).toBe('warm')
  expect(findTerm(tones, 'sarcastic')).toBeUndefined()
  expect(findTerm(tones, '')).toBeUndefined()
})

test('in a text the longest words win, English ones whole', () => {
  expect(findTerms(categories, 'a new coffee shop in town')[0]?.term.id).toBe('cafe')
  expect(findTerms(categories, '一家新的咖啡馆')[0]?.term.id).toBe('cafe')
  expect(findTerms(categories, 'two espressos')[0]).toMatchObject({ text: 'espressos', term: { id: 'coffee' } })
  expect(findTerms(tones, 'a warmer winter')).toEqual([])
})
