import { describe, expect, it } from 'vitest'
import { contrast } from '../units/colour.ts'
import { SCHEMES } from './palettes.ts'

describe('named schemes', () => {
  it('have their own ids and both names', () => {
    expect(new Set(SCHEMES.map(({ id }) => id)).size).toBe(SCHEMES.length)
    for (const { name, nameZh } of SCHEMES) expect(name && nameZh).toBeTruthy()
  })

  it.each(SCHEMES)('$id reads: ink on paper, paper on ground, ink on pop', ({ paper, ink, ground, pop }) => {
    expect(contrast(ink, paper)).toBeGreaterThan(10)
    expect(contrast(paper, ground)).toBeGreaterThan(6)
    expect(contrast(ink, pop)).toBeGreaterThan(5)
  })
})
