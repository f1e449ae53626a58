import { describe, expect, it } from 'vitest'
import { DocumentTree } from './document-tree.ts'
import { dropAt } from './drop.ts'
import { artboard, documentOf, group, shape, storeOf } from './fixtures.ts'
import { concernsRows, revealing, rowsBetween, rowsOf } from './rows.ts'

const tree = new DocumentTree(
  documentOf(
    [artboard('page', { order: 1 }), artboard('label', { order: 2 })],
    [
      shape('back', 'page', 1),
      group('g', 'page', 2, { hidden: true }),
      shape('low', 'g', 1),
      shape('high', 'g', 2),
      shape('top', 'page', 3),
      shape('other', 'label', 1),
    ],
  ),
)
const open = new Set(['g'])
const rows = rowsOf(tree, open)
// 0 page · 1 top · 2 g · 3 high · 4 low · 5 back · 6 label · 7 other

describe('rows', () => {
  it('are artboards in order and layers topmost first', () => {
    expect(rows.map(({ id }) => id)).toEqual(['page', 'top', 'g', 'high', 'low', 'back', 'label', 'other'])
    expect(rows[3]).toMatchObject({ depth: 2, position: 1, siblings: 2, hiddenAbove: true })
    expect(rowsOf(tree, new Set(['page'])).map(({ id }) => id)).toEqual(['page', 'label', 'other'])
  })

  it('come into sight', () => {
    expect(revealing(tree, 'low', new Set())).toEqual(new Set(['g']))
    expect(revealing(tree, 'low', new Set(['page']))).toEqual(new Set(['g']))
    const toggled = new Set(['label'])
    expect(revealing(tree, 'top', toggled)).toBe(toggled)
  })

  it('are selected as a range of one kind', () => {
    expect(rowsBetween(rows, 'other', 'low')).toEqual(['low', 'back', 'other'])
    expect(rowsBetween(rows, 'page', 'other')).toEqual(['page', 'label'])
    expect(rowsBetween(rows, 'gone', 'top')).toEqual(['top'])
  })

  it('are listed again only for what changes them', () => {
    const store = storeOf([artboard('p')], [shape('a', 'p', 1)])
    const concerns = (fields: object) => concernsRows(store.edit('change', (edit) => edit.update('a', fields as never)))
    expect(concerns({ x: 5, name: 'A' })).toBe(false)
    expect(concerns({ hidden: true })).toBe(true)
    expect(concernsRows(store.edit('add', (edit) => edit.add(shape('b', 'p', 2))))).toBe(true)
  })

  it('of 2,000 layers are listed within a frame', () => {
    const layers = Array.from({ length: 2000 }, (_, at) =>
      shape(`s${at}`, at % 50 ? `g${Math.floor(at / 50)}` : 'p', at),
    )
    const groups = Array.from({ length: 40 }, (_, at) => group(`g${at}`, 'p', at + 0.5))
    const large = documentOf([artboard('p')], [...layers, ...groups])
    const all = new Set(groups.map(({ id }) => id))
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now()
      expect(rowsOf(new DocumentTree(large), all)).toHaveLength(2041)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(16)
  })
})

describe('a drop', () => {
  const drop = (at: number, ids = ['other'], depth = 9) => dropAt(tree, rows, new Set(ids), { at, depth })

  it.each([
    ['over the upper half of a layer', 1.2, { parent: 'page' }, { line: 1, depth: 1 }],
    ['over the lower half', 1.8, { parent: 'page', under: 'top' }, { line: 2, depth: 1 }],
    ['over the middle of a group', 2.5, { parent: 'g' }, { into: 2 }],
    ['over the edge of a group', 2.1, { parent: 'page', under: 'top' }, { line: 2, depth: 1 }],
    ['between layers of a group', 3.9, { parent: 'g', under: 'high' }, { line: 4, depth: 2 }],
    ['under the last of a group', 4.9, { parent: 'g', under: 'low' }, { line: 5, depth: 2 }],
    ['on an artboard', 6.5, { parent: 'label' }, { into: 6 }],
    ['under the end', 99, { parent: 'label', under: 'other' }, { line: 8, depth: 1 }],
  ] as const)('%s', (_, at, place, mark) => expect(drop(at, ['back'])).toEqual({ kind: 'layers', place, mark }))

  it('under the last of a group, further left, is out of the group', () =>
    expect(drop(4.9, ['other'], 1)).toMatchObject({
      place: { parent: 'page', under: 'g' },
      mark: { line: 5, depth: 1 },
    }))

  it('of a group into itself is none', () => expect(drop(3.2, ['g'])).toBeUndefined())

  it('of an artboard is among artboards', () => {
    expect(drop(1, ['label'])).toEqual({ kind: 'artboards', after: undefined, mark: { line: 0, depth: 0 } })
    expect(drop(4, ['label'])).toEqual({ kind: 'artboards', after: 'page', mark: { line: 6, depth: 0 } })
  })
})
