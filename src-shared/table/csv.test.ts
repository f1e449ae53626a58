import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellsOfClipboard, clipboardOf, csvCell, csvOf, tableOfDelimited } from './csv.ts'

const rowsOf = (text: string) => tableOfDelimited(text).rows

test('commas, semicolons, tabs and bars are told apart', () => {
  for (const delimiter of [',', ';', '\t', '|']) {
    const text = [
      ['name', 'price'],
      ['fox', '1.50'],
      ['bear', '2'],
    ]
      .map((row) => row.join(delimiter))
      .join('\r\n')
    expect(rowsOf(text), delimiter).toEqual([
      ['fox', '1.50'],
      ['bear', '2'],
    ])
  }
  expect(tableOfDelimited('a\tb\n1\t2').format).toBe('tsv')
})

test('prices with commas do not make columns of a file with semicolons', () => {
  expect(rowsOf('name;price\nfox;1,50\nbear;2,75\n')).toEqual([
    ['fox', '1,50'],
    ['bear', '2,75'],
  ])
})

test('quotes hold separators, line ends and quotes', () => {
  expect(rowsOf('a,b\r\n"x,\r\ny","say ""hi"""\r\n')).toEqual([['x,\ny', 'say "hi"']])
})

test('one column is a table too', () => {
  expect(tableOfDelimited('headline\nFresh\nCrisp\n')).toMatchObject({
    columns: [{ name: 'headline' }],
    rows: [['Fresh'], ['Crisp']],
  })
})

test('a byte order mark, old line ends and the note of a spreadsheet are no cells', () => {
  expect(tableOfDelimited('\uFEFFsep=;\ra;b\r1;2\r')).toMatchObject({
    columns: [{ name: 'a' }, { name: 'b' }],
    rows: [['1', '2']],
  })
})

test('a quote that is never closed is told with its row', () => {
  expect(() => tableOfDelimited('a,b\n1,2\n3,"4\n5,6\n')).toThrow(
    expect.objectContaining({ code: 'invalid-file', where: { line: 3 }, message: expect.stringContaining('row 3') }),
  )
  expect(() => tableOfDelimited('a,b\n1,"2" x,\n3,4')).toThrow(expect.objectContaining({ code: 'invalid-file' }))
})

test('cells that look like formulas are text, here and in the spreadsheet that opens what is written', () => {
  expect(rowsOf('a,b\n=1+1,@SUM(A1)\n-5,+7\n')).toEqual([
    ['=1+1', '@SUM(A1)'],
    ['-5', '+7'],
  ])
  expect(['=1+1', '+7', '-5', '@x', '\tx', "'=1"].map(csvCell)).toEqual(["'=1+1", "'+7", "'-5", "'@x", "'\tx", "''=1"])
  expect(["it's", "'quoted'", 'a=b', '5 - 3', ''].map(csvCell)).toEqual(["it's", "'quoted'", 'a=b', '5 - 3', ''])
})

test('what is written is read as it was', () => {
  const cell = fc
    .string({ unit: fc.constantFrom(...'ab狐 ,;\t|"\'=+-@\n#0{}（'), maxLength: 12 })
    .map((text) => text.replace(/\0/g, ''))
  const rows = fc
    .integer({ min: 1, max: 5 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))
  fc.assert(
    fc.property(rows, (written) => {
      const full = written.filter((row) => row.some((each) => each.trim() !== ''))
      fc.pre(full.length > 0)
      const headers = full[0]!.map((_, at) => `column ${at}`)
      expect(tableOfDelimited(csvOf([headers, ...full]), ',').rows).toEqual(full)
    }),
    { numRuns: 500 },
  )
})

test('cells go over the clipboard and back', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.constantFrom('', 'a', 'x\ty', 'x\ny', '"', 'say "hi"', '=1'), { minLength: 2, maxLength: 2 }),
        { minLength: 1, maxLength: 5 },
      ),
      (cells) => {
        fc.pre(cells.at(-1)!.some((cell) => cell !== ''))
        expect(cellsOfClipboard(clipboardOf(cells))).toEqual(cells)
      },
    ),
  )
  expect(cellsOfClipboard('"5 inch\tb\nc\td\n')).toEqual([
    ['"5 inch', 'b'],
    ['c', 'd'],
  ])
})
