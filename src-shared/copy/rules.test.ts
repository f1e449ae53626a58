import { expect, test } from 'vitest'
import type { Brief } from '../recipe/text.ts'
import { findChannel } from './channels.ts'
import { letterPairs } from './phrases.ts'
import { brokenRule, leastLine, phrasesIn, troublesOf } from './rules.ts'

const rules = { limit: { min: 2, max: 5, unit: 'words' }, mustSay: ['no sugar'], mustNotSay: ['detox'] } as const

test.each([
  ['Cold, no sugar', undefined],
  ['Cold and bright and all with no sugar', 'limit'],
  ['', 'limit'],
  ['Cold and bright', 'mustSay'],
  ['No sugar at all', undefined],
  ['No sugary nights', 'mustSay'],
  ['Detox: no sugar', 'mustNotSay'],
  ['Fizz! No sugar.', 'duplicate'],
])('%s → %s', (text, rule) => {
  expect(brokenRule(text, rules, [letterPairs('fizz, no sugar')])).toBe(rule)
})

test('a line may be too short for its channel', () => {
  expect(brokenRule('Fizz', { ...rules, mustSay: [] })).toBe('short')
})

const brief = (more: Partial<Brief> = {}): Brief => ({ product: 'Zestline', mustSay: [], mustNotSay: [], ...more })
const channels = ['poster-headline', 'google-rsa-headline'].map((id) => findChannel(id)!)
const troubles = (more: Partial<Brief>, languages: ('en' | 'zh')[] = ['en']) =>
  troublesOf({ brief: brief(more), languages, channels })

test('a brief that can be written has no troubles', () => {
  expect(troubles({ mustSay: ['no sugar'], mustNotSay: ['detox'] }, ['en', 'zh'])).toEqual([])
})

test('what is missing or too long is told by its field', () => {
  expect(troublesOf({ brief: brief({ product: ' ' }), languages: [], channels: [] })).toEqual([
    { kind: 'empty', field: 'product' },
    { kind: 'empty', field: 'languages' },
    { kind: 'empty', field: 'channels' },
  ])
  expect(troubles({ product: 'x'.repeat(50_000) })).toEqual([
    { kind: 'long', field: 'product', count: 50_000, most: 80 },
  ])
  expect(troubles({ mustNotSay: Array.from({ length: 40 }, (_, at) => `word ${at}`) })).toEqual([
    { kind: 'many', field: 'mustNotSay', count: 40, most: 32 },
  ])
})

test('what contradicts itself is told, as is what no line could name', () => {
  expect(troubles({ mustSay: ['Best coffee'], mustNotSay: ['best'] })).toEqual([
    { kind: 'contradiction', field: 'mustSay', phrase: 'Best coffee', forbidden: 'best' },
  ])
  expect(troubles({ mustNotSay: ['zest'] })).toEqual([{ kind: 'unsayable', field: 'mustNotSay', forbidden: 'zest' }])
})

test('a must-say that is longer than a channel is told with the channel and its language', () => {
  expect(troubles({ mustSay: ['no added sugar', 'made by hand in Porto'] })).toMatchObject([
    { kind: 'no-room', channel: { id: 'poster-headline' }, language: 'en', takes: 8, limit: { max: 6, unit: 'words' } },
    { kind: 'no-room', channel: { id: 'google-rsa-headline' }, language: 'en', takes: 37 },
  ])
  expect(leastLine(['零糖', '手工'], 'zh')).toBe('零糖，手工')
})

test('phrases stand between commas of either kind, or one on a line', () => {
  expect(phrasesIn('no added sugar,  new\n零糖、手工；new ,')).toEqual(['no added sugar', 'new', '零糖', '手工'])
  expect(phrasesIn('')).toEqual([])
})
