import { describe, expect, it } from 'vitest'
import { expandPlan } from '#shared/batch/expand.ts'
import { planSpecSchema } from '#shared/batch/plan.ts'
import { parseDocument } from '#shared/document/document.ts'
import { exampleNames } from './names.ts'

const document = parseDocument({
  format: 1,
  name: 'Launch',
  artboards: [
    { type: 'artboard', id: 'poster', name: 'Poster', width: 300, height: 400 },
    { type: 'artboard', id: 'story', width: 180, height: 320 },
  ],
  layers: [],
})
const table = ['柠檬', 'lime', 'orange'].map((fruit) => ({ fruit }))
const rows = listOf(3)
function listOf(length: number) {
  return { length, at: (place: number) => table[place]! }
}
const spec = (more: object = {}) =>
  planSpecSchema.parse({
    name: '{row.fruit}/{document}-{picture}-{seed}-{copy}-{size}-{width}x{height}_{index:04}',
    artboards: [{ id: 'poster' }, { id: 'story', size: { name: 'Square', width: 200, height: 200 } }],
    seeds: [7, 8],
    copy: { variants: [{ h: 'a' }, { h: 'b' }] },
    formats: [{ format: 'png' }, { format: 'jpeg', scale: 2 }],
    ...more,
  })

describe('example names', () => {
  it('are those that the plan gives its first, second and last file', () => {
    const paths = expandPlan({ ...spec(), format: 1, kind: 'batch', document }, table, new Map()).files.map(
      ({ path }) => path,
    )
    const { names } = exampleNames(spec(), document, rows)
    expect(names).toEqual([paths[0], paths[1], paths.at(-1)])
    expect(names[0]).toBe('柠檬/Launch-1-7-1-Poster-300x400_0001.png')
  })

  it('are as many as there are files', () => {
    const one = spec({ artboards: [{ id: 'poster' }], seeds: [], copy: {}, formats: [{ format: 'webp' }] })
    expect(exampleNames(one, document, listOf(1)).names).toHaveLength(1)
    expect(exampleNames(one, document, listOf(2)).names).toHaveLength(2)
  })

  it('say what is wrong with the template instead', () => {
    expect(exampleNames(spec({ name: '{nope}' }), document, rows)).toMatchObject({
      names: [],
      problem: { where: { field: 'name' } },
    })
    expect(exampleNames(spec({ name: '{row.price}' }), document, rows).problem?.message).toMatch(/"price"/)
    expect(exampleNames(spec({ artboards: [{ id: 'flyer' }] }), document, rows).problem?.code).toBe('not-found')
  })
})
