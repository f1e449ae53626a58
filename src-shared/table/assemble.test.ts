import { expect, test } from 'vitest'
import { assemble } from './assemble.ts'
import { tableOfDelimited } from './csv.ts'
import { kindOf } from './kinds.ts'

const refused = (message: string, where?: object) =>
  expect.objectContaining({
    code: 'invalid-file',
    message: expect.stringContaining(message),
    remedy: expect.any(String),
    ...(where ? { where } : {}),
  })

test('headers of any script are the names of columns', () => {
  const { columns, warnings } = tableOfDelimited('名称,Price (net),スローガン\n狐狸,1,甘い')
  expect(columns.map(({ name }) => name)).toEqual(['名称', 'Price (net)', 'スローガン'])
  expect(warnings).toEqual([])
})

test('a header that is no name becomes the nearest one, and that is said', () => {
  const { columns, warnings } = tableOfDelimited('Price: €,#1 pick,{{x}},价格（元）,,"a\nb"\n1,2,3,4,5,6')
  expect(columns.map(({ name }) => name)).toEqual(['Price', '1 pick', 'x', '价格(元)', 'Column 5', 'a b'])
  expect(warnings).toHaveLength(6)
  expect(warnings[4]).toContain('column 5 has no header')
})

test('two headers that become the same name stay apart', () => {
  const { columns } = tableOfDelimited('a*,a?,a\n1,2,3')
  expect(columns.map(({ name }) => name)).toEqual(['a 2', 'a 3', 'a'])
})

test.each([
  ['name,NAME', 'NAME'],
  ['ａｂ,AB', 'AB'],
  ['价格, 价格 ', ' 价格 '],
])('equal headers are refused: %s', (headers, column) => {
  expect(() => tableOfDelimited(`${headers}\n1,2`)).toThrow(refused('columns 1 and 2', { line: 1, field: column }))
})

test('a row with more cells than headers is refused with its number; one with fewer is filled up', () => {
  expect(() => tableOfDelimited('a,b\n1,2\n1,2,3')).toThrow(refused('row 3: it has 3 cells', { line: 3 }))
  expect(tableOfDelimited('a,b\n1\n1,2,,').rows).toEqual([
    ['1', ''],
    ['1', '2'],
  ])
})

test('empty rows and columns are left out, and rows keep their numbers in messages', () => {
  const { columns, rows, warnings } = tableOfDelimited('\n\na,,b\n1,,2\n,,\n3,,4\n\n\n')
  expect(columns.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(rows).toEqual([
    ['1', '2'],
    ['3', '4'],
  ])
  expect(warnings).toEqual(['an empty row was left out'])
  expect(() => tableOfDelimited('\na,b\n1,2\n\n1,2,3')).toThrow(refused('row 5'))
})

test('nothing, headers alone, too many columns', () => {
  expect(() => tableOfDelimited('')).toThrow(refused('nothing'))
  expect(() => tableOfDelimited(' \n,,\n')).toThrow(refused('nothing'))
  expect(() => tableOfDelimited('a,b\n')).toThrow(refused('no rows'))
  const wide = Array.from({ length: 101 }, (_, at) => `c${at}`)
  expect(() => assemble({ rows: [wide, wide] }, 'csv')).toThrow(refused('101 columns'))
})

test('20,000 rows are read, one more is not', () => {
  const rows = (count: number) => [['n'], ...Array.from({ length: count }, (_, at) => [String(at)])]
  expect(assemble({ rows: rows(20_000) }, 'csv').rows).toHaveLength(20_000)
  expect(() => assemble({ rows: rows(20_001) }, 'csv')).toThrow(refused('more than 20,000 rows'))
  expect(() => tableOfDelimited(rows(50_000).join('\n'))).toThrow(refused('more than 20,000 rows'))
})

test('a cell of a megabyte is refused with row and column', () => {
  expect(() => tableOfDelimited(`sku,text\nA,short\nB,${'x'.repeat(2 ** 20)}`)).toThrow(
    refused('1,048,576 characters', { line: 3, field: 'text' }),
  )
})

test('more than a document carries is refused as a whole', () => {
  const row = Array.from({ length: 60 }, () => 'x')
  const headers = row.map((_, at) => `c${at}`)
  expect(() => assemble({ rows: [headers, ...Array.from({ length: 10_000 }, () => row)] }, 'csv')).toThrow(
    refused('too much for one'),
  )
})

test('what the cells of a column have in common is its kind', () => {
  expect(kindOf('p', ['fox.png', '', 'a/b/Bear.JPG'])).toBe('picture')
  expect(kindOf('p', ['a'.repeat(64), '0'.repeat(64)])).toBe('picture')
  expect(kindOf('p', ['fox.png', 'see page 3'])).toBe('text')
  expect(kindOf('c', ['#FF0000', '#abc', '#11223344'])).toBe('colour')
  expect(kindOf('c', ['#ff', 'red'])).toBe('text')
  expect(kindOf('f', ['yes', 'No', ''])).toBe('flag')
  expect(kindOf('f', ['是', '否'])).toBe('flag')
  expect(kindOf('f', ['0', '1', '1'])).toBe('flag')
  expect(kindOf('pieces', ['1', '1'])).toBe('text')
  expect(kindOf('t', ['', ''])).toBe('text')
})
