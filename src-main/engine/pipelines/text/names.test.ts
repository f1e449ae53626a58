import { expect, test } from 'vitest'
import { openingOf, repeatsItself, spellingOf, stutters } from './names.ts'
import type { TextTokenizer } from './tokens.ts'

/** Tokens of three letters at most; a space belongs to what follows. */
const inThrees: TextTokenizer = (() => {
  const known: string[] = []
  const idOf = (piece: string) => (known.includes(piece) ? known.indexOf(piece) : known.push(piece) - 1)
  return {
    controls: new Map(),
    idOf: () => undefined,
    encode: (text) => (text.match(/ ?[^ ]{1,3}/gu) ?? []).map(idOf),
    piece: (id) => ({ bytes: new TextEncoder().encode(known[id]), text: known[id] }),
  }
})()
const none = new Uint8Array(0)
const may = (name: string, before: string, added?: string, pending = none) =>
  spellingOf(name, inThrees)(before, added === undefined ? undefined : { text: before + added, pending })

test('a name that is begun goes on as the brief spells it', () => {
  expect(may('Nimbus', 'Try Nim', 'bus')).toBe(true)
  expect(may('Nimbus', 'Try Nim', 'b')).toBe(true)
  expect(may('Nimbus', 'Try Nim', 'bus tea')).toBe(true)
  expect(may('Nimbus', 'Try Nim', 'ize')).toBe(false)
  expect(may('Nimbus', 'Try Nim', ' tea')).toBe(false)
  expect(may('Nimbus', 'Try Nim')).toBe(false)
  expect(may('Nimbus', 'Try Nim', 'bussy')).toBe(false)
})

test('what is not begun, or begins otherwise, is free', () => {
  expect(may('Nimbus', 'Try ', 'tea')).toBe(true)
  expect(may('Nimbus', 'Try N', 'ever')).toBe(true)
  expect(may('Nimbus', 'miniNim', 'ize')).toBe(true)
  expect(may('Nimbus', 'Nimbus', ' tea')).toBe(true)
  expect(may('Nimbus', 'Nimbus')).toBe(true)
  expect(may('Nimbus', 'Nimbus', '’s')).toBe(true)
  expect(may('Nimbus', 'Nimbus', 'ora')).toBe(false)
  expect(may('Slow Leaf', 'Slow', ' mornings')).toBe(true)
})

test('a Chinese name counts as begun with its second character', () => {
  expect(may('云雀咖啡', '来云', '南')).toBe(true)
  expect(may('云雀咖啡', '来云雀', '咖')).toBe(true)
  expect(may('云雀咖啡', '来云雀', '，')).toBe(false)
  expect(may('云雀咖啡', '来云雀咖', '啡，好')).toBe(true)
  expect(may('云雀咖啡', '来云雀')).toBe(false)
  expect(may('山野', '山', '丝')).toBe(true)
})

test('a character on its way has to be the right one', () => {
  const [first] = new TextEncoder().encode('咖')
  expect(may('云雀咖啡', '云雀', '', Uint8Array.of(first!))).toBe(true)
  expect(may('云雀咖啡', '云雀', '', Uint8Array.of(0xe9))).toBe(false)
})

test('a stutter is heard', () => {
  expect(stutters('Own it. Otto Otto')).toBe(true)
  expect(stutters('小铸铸铸，好')).toBe(true)
  expect(stutters('Own it with Otto. Otto knows')).toBe(false)
  expect(stutters('Less is less is more')).toBe(false)
  expect(stutters('天天好茶')).toBe(false)
})

test('a line that says a clause twice is found out', () => {
  expect(repeatsItself('Hello. For hikers. For hikers')).toBe(true)
  expect(repeatsItself('好茶，好茶')).toBe(true)
  expect(repeatsItself('For hikers. For you.')).toBe(false)
  expect(repeatsItself('…')).toBe(false)
})

test('a line begins with its first word that is not the product', () => {
  const opening = (text: string, product: string, language: 'en' | 'zh' = 'en') =>
    openingOf(text, { language, brief: { product, mustSay: [], mustNotSay: [] } })
  expect(opening('Zestline: pure mischief', 'Zestline')).toBe('pure')
  expect(opening('Pure mischief', 'Zestline')).toBe('pure')
  expect(opening('云雀，一口清晨', '云雀', 'zh')).toBe('一口')
  expect(opening('Zestline', 'Zestline')).toBe('')
})
