import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { modelPackageSchema, packageHash } from '../models/manifest.ts'
import { expandPlan, type Model, type Row } from './expand.ts'
import { parsePlan } from './plan.ts'

const starter = (id: string): [string, Model] => {
  const manifest = modelPackageSchema.parse(
    JSON.parse(readFileSync(new URL(`../../models/starter/${id}/model.json`, import.meta.url), 'utf8')),
  )
  return [id, { manifest, hash: packageHash(manifest) }]
}
const models = new Map([starter('poster-diffusion'), starter('copy-lm')])

const document = {
  format: 1,
  name: 'Launch',
  artboards: [
    { type: 'artboard', id: 'poster', name: 'Poster', width: 300, height: 400 },
    { type: 'artboard', id: 'story', name: 'Story', width: 180, height: 320 },
  ],
  layers: [],
}
const rows: Row[] = [
  { sku: 'a1', fruit: 'lemon', colour: 'teal' },
  { sku: 'b2', fruit: 'orange', colour: 'pink' },
]
const plan = (more: object = {}) =>
  parsePlan({
    format: 1,
    kind: 'batch',
    name: '{row.sku}/{artboard}_{seed}_{copy}',
    document,
    artboards: [{ id: 'poster' }, { id: 'story' }],
    pictures: [{ art: { model: 'poster-diffusion', prompt: '{{fruit}} on {{colour}} sunburst' } }],
    seeds: [7, 8],
    copy: { variants: [{ headline: 'Fresh {{fruit}}' }, { headline: 'Hello' }] },
    ...more,
  })

describe('a plan comes to files', () => {
  it('in a fixed order, the last axis fastest', () => {
    const { files } = expandPlan(plan(), rows, models)
    expect(files).toHaveLength(2 * 2 * 2 * 2)
    expect(files.slice(0, 5).map(({ path }) => path)).toEqual([
      'a1/Poster_7_1.png',
      'a1/Story_7_1.png',
      'a1/Poster_7_2.png',
      'a1/Story_7_2.png',
      'a1/Poster_8_1.png',
    ])
    expect(files.map(({ index }) => index)).toEqual(files.map((_, at) => at + 1))
  })

  it('fills prompts and texts from the row', () => {
    const { files, pictures } = expandPlan(plan(), rows, models)
    const first = files[0]!
    expect(first.values).toMatchObject({ headline: 'Fresh lemon', sku: 'a1' })
    const art = first.pictures.art as { recipe: string }
    expect(pictures.get(art.recipe)).toMatchObject({ prompt: 'lemon on teal sunburst', seed: 7 })
  })

  it('makes equal pictures and equal briefs once', () => {
    const { pictures, copy, files } = expandPlan(
      plan({
        copy: {
          written: { headline: { model: 'copy-lm', product: 'Zest', language: 'en', channel: 'poster-headline' } },
          lines: 3,
        },
      }),
      rows,
      models,
    )
    expect(pictures.size).toBe(4)
    expect(copy.size).toBe(1)
    expect(files).toHaveLength(2 * 2 * 3 * 2)
    expect(files[2]!.lines.headline).toEqual({ recipe: [...copy.keys()][0], line: 1 })
  })

  it('gives every file an id of its own, the same next time and another when anything changes', () => {
    const ids = (more = {}) => expandPlan(plan(more), rows, models).files.map(({ id }) => id)
    const first = ids()
    expect(new Set(first).size).toBe(first.length)
    expect(ids()).toEqual(first)
    const scaled = ids({ formats: [{ format: 'png', scale: 2 }] })
    expect(scaled.filter((id) => first.includes(id))).toEqual([])
    const renamed = ids({ name: '{index}' })
    expect(renamed).toEqual(first)
  })

  it('without a table is one row', () => {
    const { files } = expandPlan(plan({ name: '{index:03}', pictures: [], copy: {}, seeds: [] }), [], models)
    expect(files.map(({ path }) => path)).toEqual(['001.png', '002.png'])
  })

  it('lays an artboard out for other sizes', () => {
    const size = { name: 'Square', width: 200, height: 200 }
    const { files } = expandPlan(
      plan({ name: '{size}_{width}_{index}', artboards: [{ id: 'poster', size }], seeds: [1] }),
      rows,
      models,
    )
    expect(files[0]).toMatchObject({ path: 'Square_200_1.png', size })
  })

  it('writes lines of single files again as the next ones of their recipe, which differ from those before', () => {
    const written = { headline: { model: 'copy-lm', product: 'Zest', language: 'en', channel: 'poster-headline' } }
    const spec = { copy: { written, lines: 3 }, pictures: [], seeds: [], name: '{index}' }
    const { files, copy } = expandPlan(plan(spec), rows, models, new Map([[3, 2]]))
    expect([...copy.values()].map(({ seed, count }) => ({ seed, count }))).toEqual([
      { seed: 1, count: 3 },
      { seed: 1, count: 9 },
    ])
    const [first, again] = [...copy.keys()]
    expect(files[0]!.lines.headline).toEqual({ recipe: first, line: 0 })
    expect(files[2]!.lines.headline).toEqual({ recipe: again, line: 1 + 2 * 3 })
    expect(files[3]!.lines.headline).toEqual({ recipe: first, line: 1 })
    // A recipe has a hundred lines at most: then another seed begins.
    const often = expandPlan(plan(spec), rows, models, new Map([[3, 34]]))
    expect([...often.copy.values()][1]).toMatchObject({ seed: 1 + 99, count: 6 })
    expect(often.files[2]!.lines.headline).toMatchObject({ line: 1 + 3 })
  })

  it('makes single files again with seeds that no other file has', () => {
    const plain = expandPlan(plan(), rows, models).files
    const once = expandPlan(
      plan(),
      rows,
      models,
      new Map([
        [1, 1],
        [5, 1],
      ]),
    ).files
    const twice = expandPlan(plan(), rows, models, new Map([[1, 2]])).files
    expect([plain[0]!.seed, once[0]!.seed, twice[0]!.seed]).toEqual([7, 9, 11])
    expect(once[4]!.seed).toBe(10)
    expect(once[0]!.path).toBe('a1/Poster_9_1.png')
    const same = (at: number) => once[at]!.id === plain[at]!.id
    expect(once.filter((_, at) => !same(at)).map(({ index }) => index)).toEqual([1, 5])
  })

  // Speed is the benchmark's; here only that nothing in it grows with the square.
  it('of 10,000 tasks', () => {
    const many = Array.from({ length: 1250 }, (_, at) => ({ sku: `s${at}`, fruit: `f${at}`, colour: 'teal' }))
    expect(expandPlan(plan(), many, models).files).toHaveLength(10_000)
  })
})

