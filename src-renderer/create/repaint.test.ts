import { expect, test } from 'vitest'
import { grown, growthFor, NO_GROWTH, pieceAround } from './repaint.ts'

const limits = { default: [256, 256], min: 128, max: 512, multiple: 32 } as const
const board = { x: 0, y: 0, width: 1080, height: 1440 }
const contains = (outer: typeof board, inner: typeof board) =>
  outer.x <= inner.x + 1e-6 &&
  outer.y <= inner.y + 1e-6 &&
  outer.x + outer.width >= inner.x + inner.width - 1e-6 &&
  outer.y + outer.height >= inner.y + inner.height - 1e-6

test('the piece holds the mask with something around it, and has the shape of its size', () => {
  const mask = { x: 400, y: 300, width: 120, height: 80 }
  const { box, size } = pieceAround(mask, board, limits)
  expect(contains(box, mask)).toBe(true)
  expect(contains(board, box)).toBe(true)
  expect(box.width / box.height).toBeCloseTo(size[0] / size[1])
  expect(box.width).toBeGreaterThan(mask.width * 1.5)
})

test('at the edge of the artboard the piece is pushed inside', () => {
  const mask = { x: 1040, y: 1400, width: 40, height: 40 }
  const { box } = pieceAround(mask, board, limits)
  expect(contains(board, box)).toBe(true)
  expect(contains(box, mask)).toBe(true)
})

test('a mask over everything takes the whole artboard', () => {
  const { box } = pieceAround(board, board, limits)
  expect(contains(box, board)).toBe(true)
})

test('a side pulled out grows the box; a shape grows two sides alike', () => {
  const box = { x: 100, y: 100, width: 200, height: 200 }
  expect(grown(box, { ...NO_GROWTH, left: 50 })).toEqual({ x: 50, y: 100, width: 250, height: 200 })
  expect(grown(box, growthFor(box, 16 / 9))).toEqual({ ...box, x: 100 - 700 / 9, width: 200 + 1400 / 9 })
  expect(growthFor(box, 1)).toEqual(NO_GROWTH)
})
