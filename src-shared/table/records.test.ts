import { expect, test } from 'vitest'
import { type Document, parseDocument } from '../document/document.ts'
import { DocumentStore, type Edit } from '../document/store.ts'
import { csvOf, tableOfDelimited } from './csv.ts'
import {
  addColumn,
  addRows,
  copyRows,
  freeName,
  moveColumn,
  moveRows,
  problemOfColumnName,
  removeColumn,
  setCells,
} from './edits.ts'
import { type Arrival, bringTable, columnsInOrder, rowsInOrder, tableRecords, tableRows } from './records.ts'

const empty = () => new DocumentStore(parseDocument({ format: 1, artboards: [], layers: [] }))

function opened(text: string): DocumentStore {
  const store = empty()
  bring(store, text, { how: 'replace' }, 'a')
  return store
}
const bring = (store: DocumentStore, text: string, arrival: Arrival, prefix = 'b') =>
  store.edit('Table', (edit) => bringTable(store.document, edit, tableOfDelimited(text), arrival, prefix))
const change = (store: DocumentStore, work: (document: Document, edit: Edit) => void) =>
  store.edit('Change', (edit) => work(store.document, edit))

const FOXES = '名称,价格\n狐狸,1\n熊,2\n'

test('records of a table, empty cells left out', () => {
  const { columns, rows } = tableRecords(tableOfDelimited('名称,new\n狐狸,是\n熊,\n'), 'x')
  expect(columns).toEqual([
    { type: 'column', id: 'xc1', name: '名称', kind: 'text', order: 1 },
    { type: 'column', id: 'xc2', name: 'new', kind: 'flag', order: 2 },
  ])
  expect(rows.map(({ cells }) => cells)).toEqual([{ xc1: '狐狸', xc2: '是' }, { xc1: '熊' }])
})

test('a table arrives in one step of history, and goes with it', () => {
  const store = opened(FOXES)
  expect(tableRows(store.document)).toEqual([
    ['名称', '价格'],
    ['狐狸', '1'],
    ['熊', '2'],
  ])
  store.undo()
  expect(store.document).toMatchObject({ columns: [], rows: [] })
  store.redo()
  expect(store.document.rows).toHaveLength(2)
})

test('another one in its place: columns of the same name stay what they are, in the order of the file', () => {
  const store = opened(FOXES)
  const [name] = columnsInOrder(store.document)
  change(store, (_, edit) => edit.update(name!.id, { kind: 'picture' }))
  bring(store, 'sku,名称\nA,鹤\n', { how: 'replace' })
  expect(tableRows(store.document)).toEqual([
    ['sku', '名称'],
    ['A', '鹤'],
  ])
  expect(columnsInOrder(store.document)[1]).toMatchObject({ id: name!.id, kind: 'picture' })
  store.undo()
  expect(tableRows(store.document)).toEqual([
    ['名称', '价格'],
    ['狐狸', '1'],
    ['熊', '2'],
  ])
})

test('below what is there, with new columns behind', () => {
  const store = opened(FOXES)
  bring(store, 'sku,名称\nA,鹤\n', { how: 'append' })
  expect(tableRows(store.document)).toEqual([
    ['名称', '价格', 'sku'],
    ['狐狸', '1', ''],
    ['熊', '2', ''],
    ['鹤', '', 'A'],
  ])
})

test('into the rows with the same key; others are added', () => {
  const store = opened(FOXES)
  const ids = rowsInOrder(store.document).map(({ id }) => id)
  bring(store, '价格,名称\n3, 熊\n,狐狸\n9,鹤\n', { how: 'merge', key: '名称' })
  expect(tableRows(store.document)).toEqual([
    ['名称', '价格'],
    ['狐狸', ''],
    [' 熊', '3'],
    ['鹤', '9'],
  ])
  expect(
    rowsInOrder(store.document)
      .map(({ id }) => id)
      .slice(0, 2),
  ).toEqual(ids)
})