describe('a plan is refused before the first file', () => {
  const refused =
    (more: object, table: Row[] = rows) =>
    () =>
      expandPlan(plan(more), table, models)

  it('when the table has not the columns', () => {
    expect(refused({ name: '{row.price}_{index}' })).toThrow(/name needs the column "price"/)
    expect(refused({}, [{ sku: 'a' }])).toThrow(/pictures.0 needs the column "fruit"/)
    expect(refused({ copy: { variants: [{ h: '{{nope}}' }] } })).toThrow(/copy.variants.0 needs the column "nope"/)
  })

  it('when two files would have one name, whatever the case of its letters', () => {
    expect(refused({ name: '{artboard}' })).toThrow(/files 1 and 3 would both be "Poster.png"/)
    expect(
      refused({ name: '{row.sku}_{seed}_{copy}_{artboard}' }, [
        { ...rows[0]!, sku: 'É' },
        { ...rows[1]!, sku: 'é' },
      ]),
    ).toThrow(/would both be/)
  })

  it('when a model or an artboard is not there, or the model cannot do it', () => {
    expect(refused({ pictures: [{ art: { model: 'dall-e' } }] })).toThrow(/"dall-e", which is not installed/)
    expect(refused({ artboards: [{ id: 'flyer' }] })).toThrow(/no artboard "flyer"/)
    expect(refused({ pictures: [{ art: { model: 'poster-diffusion', steps: 5000 } }] })).toThrow(/steps/)
    expect(refused({ pictures: [{ art: { model: 'copy-lm' } }] })).toThrow(/writes copy/)
  })

  it('when it makes more files than anybody wants', () => {
    expect(refused({ seeds: Array.from({ length: 1000 }, (_, at) => at) }, Array(60).fill(rows[0]))).toThrow(
      /240,000 files/,
    )
  })
})
