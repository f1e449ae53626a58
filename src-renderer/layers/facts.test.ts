import { describe, expect, it } from 'vitest'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import { solid } from '#shared/document/fill.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import type { RecipeOf } from '#shared/recipe/recipe.ts'
import { artboard, documentOf, image, shape, storeOf, text } from './fixtures.ts'
import { changesOf, factsOf, lineageOf, missingModels, sourceText } from './recipe-facts.ts'
import { troublesOf } from './troubles.ts'
import { addVariable, bind, freeName, problemOf, renameVariable, variableOf, variableUses } from './variables.ts'

const model = (id: string, digit: string) => ({ id, hash: digit.repeat(64) })
const poster: RecipeOf<'diffusion'> = {
  format: 1,
  kind: 'diffusion',
  model: model('poster', '1'),
  prompt: 'half an orange, flat',
  negative: '',
  seed: 1871,
  width: 256,
  height: 256,
  steps: 14,
  guidance: 5,
  sampler: 'dpmpp-2m',
  schedule: 'karras',
}
const print: RecipeOf<'upscale'> = {
  format: 1,
  kind: 'upscale',
  model: model('upscaler', '2'),
  input: 'b'.repeat(64),
  scale: 4,
}
const find = async (sha256: string) =>
  sha256 === print.input ? ({ sha256, width: 256, height: 256, recipe: poster } as Artifact) : undefined

describe('a recipe', () => {
  it('is followed to the picture that words made', async () => {
    const lineage = await lineageOf(print, find)
    expect(lineage.recipes.map(({ kind }) => kind)).toEqual(['diffusion', 'upscale'])
    expect(sourceText(lineage)).toBe('256² → ×4')
    expect(sourceText(await lineageOf({ ...print, input: 'c'.repeat(64) }, find))).toBe('×4')
    expect(sourceText(await lineageOf(poster, find))).toBe('256²')
  })

  it('says what it is made of', () =>
    expect(factsOf(poster)).toEqual([
      ['prompt', 'half an orange, flat'],
      ['seed', '1871'],
      ['steps', '14 · DPM++ 2M'],
      ['guidance', '5.0'],
      ['size', '256²'],
    ]))

  it('is reproducible with every model it needs, by its weights', async () => {
    const lineage = await lineageOf(print, find)
    const installed = [model('poster', '1'), model('upscaler', '3')] as UsableModel[]
    expect(missingModels(lineage, installed)).toEqual([print.model])
    expect(missingModels({ recipes: [poster] }, installed)).toEqual([])
  })

  it('knows what has changed since', () => {
    const layer = documentOf([artboard('p')], [image('i', 'p', 1, { width: 200, flipX: true })]).layers[0] as ImageLayer
    expect(changesOf(layer, { width: 512, height: 256 })).toEqual(['mirrored'])
    expect(changesOf(layer, { width: 256, height: 256 })).toEqual(['cropped', 'mirrored'])
    expect(changesOf({ ...layer, fit: 'fill', flipX: false, opacity: 0.5 }, { width: 9, height: 9 })).toEqual([
      'stretched',
      'faded',
    ])
  })
})

