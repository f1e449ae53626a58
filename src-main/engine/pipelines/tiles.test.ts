import { expect, test } from 'vitest'
import { mirror, planTiles, type TileRules, tileWeights } from './tiles.ts'

const rules: TileRules = { tile: 64, overlap: 16, multiple: 1, fixed: false }

test('a side that fits is one tile', () => {
  expect(planTiles(50, rules)).toEqual([{ start: 0, size: 50, from: 0, full: 0, fall: 50, end: 50 }])
})

test('tiles cover every px, weights sum to 1, and no tile counts where it cannot be right', () => {
  for (const multiple of [1, 2, 8]) {
    for (const length of [65, 80, 100, 127, 128, 129, 333, 1024]) {
      const tiles = planTiles(length, { ...rules, multiple })
      const sum = new Float64Array(length * 2)
      for (const tile of tiles) {
        expect(tile.start % multiple).toBe(0)
        expect(tile.size % multiple).toBe(0)
        if (tile.start > 0) expect(tile.from - tile.start).toBeGreaterThanOrEqual(12)
        if (tile !== tiles.at(-1)) expect(tile.start + tile.size - tile.end).toBeGreaterThanOrEqual(12)
        for (const [at, weight] of tileWeights(tile, 2).entries()) sum[tile.from * 2 + at]! += weight
      }
      for (const total of sum) expect(total).toBeCloseTo(1, 6)
      expect(tiles.at(-1)!.start + tiles.at(-1)!.size).toBe(Math.ceil(length / multiple) * multiple)
    }
  }
})

test('a tile too small for its overlap is made larger', () => {
  const tiles = planTiles(200, { ...rules, tile: 32 })
  expect(tiles.length).toBeLessThan(20)
  for (const tile of tiles) expect(tile.size).toBe(49)
})

test('a graph of one size gets tiles of that size, however small the picture', () => {
  expect(planTiles(20, { ...rules, fixed: true })).toEqual([
    { start: 0, size: 64, from: 0, full: 0, fall: 20, end: 20 },
  ])
})

test('beyond the end a side is mirrored', () => {
  expect([0, 3, 4, 5, 6, 7, 8].map((at) => mirror(at, 4))).toEqual([0, 3, 2, 1, 0, 1, 2])
  expect(mirror(5, 1)).toBe(0)
})
