import { expect, test } from 'vitest'
import { append, emptyText, wholeCharacters } from './utf8.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('a character that arrives in parts shows only when it is whole', () => {
  const [first, second, third] = bytes('茶')
  const one = append({ ...emptyText, text: 'A ' }, Uint8Array.of(first!))!
  expect(one.text).toBe('A ')
  const two = append(one, Uint8Array.of(second!))!
  expect(two.text).toBe('A ')
  const three = append(two, Uint8Array.of(third!, 0x21))!
  expect(three).toEqual({ text: 'A 茶!', pending: new Uint8Array(0) })
})

test('bytes that no continuation makes valid are refused', () => {
  expect(append(emptyText, Uint8Array.of(0x80))).toBeUndefined() // a continuation without a lead
  expect(append(emptyText, Uint8Array.of(0xc0, 0x80))).toBeUndefined() // overlong
  expect(append(emptyText, Uint8Array.of(0xe0, 0x80))).toBeUndefined() // overlong
  expect(append(emptyText, Uint8Array.of(0xed, 0xa0))).toBeUndefined() // surrogate
  expect(append(emptyText, Uint8Array.of(0xf4, 0x90))).toBeUndefined() // beyond U+10FFFF
  expect(append(append(emptyText, Uint8Array.of(0xe8))!, bytes('a'))).toBeUndefined()
})

test('the replacement character itself is refused', () => {
  expect(append(emptyText, bytes('\ufffd'))).toBeUndefined()
})

test('whole characters of any length are counted', () => {
  expect(wholeCharacters(bytes('aé茶🎉'))).toBe(10)
  expect(wholeCharacters(bytes('aé茶🎉').subarray(0, 9))).toBe(6)
})
