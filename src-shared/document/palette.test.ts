import { describe, expect, it } from 'vitest'
import { colourDistance, contrast, hexToOklch, oklchToHex, readable } from '../units/colour.ts'
import type { RawPicture } from '../work/picture.ts'
import { extractPalette } from './palette.ts'

/** A picture of `size`² px where `paint` gives each pixel. */
function picture(size: number, paint: (x: number, y: number) => [number, number, number]): RawPicture {
  const data = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) data.set(paint(x, y), (y * size + x) * 3)
  return { width: size, height: size, channels: 3, data }
}
const disc = picture(200, (x, y) => (Math.hypot(x - 120, y - 100) < 40 ? [255, 122, 26] : [12, 110, 90]))

describe('the colours of a picture', () => {
  it('come with their shares, largest first', () => {
    const { swatches } = extractPalette(disc)
    expect(colourDistance(swatches[0]!.colour, '#0c6e5a')).toBeLessThan(0.01)
    expect(swatches[0]!.share).toBeCloseTo(1 - (Math.PI * 1600) / 40_000, 1)
    expect(colourDistance(swatches[1]!.colour, '#ff7a1a')).toBeLessThan(0.02)
  })

  it('are the same every time and at any size', () => {
    expect(extractPalette(disc)).toEqual(extractPalette(disc))
    const small = picture(3, () => [9, 9, 9])
    expect(extractPalette(small).swatches).toHaveLength(1)
  })

  it('tell a plain background and where the subject is', () => {
    const { edge, subject } = extractPalette(disc)
    expect(edge.share).toBe(1)
    expect(colourDistance(edge.colour, '#0c6e5a')).toBeLessThan(0.01)
    expect(subject.x + subject.width / 2).toBeCloseTo(0.6, 1)
    expect(subject.width).toBeCloseTo(0.4, 1)
  })

  it('a striped background is not plain, and everything is subject', () => {
    const { edge, subject } = extractPalette(picture(200, (x) => (x % 40 < 20 ? [255, 0, 0] : [255, 255, 0])))
    expect(edge.share).toBeLessThan(0.7)
    expect(subject).toEqual({ x: 0, y: 0, width: 1, height: 1 })
  })

  it('transparent pixels have no colour', () => {
    const data = new Uint8Array(8 * 8 * 4)
    expect(extractPalette({ width: 8, height: 8, channels: 4, data }).edge.share).toBe(0)
  })
})

describe('colour', () => {
  it('OKLCH and hex convert both ways', () => {
    for (const hex of ['#ff7a1a', '#0c6e5a', '#ffffff', '#000000', '#7f7f7f'])
      expect(oklchToHex(hexToOklch(hex))).toBe(hex)
  })

  it('contrast is WCAG: black on white is 21', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1)
  })

  it('readable takes the first that can be read, else changes lightness and keeps the hue', () => {
    expect(readable('#ffffff', ['#ffee00', '#333333'])).toBe('#333333')
    const darkened = readable('#ffffff', ['#ffee00'])
    expect(contrast(darkened, '#ffffff')).toBeGreaterThanOrEqual(4.5)
    expect(Math.abs(hexToOklch(darkened).h - hexToOklch('#ffee00').h)).toBeLessThan(15)
  })
})
