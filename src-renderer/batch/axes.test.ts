import { describe, expect, it } from 'vitest'
import { expandPlan } from '#shared/batch/expand.ts'
import { type PlanSpec, planSpecSchema } from '#shared/batch/plan.ts'
import { countsOf, filesOf, lockedSpec, lockOf } from './axes.ts'

const spec = (more: object = {}): PlanSpec =>
  planSpecSchema.parse({
    name: '{index}',
    artboards: [{ id: 'poster' }, { id: 'poster', size: { name: 'Story', width: 180, height: 320 } }],
    seeds: [7, 8, 9],
    copy: { variants: [{ headline: 'One' }, { headline: 'Two' }] },
    formats: [{ format: 'png' }, { format: 'jpeg' }],
    ...more,
  })
const rows = ['a', 'b', 'c', 'd', 'e']
const document = {
  format: 1,
  artboards: [{ type: 'artboard', id: 'poster', name: 'Poster', width: 300, height: 400 }],
  layers: [],
}
const filesMade = (wanted: PlanSpec, count: number) =>
  expandPlan({ ...wanted, format: 1, kind: 'batch', document }, Array(count).fill({ sku: 'x' }), new Map()).files.length

describe('the product of the axes', () => {
  it('is the number of files that the plan comes to', () => {
    const counts = countsOf(spec(), {}, rows)
    expect(counts).toEqual({ rows: 5, pictures: 1, seeds: 3, copy: 2, artboards: 2, formats: 2 })
    expect(filesOf(counts)).toBe(120)
    expect(filesMade(spec(), rows.length)).toBe(120)
  })

  it('counts a table without rows as one, and every written line with every variant', () => {
    const wish = { model: 'copy-lm', product: 'Zest', language: 'en', channel: 'tagline' }
    const written = spec({ copy: { variants: [{ a: '1' }, { a: '2' }], written: { headline: wish }, lines: 4 } })
    expect(countsOf(written, {}, [])).toMatchObject({ rows: 1, copy: 8 })
  })

  it('is one along a locked axis, and a lock on what is gone is none', () => {
    const locks = { rows: 'c', seeds: 1, formats: 7 }
    expect(countsOf(spec(), locks, rows)).toMatchObject({ rows: 1, seeds: 1, formats: 2 })
    expect(lockOf('rows', spec(), locks, rows)).toBe(2)
    expect(lockOf('rows', spec(), locks, ['a', 'b'])).toBeUndefined()
  })
})

describe('a locked plan', () => {
  it('holds one entry of each locked axis and makes as many files as was said', () => {
    const locks = { seeds: 1, copy: 1, artboards: 0, formats: 1 }
    const locked = lockedSpec(spec(), locks)
    expect(locked).toMatchObject({
      seeds: [8],
      copy: { variants: [{ headline: 'Two' }] },
      artboards: [{ id: 'poster' }],
      formats: [{ format: 'jpeg' }],
    })
    expect(filesMade(locked, rows.length)).toBe(filesOf(countsOf(spec(), locks, rows)))
  })

  it('keeps an axis that is empty', () => {
    expect(lockedSpec(spec({ seeds: [], copy: {} }), { seeds: 0, copy: 0, pictures: 0 })).toMatchObject({
      seeds: [],
      pictures: [],
      copy: { variants: [] },
    })
  })
})
