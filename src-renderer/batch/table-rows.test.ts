import { expect, it } from 'vitest'
import { parseDocument } from '#shared/document/document.ts'
import { rowOf } from './table-rows.ts'

const column = (id: string, name: string, order: number) => ({ type: 'column' as const, id, name, order })
const row = (id: string, order: number, fruit: string, headline: string) => ({
  ...{ type: 'row' as const, id, order },
  cells: { f: fruit, h: headline },
})
const document = parseDocument({
  format: 1,
  artboards: [],
  layers: [],
  columns: [column('f', 'fruit', 1), column('h', 'headline', 2)],
  rows: [row('second', 2, 'lemon', 'Squeeze'), row('first', 1, 'lime', 'Peel'), row('third', 3, 'plum', 'Peel')],
})

it('finds the row of a file by its number, though the file shows only some of its values', () => {
  expect(rowOf(document, { row: 1, values: { headline: 'Peel' } })?.id).toBe('first')
  expect(rowOf(document, { row: 3, values: { headline: 'Peel', art: 'a'.repeat(64) } })?.id).toBe('third')
})

it('finds a row that has moved by what the file shows, and none that has changed', () => {
  expect(rowOf(document, { row: 1, values: { headline: 'Squeeze' } })?.id).toBe('second')
  expect(rowOf(document, { row: 9, values: { fruit: 'plum' } })?.id).toBe('third')
  expect(rowOf(document, { row: 1, values: { headline: 'Bite' } })).toBeUndefined()
})
