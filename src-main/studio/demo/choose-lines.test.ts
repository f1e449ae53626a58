import { expect, test } from 'vitest'
import type { CopyLine } from '#shared/work/tasks.ts'
import { countWords, rankLines } from './choose-lines.ts'

const line = (text: string, finish: CopyLine['finish'] = 'eos'): CopyLine => ({ text, count: 0, tokens: 1, finish })
const english = { language: 'en', product: 'Lumo' } as const

test('a headline is short and names the product', () => {
  const lines = ['Lumo is the soda you always wanted', 'Lumo, hello', 'Squeeze the day', 'Yes'].map((text) =>
    line(text),
  )
  expect(rankLines(lines, { role: 'headline', ...english })[0]).toBe('Lumo, hello')
})

test('a tagline names the product', () => {
  const lines = [line('Bright bubbles for long days.'), line('Lumo. Bright bubbles, long days.')]
  expect(rankLines(lines, { role: 'tagline', ...english })[0]).toBe('Lumo. Bright bubbles, long days.')
})

test('a tagline does not say what the headline said', () => {
  const lines = [line('Lumo. Squeeze more day in.'), line('Lumo. Hello, sunshine season.')]
  expect(rankLines(lines, { role: 'tagline', ...english, beside: ['Squeeze the day'] })[0]).toBe(
    'Lumo. Hello, sunshine season.',
  )
})

test('cut, broken and doubled lines are not taken', () => {
  const lines = [
    line('Hello and'),
    line('A <tone> thing'),
    line('Cut off here', 'limit'),
    line('Hi there'),
    line('hi THERE!'),
  ]
  expect(rankLines(lines, { role: 'headline', ...english })).toEqual(['Hi there'])
})

test('half a name, made-up names and scraps of words are not taken, or last', () => {
  const owl = { role: 'headline', language: 'en', product: 'Night Owl' } as const
  const lines = ['Night, brewed bold', 'Bold is te best', 'Wake up with Lio', 'Stay up boldly'].map((text) =>
    line(text),
  )
  expect(rankLines(lines, owl)).toEqual(['Stay up boldly', 'Wake up with Lio'])
  expect(rankLines([line('夜枭，就要点Cls')], { role: 'tagline', language: 'zh', product: '夜枭' })).toEqual([])
})

test('a word that stands in no other line is not trusted', () => {
  const lines = ['Dare to teries', 'Dare to brew', 'Brew it bold', 'Be bold'].map((text) => line(text))
  const known = countWords(lines, 'en')
  const owl = { role: 'headline', language: 'en', product: 'Night Owl', known } as const
  expect(rankLines(lines, owl).at(-1)).toBe('Dare to teries')
})

test('Chinese is measured in characters', () => {
  const lines = ['好', '一口柠香，整个夏天都亮了起来', '夏天有点甜'].map((text) => line(text))
  expect(rankLines(lines, { role: 'headline', language: 'zh', product: '柠光' })[0]).toBe('夏天有点甜')
})

test('equally good lines stay in the order they were written', () => {
  const lines = ['Hello sun', 'Hello sea', 'Hello sky'].map((text) => line(text))
  expect(rankLines(lines, { role: 'headline', ...english })).toEqual(['Hello sun', 'Hello sea', 'Hello sky'])
})
