import { expect, test } from 'vitest'
import type { TextRecipe } from '../recipe/text.ts'
import {
  type Board,
  begun,
  boardSchema,
  briefOf,
  checked,
  emptyBoard,
  groupsOf,
  linesIn,
  type Run,
  remembered,
  runOf,
  settled,
  swept,
  withLine,
} from './board.ts'
import { readVocabulary } from './vocabulary.ts'

const run = (id: string, more: Partial<Run> = {}): Run => ({
  id,
  channel: 'poster-headline',
  language: 'en',
  limit: { max: 6, unit: 'words' },
  mustSay: [],
  mustNotSay: [],
  settled: 0,
  heldBack: 0,
  ...more,
})
const texts = (board: Board) => board.lines.map(({ text }) => text)

test('lines come onto the board once, as they settle', () => {
  let board = begun(emptyBoard(), run('a'))
  board = settled(board, 'a', ['Peel the day.'])
  board = settled(board, 'a', ['Peel the day.', 'Squeeze first, climb later.'])
  expect(settled(board, 'a', ['Peel the day.'])).toBe(board)
  expect(board.lines.map(({ id }) => id)).toEqual(['a:0', 'a:1'])
  expect(settled(board, 'unknown', ['x'])).toBe(board)
  expect(boardSchema.parse(JSON.parse(JSON.stringify(board)))).toEqual(board)
})

test('what breaks a rule is held back and counted, whatever the model says', () => {
  const rules = { mustSay: ['no sugar'], mustNotSay: ['detox'] }
  let board = begun(emptyBoard(), run('a', rules))
  board = settled(board, 'a', [
    'Fizz, no sugar',
    'Just fizz',
    'Detox, no sugar',
    'a b c d e no sugar',
    'Fizz! No sugar',
  ])
  expect(texts(board)).toEqual(['Fizz, no sugar'])
  expect(checked(board)).toMatchObject({ lines: 1, asked: 1, said: 1, forbidden: 0, duplicates: 0, heldBack: 4 })
})

test('near-duplicates are held back across channels, also of rejected lines, but not across languages', () => {
  let board = settled(begun(emptyBoard(), run('a')), 'a', ['Peel the day.'])
  board = withLine(board, 'a:0', { rejected: true })
  board = settled(begun(board, run('b', { channel: 'tagline' })), 'b', ['Peel the day', 'Zest for the last mile.'])
  board = settled(begun(board, run('c', { language: 'zh' })), 'c', ['Peel the day'])
  expect(texts(board)).toEqual(['Peel the day.', 'Zest for the last mile.', 'Peel the day'])
  expect(linesIn(board, 'en')).toHaveLength(2)
  const recipe = { channel: 'tagline', language: 'zh' } as unknown as TextRecipe
  expect(groupsOf({ ...board, pending: [recipe] }).at(-1)).toEqual({
    ...{ channel: 'tagline', language: 'zh', runs: [], lines: [], pending: true },
  })
  expect(groupsOf(board).map(({ channel, language, lines }) => [channel, language, lines.length])).toEqual([
    ['poster-headline', 'en', 0],
    ['tagline', 'en', 1],
    ['poster-headline', 'zh', 1],
  ])
})

test('what was written by hand is checked too', () => {
  let board = settled(begun(emptyBoard(), run('a', { mustNotSay: ['cheap'] })), 'a', [
    'Peel the day.',
    'Slow mornings.',
  ])
  board = withLine(board, 'a:0', { text: 'a much too long line for posters that is cheap', edited: true })
  expect(checked(board)).toMatchObject({ lines: 2, over: 1, forbidden: 1, duplicates: 0 })
  board = withLine(board, 'a:0', { text: 'Slow mornings' })
  expect(checked(board)).toMatchObject({ over: 0, forbidden: 0, duplicates: 1 })
})

test('sweeping leaves the starred, and what was swept does not come back', () => {
  let board = settled(begun(emptyBoard(), run('a')), 'a', ['Peel the day.', 'Slow mornings.'])
  board = settled(begun(board, run('b')), 'b', ['Zest on our side.'])
  board = swept(withLine(board, 'a:1', { starred: true }), new Set())
  expect(texts(board)).toEqual(['Slow mornings.'])
  expect(begun(board, run('b'))).toBe(board)
})

test('a full board makes room, never of starred lines', () => {
  let board = settled(begun(emptyBoard(), run('first')), 'first', ['Peel the day.'])
  board = withLine(board, 'first:0', { starred: true })
  for (let at = 0; at < 320; at++) {
    const lines = Array.from(
      { length: 5 },
      (_, n) => `${String.fromCodePoint(0x4e00 + at * 7, 0x5e00 + n * 91 + at)}茶`,
    )
    board = settled(begun(board, run(`r${at}`, { language: 'zh' })), `r${at}`, lines)
  }
  expect(board.lines[0]).toMatchObject({ text: 'Peel the day.', starred: true })
  expect(() => boardSchema.parse(board)).not.toThrow()
})

test('a brief is what its fields say', () => {
  const { form } = boardSchema.parse({ form: { product: ' Zestline ', mustSay: 'no sugar，new', tone: 'playful' } })
  expect(briefOf(form)).toEqual({ product: 'Zestline', tone: 'playful', mustSay: ['no sugar', 'new'], mustNotSay: [] })
})

test('a brief is read with the words of the model', () => {
  const vocabulary = readVocabulary({
    categories: [{ id: 'sparkling-water', en: ['soda'] }],
    occasions: [{ id: 'summer', en: ['summer'] }],
    tones: [{ id: 'playful', en: ['cheeky'] }],
  })
  const fields = { product: 'Zestline, citrus soda', occasion: 'summer launch', tone: 'sarcastic', audience: 'hikers' }
  const { form } = boardSchema.parse({ form: fields })
  expect(briefOf(form, vocabulary)).toEqual({
    ...{ product: 'Zestline', category: 'sparkling-water', occasion: 'summer', tone: 'sarcastic', audience: 'hikers' },
    ...{ mustSay: [], mustNotSay: [] },
  })
  expect(briefOf({ ...form, category: 'tea', tone: 'Cheeky' }, vocabulary)).toMatchObject({
    category: 'tea',
    tone: 'playful',
  })
})

test('recent briefs: the newest first, each once', () => {
  let board = emptyBoard()
  for (const product of ['a', 'b', 'a']) board = remembered({ ...board, form: { ...board.form, product } })
  expect(board.recent.map(({ product }) => product)).toEqual(['a', 'b'])
})

test('a run knows the rules of its recipe', () => {
  const recipe = {
    channel: 'tagline',
    language: 'zh',
    limit: { max: 16, unit: 'characters' },
    brief: { product: 'x', mustSay: ['a'], mustNotSay: ['b'] },
  } as unknown as TextRecipe
  expect(runOf('j', recipe, { how: 'shorter', of: 'x' })).toMatchObject({
    ...{ id: 'j', channel: 'tagline', language: 'zh', mustSay: ['a'], mustNotSay: ['b'] },
    rewrite: { how: 'shorter', of: 'x' },
  })
})
