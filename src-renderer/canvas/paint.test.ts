import { describe, expect, test } from 'vitest'
import { alphaBox, dabs } from './paint.ts'

describe('dabs', () => {
  test('a stroke begins with one', () => expect(dabs(undefined, { x: 3, y: 4 }, 5)).toEqual([{ x: 3, y: 4 }]))

  test('go on at equal distances, and short ways wait', () => {
    expect(dabs({ x: 0, y: 0 }, { x: 11, y: 0 }, 5)).toEqual([
      { x: 5, y: 0 },
      { x: 10, y: 0 },
    ])
    expect(dabs({ x: 0, y: 0 }, { x: 3, y: 0 }, 5)).toEqual([])
  })
})

test('the box about what is painted', () => {
  const rgba = new Uint8Array(5 * 4 * 4)
  for (const [x, y] of [
    [1, 1],
    [3, 2],
  ])
    rgba[(y! * 5 + x!) * 4 + 3] = 200
  expect(alphaBox(rgba, 5, 4)).toEqual({ x: 1, y: 1, width: 3, height: 2 })
  expect(alphaBox(new Uint8Array(80), 5, 4)).toBeUndefined()
})