describe('variables', () => {
  const store = () =>
    storeOf(
      [artboard('p')],
      [text('a', 'p', 1, { text: '{{headline}} for {{ price }}' }), text('b', 'p', 2, { text: '{{headline}}' })],
      [{ type: 'variable', id: 'headline', value: 'Peel' }],
    )

  it('know where they are used, and holes that nothing fills', () =>
    expect(variableUses(store().document)).toEqual([
      { name: 'headline', value: 'Peel', kind: 'text', layers: ['a', 'b'] },
      { name: 'price', value: undefined, kind: 'text', layers: ['a'] },
    ]))

  it('are renamed in every text, in one step', () => {
    const changed = store()
    changed.edit('rename', (edit) => renameVariable(changed.document, edit, 'headline', 'title'))
    expect(changed.document.variables).toEqual([{ type: 'variable', id: 'title', value: 'Peel' }])
    expect(changed.layer('a')).toMatchObject({ text: '{{title}} for {{ price }}' })
    changed.undo()
    expect(changed.document).toEqual(store().document)
  })

  it('have names that are free and can be written', () => {
    const { document } = store()
    expect(problemOf(document, 'a/')).toBe('letters')
    expect(problemOf(document, '价格 (元)')).toBeUndefined()
    expect(problemOf(document, 'a')).toBe('taken')
    expect(problemOf(document, 'price')).toBeUndefined()
    expect(freeName(document, 'headline')).toBe('headline-2')
  })

  it('begin with what the layers show that are hung on them', () => {
    const changed = storeOf([artboard('p')], [image('i', 'p', 1), shape('s', 'p', 2, { fill: solid('#123456') })])
    const layer = (id: string) => changed.layer(id)!
    changed.edit('bind', (edit) => {
      bind(changed.document, edit, [layer('i')], 'picture', 'fruit')
      bind(changed.document, edit, [layer('s')], 'fill', 'ground')
      bind(changed.document, edit, [layer('i'), layer('s')], 'visibility', 'sale (%)')
    })
    expect(variableUses(changed.document)).toEqual([
      { name: 'fruit', value: (layer('i') as { asset: string }).asset, kind: 'picture', layers: ['i'] },
      { name: 'ground', value: '#123456', kind: 'colour', layers: ['s'] },
      { name: 'sale (%)', value: 'yes', kind: 'flag', layers: ['i', 's'] },
    ])
    changed.edit('rename', (edit) => renameVariable(changed.document, edit, 'ground', 'colour'))
    changed.edit('rename', (edit) => renameVariable(changed.document, edit, 'sale (%)', 'offer'))
    expect(layer('s')).toMatchObject({ fill: { colour: '#123456', variable: 'colour' }, visibleIf: 'offer' })
    changed.edit('unbind', (edit) => bind(changed.document, edit, [layer('s')], 'fill', undefined))
    expect(layer('s')).toMatchObject({ fill: { kind: 'solid', colour: '#123456' } })
    expect(variableOf(layer('s'), 'fill')).toBeUndefined()
  })

  it('are added', () => {
    const changed = store()
    changed.edit('add', (edit) => addVariable(edit, 'price', '3 €'))
    expect(variableUses(changed.document)[1]).toMatchObject({ value: '3 €' })
  })
})

it('names fonts and pictures that are not there', () => {
  const lost = 'd'.repeat(64)
  const document = documentOf(
    [artboard('p')],
    [
      text('t', 'p', 1, { family: 'Helvetica' }),
      text('u', 'p', 2, { family: 'Helvetica' }),
      text('v', 'p', 3),
      image('i', 'p', 4, { asset: lost, recipe: poster }),
      image('j', 'p', 5, { mask: { asset: lost } }),
    ],
  )
  expect(troublesOf(document, new Set([lost]), new Map(), [])).toEqual([
    { kind: 'font', family: 'Helvetica', layers: ['t', 'u'] },
    { kind: 'picture', asset: lost, layers: ['i'], recipe: true },
    { kind: 'mask', asset: lost, layers: ['j'] },
  ])
})

it('names what a row of the table shows that is not there, and texts that do not fit', () => {
  const lost = 'd'.repeat(64)
  const document = documentOf([artboard('p')], [text('t', 'p', 1), image('i', 'p', 2, { variable: 'art' })])
  const overflows = [
    { layer: 't', name: 't', how: 'over', by: 12.4 },
    { layer: 'u', name: 'u', how: 'shrunk', by: 80 },
  ] as const
  expect(troublesOf(document, new Set([lost]), new Map([['art', lost]]), overflows)).toEqual([
    { kind: 'picture', asset: lost, layers: ['i'], recipe: false },
    { kind: 'overflow', by: 12, layers: ['t'] },
  ])
  expect(troublesOf(document, new Set([lost]), new Map(), [])).toEqual([])
})
