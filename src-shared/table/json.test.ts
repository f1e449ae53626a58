import { expect, test } from 'vitest'
import { tableOfJson } from './json.ts'
import { plainNumber } from './numbers.ts'

test('a list of objects has a column per key, in the order of their first coming', () => {
  const { columns, rows } = tableOfJson('[{"名称":"狐狸","new":true},{"price":1.50,"名称":"熊","new":null}]')
  expect(columns.map(({ name }) => name)).toEqual(['名称', 'new', 'price'])
  expect(rows).toEqual([
    ['狐狸', 'true', ''],
    ['熊', '', '1.50'],
  ])
})

test('numbers stay as they are written', () => {
  expect(tableOfJson('[{"ean":12345678901234567890,"large":1e21,"price":1.10}]').rows).toEqual([
    ['12345678901234567890', '1000000000000000000000', '1.10'],
  ])
})

test('one object per line is a table too', () => {
  expect(tableOfJson('{"a":"1"}\n\n{"a":"2"}\r\n').rows).toEqual([['1'], ['2']])
  expect(tableOfJson('{"a":"1"}').rows).toEqual([['1']])
  expect(() => tableOfJson('{"a":"1"}\n{"a":\n')).toThrow(expect.objectContaining({ where: { line: 2 } }))
})

test.each([
  ['[1, 2]', { line: 1 }],
  ['[{"a":"1"},{"a":["x"]}]', { line: 2, field: 'a' }],
  ['[{"a":"1","A":"2"}]', { field: 'A' }],
  ['{"a":{"b":1}}', undefined],
  ['"text"', undefined],
  ['[]', undefined],
  ['{oh', undefined],
])('%s is no table', (text, where) => {
  expect(() => tableOfJson(text)).toThrow(
    expect.objectContaining({ code: 'invalid-file', remedy: expect.any(String), ...(where ? { where } : {}) }),
  )
})

test('a key may be called anything', () => {
  expect(tableOfJson('[{"__proto__":"x","constructor":"y"}]').rows).toEqual([['x', 'y']])
})

test.each([
  ['19.989999999999998', '19.99'],
  ['0.30000000000000004', '0.3'],
  ['1.0E+21', '1000000000000000000000'],
  ['1e-7', '0.0000001'],
  ['-2.5E-3', '-0.0025'],
  ['42', '42'],
  ['1200000', '1200000'],
  ['123456789012345678', '123456789012346000'],
  ['-0.5', '-0.5'],
  ['0', '0'],
  ['1E+300', '1E+300'],
  ['no', 'no'],
])('%s is written %s', (text, plain) => {
  expect(plainNumber(text)).toBe(plain)
})
