import { expect, test } from 'vitest'
import type { PicturePalette } from '#shared/document/palette.ts'
import { bestMatch, paletteDistance } from './choose-pattern.ts'

const palette = (...colours: string[]): Pick<PicturePalette, 'swatches'> => ({
  swatches: colours.map((colour) => ({ colour, share: 1 / colours.length })),
})
const lemon = palette('#ffd21a', '#3a8f3c', '#fffbe0')
const night = palette('#14213d', '#fca311', '#e9edf5')

test('a palette is nearest to itself, and order does not matter', () => {
  expect(paletteDistance(lemon, lemon)).toBe(0)
  expect(paletteDistance(lemon, night)).toBe(paletteDistance(night, lemon))
})

test('the tile in the colours of the pictures is taken', () => {
  const tiles = [palette('#d7263d', '#1c1c20'), palette('#12203b', '#ffa51f', '#ffffff'), palette('#ffcf20', '#408a40')]
  expect(bestMatch([night], tiles)).toBe(1)
  expect(bestMatch([lemon], tiles)).toBe(2)
})
