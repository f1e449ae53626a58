import { describe, expect, test } from 'vitest'
import { linesFor, snapEdge, snapMove } from './snap.ts'

const at = (x: number, y: number, width = 50, height = 50) => ({ x, y, width, height })
const page = at(0, 0, 1000, 800)
const targets = (...rects: ReturnType<typeof at>[]) => ({ rects, lines: [] })

describe('edges and middles', () => {
  test('attract within reach', () => {
    expect(snapMove(at(104, 300), targets(at(100, 0)), 6)).toMatchObject({ x: -4, y: 0 })
    expect(snapMove(at(108, 300), targets(at(100, 0)), 6)).toMatchObject({ x: 0 })
  })

  test('the middle of the page too', () => {
    expect(snapMove(at(472, 373), targets(page), 6)).toMatchObject({ x: 3, y: 2 })
  })

  test('the nearest wins', () => {
    expect(snapMove(at(103, 300), targets(at(100, 0), at(102, 0)), 6).x).toBe(-1)
  })

  test('a line is drawn over both that meet on it', () => {
    const { lines } = snapMove(at(104, 300), targets(at(100, 0)), 6)
    expect(lines).toContainEqual({ axis: 'x', at: 100, from: 0, to: 350 })
  })

  test('guides attract', () => {
    const snapped = snapMove(at(97, 300), { rects: [], lines: [{ axis: 'x', at: 150 }] }, 6)
    expect(snapped.x).toBe(3)
    expect(snapped.lines).toEqual([{ axis: 'x', at: 150, from: 300, to: 350 }])
  })
})

describe('equal gaps', () => {
  const [left, right] = [at(0, 100), at(200, 100)]

  test('between two neighbours', () => {
    const snapped = snapMove(at(97, 120), targets(left, right), 6)
    // 50 … 200 leaves 100 px for both gaps
    expect(snapped.x).toBe(3)
    expect(snapped.gaps.map(({ from, to }) => to - from)).toEqual([50, 50])
  })

  test('in a row with them', () => {
    const snapped = snapMove(at(397, 120), targets(left, right), 6)
    expect(snapped.x).toBe(3)
    expect(snapped.gaps).toHaveLength(2)
  })

  test('not with what is above or below', () => {
    expect(snapMove(at(97, 500), targets(left, right), 6).gaps).toEqual([])
  })

  test('the page that holds all is no neighbour', () => {
    expect(snapMove(at(97, 120), targets(page, left, right), 6).x).toBe(3)
  })
})

test('one edge by itself', () => {
  expect(snapEdge('y', 96, targets(at(0, 100)), 5)).toBe(100)
  expect(snapEdge('y', 90, targets(at(0, 100)), 5)).toBeUndefined()
})

test('lines for a box at rest', () => {
  expect(linesFor(at(100, 300), targets(at(100, 0))).map(({ axis, at: place }) => `${axis} ${place}`)).toEqual([
    'x 100',
    'x 125',
    'x 150',
  ])
})
