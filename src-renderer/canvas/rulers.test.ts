import { expect, test } from 'vitest'
import { tickStep, ticks } from './rulers.ts'

test.each([
  [1, 'px', 72, 100],
  [10, 'px', 72, 10],
  [200, 'px', 72, 1],
  [1, 'mm', 300, 10],
  [0.1, 'mm', 300, 100],
  [1, 'in', 300, 0.25],
] as const)('at %d the labels in %s (%d dpi) are %d apart', (zoom, unit, dpi, step) => {
  expect(tickStep(zoom, unit, dpi)).toBe(step)
})

test('counts from the corner of the artboard', () => {
  const board = { x: 50, y: 0, dpi: 72 } as never
  const labelled = ticks('x', { zoom: 1, x: 0, y: 0 }, 300, board, 'px').filter(({ label }) => label !== undefined)
  expect(labelled).toEqual([
    { at: 50, label: '0' },
    { at: 150, label: '100' },
    { at: 250, label: '200' },
  ])
})
