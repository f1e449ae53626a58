import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { readTableSchema } from '#shared/table/table.ts'
import { readTable } from './table.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-table-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fixture = (name: string) => fileURLToPath(new URL(`tables/${name}`, import.meta.url))

function written(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const COLUMNS = [
  { name: '编号', kind: 'text' },
  { name: '名称', kind: 'text' },
  { name: '标语', kind: 'text' },
  { name: '价格', kind: 'text' },
  { name: '含税', kind: 'text' },
  { name: '上市', kind: 'text' },
  { name: '图片', kind: 'picture' },
  { name: '颜色', kind: 'colour' },
  { name: '新品', kind: 'flag' },
]
const AS_SHOWN = [
  ['A-01', '狐狸，橙', '甜，且脆\n他说"好"', '19.99', '21.989', '2026/11/11', 'fox.png', '#ff6a00', '是'],
  ['A-02', '=1+1, 熊', '蜜; 暖 𠮷', '1200000', '1320000', '2027/2/28', 'bear.jpg', '#3b2a1a', '否'],
  ['A-03', 'Crane', '', '0.1', '0.3', '2026/12/24', 'crane.webp', '#fff', '是'],
]
const GAP = 'an empty row was left out'

test.each([
  ['products-utf8.csv', 'csv', 'utf-8'],
  ['products-gb18030.csv', 'csv', 'gb18030'],
  ['products-utf16.tsv', 'tsv', 'utf-16le'],
])('%s, as a spreadsheet wrote it', async (name, format, encoding) => {
  expect(await readTable(fixture(name))).toEqual({
    ...{ format, encoding, columns: COLUMNS, rows: AS_SHOWN, warnings: [GAP] },
  })
})

test('products.xlsx: computed formulas, dates as they are shown, numbers as typed, the first of its sheets', async () => {
  expect(await readTable(fixture('products.xlsx'))).toEqual({
    ...{ format: 'xlsx', columns: COLUMNS, rows: AS_SHOWN },
    warnings: ['the first of the file’s 2 sheets was read', GAP],
  })
})

test('formats.xlsx: every number and date says what the spreadsheet says of it', async () => {
  const { columns, rows } = await readTable(fixture('formats.xlsx'))
  const asCsv = await readTable(fixture('formats.csv'))
  expect({ columns, rows }).toEqual({ columns: asCsv.columns, rows: asCsv.rows })
  expect(rows[0]).toEqual([
    ...['19.90', '1,234,567.50', '00042', '330 ml', '20%', '￥1,299.50', '4.50 €'],
    ...['11.11.2026', '2026年11月11日', '11 November 2026', '09:05', '0.5'],
  ])
})

test('products.xls: the old kind is told as that', async () => {
  await expect(readTable(fixture('products.xls'))).rejects.toMatchObject({
    ...{ code: 'invalid-file', where: { file: fixture('products.xls') }, remedy: 'Save it as XLSX or CSV.' },
    message: expect.stringContaining('.xls'),
  })
})

test('a locked spreadsheet is told as that', async () => {
  const bytes = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(600),
    Buffer.from('EncryptedPackage', 'utf16le'),
  ])
  await expect(readTable(written('locked.xlsx', bytes))).rejects.toMatchObject({
    message: expect.stringContaining('password'),
  })
})

test('the name helps where bytes do not: JSON, tabs', async () => {
  expect(await readTable(written('a.json', '[{"a":"1"}]'))).toMatchObject({ format: 'json', encoding: 'utf-8' })
  expect(await readTable(written('a.jsonl', '{"a":"1"}\n{"a":"2"}'))).toMatchObject({ rows: [['1'], ['2']] })
  expect(await readTable(written('a.txt', '[{"a":"1"}]'))).toMatchObject({ format: 'json' })
  expect(await readTable(written('a.tsv', 'a,b\tc\n1,2\t3'))).toMatchObject({ rows: [['1,2', '3']] })
  expect(await readTable(written('odd.csv', '[a],b\n1,2'))).toMatchObject({ format: 'csv', rows: [['1', '2']] })
})