test.each([
  ['sku,x\n1,2\n', 'only one of the two'],
  ['名称\n熊\n熊\n', 'the file has “熊” a second time'],
])('a key that does not tell rows apart changes nothing', (text, message) => {
  const store = opened(FOXES)
  const { document } = store
  expect(() => bring(store, text, { how: 'merge', key: '名称' })).toThrow(
    expect.objectContaining({ code: 'invalid-file', message: expect.stringContaining(message) }),
  )
  expect(store.document).toEqual(document)
})

test('more rows than a document holds are refused and change nothing', () => {
  const rows = (count: number) => csvOf([['n'], ...Array.from({ length: count }, (_, at) => [String(at)])])
  const store = opened(rows(15_000))
  expect(() => bring(store, rows(5001), { how: 'append' })).toThrow(expect.objectContaining({ code: 'usage' }))
  expect(store.document.rows).toHaveLength(15_000)
})

test('rows come, move and go between the others', () => {
  const store = opened('n\n1\n2\n3\n')
  const order = () => tableRows(store.document).slice(1).flat()
  const idOf = (text: string) => rowsInOrder(store.document).find(({ cells }) => Object.values(cells)[0] === text)!.id
  change(store, (document, edit) => addRows(document, edit, ['new'], idOf('2')))
  expect(order()).toEqual(['1', '', '2', '3'])
  change(store, (document, edit) => moveRows(document, edit, [idOf('3'), idOf('1')], 'new'))
  expect(order()).toEqual(['1', '3', '', '2'])
  change(store, (document, edit) => moveRows(document, edit, ['new']))
  expect(order()).toEqual(['1', '3', '2', ''])
  let copies: string[] = []
  let count = 0
  change(store, (document, edit) => {
    copies = copyRows(document, edit, [idOf('1'), idOf('3')], () => `copy${++count}`)
  })
  expect(copies).toEqual(['copy1', 'copy2'])
  expect(order()).toEqual(['1', '3', '1', '3', '2', ''])
})

test('between two rows there is always room', () => {
  const store = opened('n\n1\n2\n')
  for (let at = 0; at < 120; at++) {
    const last = rowsInOrder(store.document).at(-1)!.id
    change(store, (document, edit) => addRows(document, edit, [`r${at}`], last))
  }
  const ids = rowsInOrder(store.document).map(({ id }) => id)
  expect(ids.slice(1, -1)).toEqual(Array.from({ length: 120 }, (_, at) => `r${at}`))
})

test('cells are set in any row at once; an empty one is left out', () => {
  const store = opened(FOXES)
  const [row] = rowsInOrder(store.document)
  const [name, price] = columnsInOrder(store.document)
  change(store, (_, edit) =>
    setCells(edit, [
      { row: row!.id, column: name!.id, text: '鹤' },
      { row: row!.id, column: price!.id, text: '' },
    ]),
  )
  expect(rowsInOrder(store.document)[0]!.cells).toEqual({ [name!.id]: '鹤' })
})

test('columns come, move and go with their cells', () => {
  const store = opened('a,b\n1,2\n')
  const [a] = columnsInOrder(store.document)
  change(store, (document, edit) => addColumn(document, edit, { id: 'c', name: freeName(document, 'a') }, a!.id))
  expect(tableRows(store.document)).toEqual([
    ['a', 'a 2', 'b'],
    ['1', '', '2'],
  ])
  change(store, (document, edit) => moveColumn(document, edit, 'c', 1))
  change(store, (document, edit) => moveColumn(document, edit, 'c', 1))
  expect(tableRows(store.document)[0]).toEqual(['a', 'b', 'a 2'])
  change(store, (document, edit) => removeColumn(document, edit, a!.id))
  expect(tableRows(store.document)).toEqual([
    ['b', 'a 2'],
    ['2', ''],
  ])
  expect(store.document.rows[0]!.cells[a!.id]).toBeUndefined()
})

test('names that a column cannot have', () => {
  const { document } = opened('a,b\n1,2\n')
  expect(problemOfColumnName(document, 'Ａ')).toBe('taken')
  expect(problemOfColumnName(document, '{x}')).toBe('sign')
  expect(problemOfColumnName(document, '')).toBe('sign')
  expect(problemOfColumnName(document, '价格 (元)')).toBeUndefined()
  expect(problemOfColumnName(document, 'A', document.columns[0]!.id)).toBeUndefined()
})
