import { describe, expect, test } from 'vitest'
import { aligned, distributed } from './align.ts'
import { box, storeOf } from './fixtures.ts'
import { hold } from './held.ts'

const three = () => storeOf(box('a1', 0, 0, 100, 40), box('b1', 150, 100, 50, 60), box('c1', 400, 30, 100, 20))
const board = { x: 100, y: 50, width: 1000, height: 800 }
const all = ['a1', 'b1', 'c1']

describe('aligning', () => {
  test.each([
    ['left', [0, -150, -400]],
    ['right', [400, 300, 0]],
    ['centre', [200, 75, -200]],
  ] as const)('%s moves along x only', (edge, expected) => {
    const shifts = aligned(hold(three(), all), edge, board)
    expect(shifts.map(({ x }) => x)).toEqual(expected)
    expect(shifts.every(({ y }) => y === 0)).toBe(true)
  })

  test.each([
    ['top', [0, -100, -30]],
    ['bottom', [120, 0, 110]],
    ['middle', [60, -50, 40]],
  ] as const)('%s moves along y only', (edge, expected) => {
    expect(aligned(hold(three(), all), edge, board).map(({ y }) => y)).toEqual(expected)
  })

  test('one layer lines up with its artboard', () => {
    expect(aligned(hold(three(), ['b1']), 'right', board)[0]).toMatchObject({ x: 800, y: 0 })
  })

  test('a turned layer by what is seen of it', () => {
    const store = storeOf(box('t', 0, 0, 100, 20, { rotation: 90 }))
    expect(aligned(hold(store, ['t']), 'left', board)[0]!.x).toBeCloseTo(-40, 6)
  })
})

describe('distributing', () => {
  test('gives equal gaps between the first and the last', () => {
    // 500 px wide, 250 px of boxes: two gaps of 125
    expect(distributed(hold(three(), all), 'horizontally').map(({ x }) => x)).toEqual([0, 75, 0])
  })

  test('needs three', () => {
    expect(distributed(hold(three(), ['a1', 'b1']), 'vertically')).toEqual([])
  })
})
