import { expect, test } from 'vitest'
import type { Column, Row } from '#shared/document/table.ts'
import { filled, matchesOf, unfoundCells } from './matching.ts'
import { clearing, contains, pasting, rangeOf, type Shown, textsIn } from './range.ts'
import { columnsInSight, edgesOf, linesInSight, scrolledTo, slotOf } from './sight.ts'
import { firstWidth } from './widths.ts'

const column = (id: string, kind: Column['kind'] = 'text'): Column => ({ type: 'column', id, name: id, kind, order: 1 })
const row = (id: string, cells: Record<string, string>): Row => ({ type: 'row', id, order: 1, cells })
const shown: Shown = {
  columns: [column('a'), column('b'), column('c')],
  rows: [row('r1', { a: '1', b: '2' }), row('r2', { c: '3' })],
}
const ids = () => {
  let count = 0
  return () => `new${++count}`
}

test('a range has all cells between its corners, whichever comes first', () => {
  const range = rangeOf({ row: 1, column: 2 }, { row: 0, column: 1 })
  expect(range).toEqual({ top: 0, bottom: 1, left: 1, right: 2 })
  expect(textsIn(shown, range)).toEqual([
    ['2', ''],
    ['', '3'],
  ])
  expect(contains(range, { row: 1, column: 1 })).toBe(true)
  expect(contains(range, { row: 1, column: 0 })).toBe(false)
  expect(clearing(shown, range)).toEqual([
    { row: 'r1', column: 'b', text: '' },
    { row: 'r2', column: 'c', text: '' },
  ])
})

test('one pasted cell fills the range', () => {
  const { changes, added } = pasting(shown, { top: 0, bottom: 1, left: 0, right: 1 }, [['x']], ids())
  expect(changes.map(({ row, column, text }) => `${row}${column}${text}`)).toEqual(['r1ax', 'r1bx', 'r2ax', 'r2bx'])
  expect(added).toEqual([])
})

test('pasted rows go on below the last row and end at the last column', () => {
  const cells = [['x', 'y', 'z'], ['1'], ['7', '8', '9']]
  const pasted = pasting(shown, { top: 1, bottom: 1, left: 1, right: 1 }, cells, ids())
  expect(pasted).toMatchObject({
    ...{ added: ['new1', 'new2'], beyond: 1, range: { top: 1, bottom: 3, left: 1, right: 2 } },
  })
  expect(pasted.changes).toEqual([
    { row: 'r2', column: 'b', text: 'x' },
    { row: 'r2', column: 'c', text: 'y' },
    { row: 'new1', column: 'b', text: '1' },
    { row: 'new1', column: 'c', text: '' },
    { row: 'new2', column: 'b', text: '7' },
    { row: 'new2', column: 'c', text: '8' },
  ])
})

test('of ten thousand lines those in sight are drawn, and a few beyond', () => {
  expect(linesInSight(0, 300, 30, 10_000, 6)).toEqual({ from: 0, to: 16 })
  expect(linesInSight(30_000, 300, 30, 10_000, 6)).toEqual({ from: 994, to: 1016 })
  expect(linesInSight(1e9, 300, 30, 10, 6)).toEqual({ from: 10, to: 10 })
  const edges = edgesOf([100, 100, 100, 100, 100])
  expect(columnsInSight(150, 100, edges, 0)).toEqual({ from: 1, to: 3 })
  expect(columnsInSight(0, 5000, edges)).toEqual({ from: 0, to: 5 })
})

test('no two lines in sight have the same element', () => {
  const pool = { from: 0, to: 30 }
  const slots = Array.from({ length: 31 }, (_, at) => slotOf(994 + at, pool))
  expect(new Set(slots).size).toBe(31)
})

test('what has the keys is brought into sight by the nearest way', () => {
  expect(scrolledTo(100, 200, [120, 150], 20)).toBe(100)
  expect(scrolledTo(100, 200, [60, 90], 20)).toBe(60)
  expect(scrolledTo(100, 200, [300, 330], 20)).toBe(150)
})

test('files go where a picture cell has their name, with or without its end', () => {
  const columns = [column('name'), column('picture', 'picture')]
  const rows = [
    row('r1', { name: 'fox.png', picture: 'art/Fox.PNG' }),
    row('r2', { picture: '狐狸' }),
    row('r3', { picture: 'fox.png' }),
    row('r4', { picture: 'a'.repeat(64) }),
    row('r5', { picture: 'bear.jpg' }),
  ]
  const cells = unfoundCells(columns, rows)
  expect(cells.map(({ row }) => row)).toEqual(['r1', 'r2', 'r3', 'r5'])
  const { matches, others } = matchesOf(cells, [{ name: 'fox.png' }, { name: '狐狸.webp' }, { name: 'other.png' }])
  expect(matches.map(({ file, cells }) => [file.name, cells.map(({ row }) => row)])).toEqual([
    ['fox.png', ['r1', 'r3']],
    ['狐狸.webp', ['r2']],
  ])
  expect(others).toEqual([{ name: 'other.png' }])
  expect(filled(matches[1]!.cells, 'sha')).toEqual([{ row: 'r2', column: 'picture', text: 'sha' }])
})

test('a column is as wide as its first cells, within reason', () => {
  const width = (text: string) => firstWidth(column('a'), [row('r', { a: text })])
  expect(width('')).toBe(84)
  expect(width('十个字的中文单元格呀')).toBeGreaterThan(width('ten signs.'))
  expect(width('x'.repeat(500))).toBe(280)
})
