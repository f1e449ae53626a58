import { expect, test } from 'vitest'
import { boxInside, fitSide, RATIOS, sizeFor } from './sizes.ts'

const limits = { default: [256, 256], min: 128, max: 512, multiple: 32 } as const

test('every shape gets a size that the model can make, near its shape and near its number of pixels', () => {
  for (const [name, ratio] of RATIOS) {
    const [width, height] = sizeFor(ratio, limits)
    for (const side of [width, height]) {
      expect(side % 32, name).toBe(0)
      expect(side >= 128 && side <= 512, name).toBe(true)
    }
    expect(Math.abs(Math.log(width / height / ratio)), name).toBeLessThan(0.1)
    expect((width * height) / 65536, name).toBeGreaterThan(0.6)
    expect((width * height) / 65536, name).toBeLessThan(1.5)
  }
  expect(sizeFor(1, limits)).toEqual([256, 256])
})

test('a shape beyond the model gets the nearest that it can make', () => {
  expect(sizeFor(20, limits)).toEqual([512, 128])
})

test('a typed side moves to the grid and into the limits', () => {
  expect([fitSide(250, limits), fitSide(9, limits), fitSide(4000, limits)]).toEqual([256, 128, 512])
})

test('a picture lies in the middle of its box, and fills one of nearly its shape', () => {
  const board = { x: 0, y: 0, width: 1080, height: 1440 }
  expect(boxInside(board, [224, 288])).toEqual(board)
  expect(boxInside(board, [256, 256])).toEqual({ x: 0, y: 180, width: 1080, height: 1080 })
})
