import { describe, expect, it } from 'vitest'
import { mmToPx, ptToPx, pxToMm, pxToPt } from './length.ts'
import { findSize, SIZES } from './sizes.ts'

describe('lengths', () => {
  it('an inch is 25.4 mm, 72 pt and dpi px', () => {
    expect(mmToPx(25.4, 300)).toBe(300)
    expect(ptToPx(72, 300)).toBe(300)
    expect(pxToPt(pxToPt(300, 300), 72)).toBe(72)
    expect(pxToMm(mmToPx(210, 300), 300)).toBeCloseTo(210)
  })
})

describe('named sizes', () => {
  it('A4 at 300 dpi is 2480 × 3508 px', () => {
    expect(findSize('a4')).toMatchObject({ width: 2480, height: 3508, dpi: 300, bleedMm: 3 })
  })

  it('every size has its own id, both names and sides an artboard may have', () => {
    expect(new Set(SIZES.map(({ id }) => id)).size).toBe(SIZES.length)
    for (const size of SIZES) {
      expect(size.name && size.nameZh).toBeTruthy()
      for (const side of [size.width, size.height]) expect(side >= 16 && side <= 20_000).toBe(true)
    }
  })
})
