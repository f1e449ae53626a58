import { expect, test } from 'vitest'
import { textOf } from './encoding.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, { little = true, mark = true } = {}) => {
  const bytes = new Uint8Array((text.length + (mark ? 1 : 0)) * 2)
  const view = new DataView(bytes.buffer)
  for (const [at, unit] of [...(mark ? [0xfeff] : []), ...Array.from(text, (_, i) => text.charCodeAt(i))].entries())
    view.setUint16(at * 2, unit, little)
  return bytes
}

test('valid UTF-8 is UTF-8, with and without its mark', () => {
  expect(textOf(utf8('名称,a'))).toEqual({ text: '名称,a', encoding: 'utf-8' })
  expect(textOf(utf8('\uFEFF名称'))).toEqual({ text: '名称', encoding: 'utf-8' })
})

test('UTF-16 is told by its mark, or by its zeros', () => {
  for (const little of [true, false]) {
    const encoding = little ? 'utf-16le' : 'utf-16be'
    expect(textOf(utf16('名,a\n1,2\n', { little }))).toEqual({ text: '名,a\n1,2\n', encoding })
    expect(textOf(utf16('name,a\n1,2\n', { little, mark: false }))).toEqual({ text: 'name,a\n1,2\n', encoding })
  }
})

test('what is no UTF-8 is GB18030', () => {
  // 名称, as Chinese spreadsheets save it.
  expect(textOf(Uint8Array.of(0xc3, 0xfb, 0xb3, 0xc6))).toEqual({ text: '名称', encoding: 'gb18030' })
})

test('what is not even that keeps its western letters', () => {
  expect(textOf(Uint8Array.of(0x43, 0x61, 0x66, 0xe9, 0x2c, 0x31))).toEqual({
    text: 'Café,1',
    encoding: 'windows-1252',
  })
})

test('bytes that are no text are refused', () => {
  expect(() => textOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1))).toThrow(
    expect.objectContaining({ code: 'invalid-file', message: expect.stringContaining('no table') }),
  )
})
