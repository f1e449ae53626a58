import { describe, expect, it } from 'vitest'
import type { BatchCell } from '#shared/contract/batch.ts'
import { between, led, linesOf, orderOf, passes, placeOf } from './grid-lines.ts'

const cell = (index: number, more: Partial<BatchCell> = {}): BatchCell => ({
  ...{ index, state: 'done', row: Math.ceil(index / 3), picture: 1, copy: 1, seed: 1 },
  ...{ artboard: ['poster', 'label', 'story'][(index - 1) % 3]!, format: 'png', path: `${index}.png` },
  ...{ overflows: [], locked: false, starred: false, values: {} },
  ...more,
})
const cells = Array.from({ length: 9 }, (_, at) => cell(at + 1))

describe('lines', () => {
  it('are as long as the grid is wide', () => {
    const lines = linesOf(cells, 4, 'none')
    expect(lines.map((line) => (line.kind === 'cells' ? line.cells.map(({ index }) => index) : line.key))).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9],
    ])
  })

  it('stand in groups by row or by artboard, and count their rows on', () => {
    expect(orderOf(linesOf(cells, 4, 'row'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    const boards = linesOf(cells, 2, 'artboard')
    expect(orderOf(boards)).toEqual([1, 4, 7, 2, 5, 8, 3, 6, 9])
    expect(boards.filter(({ kind }) => kind === 'group')).toHaveLength(3)
    expect(boards.flatMap((line) => (line.kind === 'cells' ? [line.row] : []))).toEqual([1, 2, 3, 4, 5, 6])
    expect(placeOf(boards, 5)).toEqual({ line: 4, at: 1 })
    expect(placeOf(boards, 10)).toBeUndefined()
  })

  // How long it takes is the benchmark's; here that ten thousand are no more than their number.
  it('of ten thousand files are all there', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => cell(at + 1))
    expect(orderOf(linesOf(many, 7, 'artboard'))).toHaveLength(10_000)
  })
})

describe('keys lead', () => {
  const lines = linesOf(cells, 4, 'none')
  it.each([
    [1, 'ArrowRight', 2],
    [4, 'ArrowRight', 5],
    [1, 'ArrowLeft', 1],
    [9, 'ArrowRight', 9],
    [2, 'ArrowDown', 6],
    [8, 'ArrowDown', 9],
    [9, 'ArrowUp', 5],
    [6, 'Home', 5],
    [6, 'End', 8],
    [2, 'PageDown', 9],
    [9, 'PageUp', 1],
  ])('from %i by %s to %i', (from, key, to) => {
    expect(led(lines, from, key)).toBe(to)
  })

  it('to both ends with Ctrl, to the first one from nowhere, and no other key anywhere', () => {
    expect(led(lines, 6, 'Home', true)).toBe(1)
    expect(led(lines, 6, 'End', true)).toBe(9)
    expect(led(lines, 77, 'ArrowDown')).toBe(1)
    expect(led(lines, 1, 'a')).toBeUndefined()
    expect(led([], 1, 'ArrowDown')).toBeUndefined()
  })

  it('across groups as they stand', () => {
    const boards = linesOf(cells, 2, 'artboard')
    expect(led(boards, 7, 'ArrowDown')).toBe(2)
    expect(led(boards, 7, 'ArrowRight')).toBe(2)
  })
})

it('takes everything between two cells, whichever comes first', () => {
  expect(between([1, 4, 7, 2, 5], 7, 4)).toEqual([4, 7])
  expect(between([1, 4, 7], 1, 7)).toEqual([1, 4, 7])
  expect(between([1, 4], 9, 4)).toEqual([4])
})

it('lets through what a filter is about', () => {
  const over = { layer: 'h', name: 'Headline', how: 'over' as const, by: 4 }
  const some = [
    cell(1, { state: 'failed' }),
    cell(2, { state: 'making' }),
    cell(3, { starred: true }),
    cell(4, { locked: true }),
    cell(5, { overflows: [over] }),
    cell(6, { overflows: [{ ...over, how: 'shrunk' }] }),
  ]
  const let_ = (filter: Parameters<typeof passes>[0]) =>
    some.filter((one) => passes(filter, one)).map(({ index }) => index)
  expect(let_('all')).toEqual([1, 2, 3, 4, 5, 6])
  expect(let_('failed')).toEqual([1])
  expect(let_('waiting')).toEqual([2])
  expect(let_('done')).toEqual([3, 4, 5, 6])
  expect(let_('starred')).toEqual([3])
  expect(let_('locked')).toEqual([4])
  expect(let_('overflowing')).toEqual([5])
})