test('letters of neither kind are read and doubted', async () => {
  const { encoding, warnings } = await readTable(written('west.csv', Buffer.from('name,b\nCafé,1\n', 'latin1')))
  expect(encoding).toBe('windows-1252')
  expect(warnings[0]).toContain('Windows-1252')
})

test.each([
  ['picture.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'no table'],
  ['empty.csv', '', 'empty'],
  ['quote.csv', 'a,b\n1,"2\n', 'never closed'],
  ['half.xlsx', Buffer.from('504b0304140008080800', 'hex'), 'damaged'],
])('%s is refused with its name', async (name, bytes, message) => {
  const path = written(name, bytes)
  await expect(readTable(path)).rejects.toMatchObject({
    ...{ code: 'invalid-file', where: { file: path }, message: expect.stringContaining(message) },
    remedy: expect.any(String),
  })
})

test('no file, and a folder', async () => {
  await expect(readTable(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'not-found' })
  await expect(readTable(folder)).rejects.toMatchObject({ code: 'invalid-file' })
})

test('a huge file is refused before it is read', async () => {
  const path = written('huge.csv', 'a,b\n')
  truncateSync(path, 500 * 2 ** 20)
  await expect(readTable(path)).rejects.toMatchObject({ message: expect.stringContaining('500 MiB') })
})

// ── spreadsheets that nobody saved ──────────────────────────────────────────────────────────────

async function archive(name: string, parts: Record<string, string | Buffer>): Promise<string> {
  const zip = new ZipFile()
  for (const [path, bytes] of Object.entries(parts)) zip.addBuffer(Buffer.from(bytes as string), path)
  zip.end()
  return written(name, await buffer(zip.outputStream))
}

const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const book = (sheet: string | Buffer): Record<string, string | Buffer> => ({
  '[Content_Types].xml': '<Types/>',
  'xl/workbook.xml': `<workbook xmlns:r="${REL}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  'xl/worksheets/sheet1.xml': sheet,
})
const cells = (...rows: string[][]) =>
  `<worksheet><sheetData>${rows
    .map((row, at) => {
      const inside = row.map((cell, column) => cell.replace('<c', `<c r="${'ABC'[column]}${at + 1}"`)).join('')
      return `<row r="${at + 1}">${inside}</row>`
    })
    .join('')}</sheetData></worksheet>`
const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const computed = (formula: string, value: string) => `<c t="str"><f>${formula}</f><v>${value}</v></c>`

test('a formula counts as what it said last; one that has no value is empty; an error too', async () => {
  const path = await archive(
    'formulas.xlsx',
    book(
      cells(
        [text('a'), text('b'), text('c')],
        [computed('CONCAT("x")', 'x'), '<c t="str"><f>NOW()</f></c>', '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'],
        [text('=cmd|calc'), '<c><v>1.0E+21</v></c>', '<c t="b"><v>1</v></c>'],
      ),
    ),
  )
  expect((await readTable(path)).rows).toEqual([
    ['x', '', ''],
    ['=cmd|calc', '1000000000000000000000', 'true'],
  ])
})

test('formats that a file does not spell out, and those that nothing can be made of', async () => {
  const codes = [
    '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-',
    '"Nr. "@',
    '0.0"x',
    '0.00\\ [$€-407]',
    '[$-F800]dddd',
    ';;;',
    'yyyy',
  ]
  const escaped = codes.map((code) => code.replaceAll('"', '&quot;'))
  const own = escaped.map((code, at) => `<numFmt numFmtId="${at + 164}" formatCode="${code}"/>`).join('')
  const ids = [0, 2, 9, 14, 20, 47, 49, ...codes.map((_, at) => at + 164)]
  const styles = `<x:styleSheet xmlns:x="x"><x:numFmts>${own.replaceAll('<', '<x:')}</x:numFmts><x:cellStyleXfs><x:xf numFmtId="9"/></x:cellStyleXfs><x:cellXfs>${ids.map((id) => `<x:xf numFmtId="${id}"/>`).join('')}</x:cellXfs></x:styleSheet>`
  const as = (id: number, value: string) => `<c s="${ids.indexOf(id)}"><v>${value}</v></c>`
  const path = await archive('own.xlsx', {
    ...book(
      cells(
        [text('a'), text('b'), text('c')],
        [as(0, '19.9'), as(2, '19.9'), as(9, '0.2')],
        // A short date looks as the system of whoever looks has it.
        [as(14, '46337'), as(20, '0.375'), as(47, '0.00071412')],
        [as(49, '42'), as(164, '1234.5'), text('7').replace('<c', `<c s="${ids.indexOf(165)}"`)],
        [as(166, '5'), as(167, '1234.5'), as(168, '46337')],
        [as(169, '8'), as(170, '46337'), as(164, '1E400')],
      ),
    ),
    'xl/styles.xml': styles,
  })
  expect((await readTable(path)).rows).toEqual([
    ['19.9', '19.90', '20%'],
    ['2026-11-11', '9:00', '0101.7'],
    ['42', '1,234.50 €', 'Nr. 7'],
    ['5', '1234.50 €', '2026-11-11'],
    ['', '2026', '1E400'],
  ])
})

test('a part that expands without measure is refused before it is unpacked', async () => {
  const path = await archive('bomb.xlsx', book(Buffer.alloc(130 * 2 ** 20, 0x20)))
  expect((await readFile(path)).length).toBeLessThan(2 ** 20)
  await expect(readTable(path)).rejects.toMatchObject({ message: expect.stringContaining('expands to 130 MiB') })
})

test('an archive of something else, and entities that would grow', async () => {
  await expect(readTable(await archive('a.xlsx', { 'content.xml': '<x/>' }))).rejects.toMatchObject({
    message: expect.stringContaining('no XLSX'),
  })
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${cells([text('a')], [text('&b;')])}`
  const { rows } = await readTable(await archive('laughs.xlsx', book(laughs)))
  expect(rows).toEqual([['&b;']])
})

test('one cell far to the right and far below is no table of a million cells', async () => {
  const far =
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
  await expect(readTable(await archive('far.xlsx', book(far)))).rejects.toMatchObject({
    code: 'invalid-file',
    message: expect.stringContaining('too large a table'),
  })
})

test('a row that no sheet has is damage', async () => {
  const far = '<worksheet><sheetData><row r="999999999999"></row></sheetData></worksheet>'
  await expect(readTable(await archive('row.xlsx', book(far)))).rejects.toMatchObject({
    message: expect.stringContaining('damaged'),
  })
})

test('whatever becomes of a file on its way, it is a table or is refused with a reason', async () => {
  const names = [
    'products.xlsx',
    'formats.xlsx',
    'products-utf8.csv',
    'products-gb18030.csv',
    'products-utf16.tsv',
    'products.xls',
  ]
  const sound = await Promise.all(names.map((name) => readFile(fixture(name))))
  const damage = fc.record({
    which: fc.nat(names.length - 1),
    flips: fc.array(fc.tuple(fc.nat(8000), fc.nat(255)), { maxLength: 6 }),
    cut: fc.option(fc.nat(8000)),
  })
  await fc.assert(
    fc.asyncProperty(damage, async ({ which, flips, cut }) => {
      const bytes = Buffer.from(sound[which]!)
      for (const [at, byte] of flips) bytes[at % bytes.length] = byte
      const path = written(`fuzz-${names[which]}`, cut === null ? bytes : bytes.subarray(0, cut % bytes.length))
      const read = await readTable(path).catch((thrown: unknown) => thrown)
      if (read instanceof Error) expect(read).toMatchObject({ code: 'invalid-file', where: { file: path } })
      else expect(readTableSchema.safeParse(read).success).toBe(true)
    }),
    { numRuns: Number(process.env.BROADSIDE_SOAK ? 10_000 : 300) },
  )
}, 180_000)
