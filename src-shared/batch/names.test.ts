import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { legalName, type NameValues, parseNameTemplate, sameNameKey } from './names.ts'

const values: NameValues = {
  row: { sku: 'A-7', 名称: '橙子' },
  artboard: 'Poster',
  size: 'A2',
  width: 420,
  height: 594,
  seed: 1871,
  picture: 1,
  copy: 2,
  format: 'png',
  index: 7,
  rowIndex: 3,
  document: 'Launch',
}
const fill = (template: string, row = values.row) => parseNameTemplate(template).fill({ ...values, row })

describe('a name template', () => {
  it('fills holes and pads numbers', () => {
    expect(fill('{row.sku}_{artboard}_{seed}_{index:04}')).toBe('A-7_Poster_1871_0007')
    expect(fill('{document}/{row.名称}/{width}x{height}')).toBe('Launch/橙子/420x594')
  })

  it('says which columns it needs', () => {
    expect(parseNameTemplate('{row.sku}{row.sku}{row.a b}').columns).toEqual(['sku', 'a b'])
  })

  it.each([
    ['{price}', /\{price\}, which nothing fills/],
    ['{row.}', /which nothing fills/],
    ['a{b', /bracket without/],
    ['a}b', /bracket without/],
    ['x'.repeat(501), /500 characters/],
  ])('refuses %s', (template, message) => expect(() => parseNameTemplate(template)).toThrow(message))

  it('refuses a missing column and an empty name, saying the row', () => {
    expect(() => fill('{row.price}')).toThrow(/the column "price"/)
    expect(() => fill('{row.sku}', { sku: ' .. ' })).toThrow(/empty name for row 3/)
    expect(() => fill('a/', {})).toThrow(/empty name/)
  })

  it('a value makes no folder and climbs out of none', () => {
    expect(fill('{row.sku}', { sku: '../../etc/passwd' })).toBe('-..-etc-passwd')
    expect(fill('a/{row.sku}/b', { sku: '..' })).toBe('a/b')
    expect(fill('{row.sku}', { sku: 'C:\\x' })).toBe('C--x')
  })
})

describe('a legal name', () => {
  it.each([
    ['con', '_con'],
    ['COM1.txt', '_COM1.txt'],
    ['console', 'console'],
    ['a<b>c:"d|e?f*', 'a-b-c--d-e-f-'],
    ['name. ', 'name'],
    ['  .hidden', 'hidden'],
    ['a\u0000b\nc', 'a-b-c'],
    ['e\u0301', 'é'],
  ])('%j → %j', (text, name) => expect(legalName(text)).toBe(name))

  it('holds for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = legalName(text)
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(201)
        expect(name).not.toMatch(/[<>:"\\|?*]|^[ .]|[ .]$/)
        expect(legalName(name)).toBe(name)
      }),
      { numRuns: 150 },
    )
  })

  it('knows which names are one on Windows and macOS', () => {
    expect(sameNameKey('É.png')).toBe(sameNameKey('e\u0301.PNG'))
  })
})
