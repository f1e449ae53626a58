import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundsOfBoxes, cornersOf, fitBox, isIn, mapBox, normalDegrees, placeIn, shared, turn } from './geometry.ts'

const near = (a: object, b: object) => {
  for (const [key, value] of Object.entries(b)) expect((a as Record<string, number>)[key]).toBeCloseTo(value, 6)
}

describe('turning', () => {
  test('goes clockwise about a point, as on a screen', () => {
    near(turn({ x: 10, y: 0 }, 90), { x: 0, y: 10 })
    near(turn({ x: 12, y: 5 }, 90, { x: 10, y: 5 }), { x: 10, y: 7 })
  })

  test('back and forth is nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: -720, max: 720 }), fc.integer({ min: -500, max: 500 }), (degrees, x) => {
        near(turn(turn({ x, y: 7 }, degrees, { x: 3, y: 4 }), -degrees, { x: 3, y: 4 }), { x, y: 7 })
      }),
    )
  })

  test('a turned box has its corners about its centre', () => {
    const box = { x: 0, y: 0, width: 40, height: 20, rotation: 90 }
    near(boundsOfBoxes([box]), { x: 10, y: -10, width: 20, height: 40 })
    near(placeIn(box, 0, 0), cornersOf(box)[0]!)
  })

  test.each([
    [190, -170],
    [-190, 170],
    [360, 0],
    [180, 180],
    [-540, 180],
  ])('%d° is %d°', (degrees, normal) => expect(normalDegrees(degrees)).toBe(normal))
})

test('a point is in a turned box, not in the rectangle about it', () => {
  const box = { x: 0, y: 0, width: 100, height: 10, rotation: 45 }
  expect(isIn(box, { x: 80, y: 35 })).toBe(true)
  expect(isIn(box, { x: 80, y: -20 })).toBe(false)
  expect(isIn({ ...box, rotation: 0 }, { x: 50, y: 13 }, 4)).toBe(true)
})

describe('a box in a stretched plane', () => {
  const from = { x: 0, y: 0, width: 100, height: 100 }

  test('follows exactly when it is upright', () => {
    const to = { x: 10, y: 20, width: 200, height: 50 }
    near(mapBox({ x: 50, y: 50, width: 20, height: 20, rotation: 0 }, from, to), {
      x: 110,
      y: 45,
      width: 40,
      height: 10,
    })
  })

  test('follows exactly when both sides grow alike, whatever its angle', () => {
    const box = { x: 10, y: 30, width: 40, height: 10, rotation: 33 }
    const to = { x: 0, y: 0, width: 300, height: 300 }
    const mapped = mapBox(box, from, to)
    for (const [index, corner] of cornersOf(mapped).entries()) {
      const before = cornersOf(box)[index]!
      near(corner, { x: before.x * 3, y: before.y * 3 })
    }
  })

  test('on its side it takes the other stretch', () => {
    const mapped = mapBox({ x: 0, y: 0, width: 40, height: 10, rotation: 90 }, from, { ...from, width: 200 })
    near(mapped, { width: 40, height: 20 })
  })
})

test('rectangles share what lies in both', () => {
  expect(shared({ x: 0, y: 0, width: 10, height: 10 }, { x: 5, y: 8, width: 10, height: 10 })).toEqual({
    x: 5,
    y: 8,
    width: 5,
    height: 2,
  })
  expect(shared({ x: 0, y: 0, width: 10, height: 10 }, { x: 10, y: 0, width: 5, height: 5 })).toBeUndefined()
})

test('a picture keeps its size, or fits the artboard', () => {
  const board = { width: 1000, height: 500 }
  expect(fitBox({ width: 200, height: 100 }, board, { x: 300, y: 300 })).toEqual({
    x: 200,
    y: 250,
    width: 200,
    height: 100,
  })
  expect(fitBox({ width: 4000, height: 1000 }, board, { x: 500, y: 250 })).toEqual({
    x: 0,
    y: 125,
    width: 1000,
    height: 250,
  })
})
