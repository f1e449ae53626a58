import { beforeEach, expect, test } from 'vitest'
import { emptyBoard, type Run } from '#shared/copy/board.ts'
import { parseDocument } from '#shared/document/document.ts'
import type { TextLayer } from '#shared/document/layers/text.ts'
import { DocumentStore } from '#shared/document/store.ts'
import { artboard, text } from '../layers/fixtures.ts'
import { bind, likelyText, place, type Said, type Spot, textsOf, variableFor } from './place.ts'

let store: DocumentStore
beforeEach(() => {
  store = new DocumentStore(
    parseDocument({
      format: 1,
      artboards: [artboard('front'), artboard('back')],
      layers: [
        text('small', 'front', 1, { text: 'Est. 1987', name: 'Mark', size: 12 }),
        text('big', 'front', 2, { text: '{{headline}}', name: 'Top', size: 90 }),
        text('legal', 'back', 1, { text: 'Contains water', name: 'Legal', size: 200 }),
        text('gone', 'front', 3, { text: 'Hidden', hidden: true }),
      ],
      variables: [{ type: 'variable', id: 'headline', value: 'Old' }],
    }),
  )
})

const said: Said = { text: '一口清晨', language: 'zh' }
const placed = (spot: Spot) => {
  let id = ''
  const patch = store.edit('Place', (edit) => {
    id = place(store, edit, spot, said, 'Poster headline')
  })
  return { id, patch, layer: store.layer(id) as TextLayer }
}
const variable = (id: string) => store.document.variables.find((one) => one.id === id)?.value
const run = { channel: 'poster-headline', language: 'en' } as Run

test('the selected text is the likely one, then a headline by name or variable, then the largest of the artboard', () => {
  const texts = textsOf(store, 'front')
  expect(texts.map(({ id }) => id)).toEqual(['small', 'big', 'legal'])
  expect(likelyText(texts, ['legal'], store)?.id).toBe('legal')
  expect(likelyText(texts, [], store)?.id).toBe('big')
  expect(likelyText(textsOf(store, 'back'), [], store)?.id).toBe('legal')
})

test('a text takes the line, and one step takes it back', () => {
  const { layer } = placed({ kind: 'fill', layer: 'small' })
  expect(layer).toMatchObject({ text: '一口清晨', language: 'zh', name: 'Mark' })
  store.undo()
  expect(store.layer('small')).toMatchObject({ text: 'Est. 1987', language: 'en' })
})

test('a text that is a variable stays one: its value changes', () => {
  const { layer } = placed({ kind: 'fill', layer: 'big' })
  expect(layer.text).toBe('{{headline}}')
  expect(variable('headline')).toBe('一口清晨')
})

test('a new text lies inside its artboard, as the texts that are there', () => {
  const { layer } = placed({ kind: 'new', artboard: 'front' })
  expect(layer).toMatchObject({
    parent: 'front',
    name: 'Poster headline',
    text: '一口清晨',
    family: 'Inter',
    fit: 'shrink',
  })
  expect(layer.x + layer.width).toBeLessThanOrEqual(1000)
  expect(layer.order).toBeGreaterThan(3)
})

test('binding makes the text a variable with the line as its value, in one step', () => {
  store.edit('Bind', (edit) => bind(store, edit, 'small', said, 'tagline'))
  expect([(store.layer('small') as TextLayer).text, variable('tagline')]).toEqual(['{{tagline}}', '一口清晨'])
  store.undo()
  expect([(store.layer('small') as TextLayer).text, variable('tagline')]).toEqual(['Est. 1987', undefined])
})

test('a variable is called after what it is; a name that is taken is left alone', () => {
  const board = emptyBoard()
  expect(variableFor(store, store.layer('big') as TextLayer, board, run)).toBe('headline')
  expect(variableFor(store, undefined, board, run)).toBe('headline')
  expect(variableFor(store, undefined, board, { ...run, channel: 'packaging-blurb' })).toBe('body')
  const both = { ...board, form: { ...board.form, languages: ['en', 'zh'] as ('en' | 'zh')[] } }
  expect(variableFor(store, undefined, both, { ...run, language: 'zh' })).toBe('headline-zh')
  store.edit('Add', (edit) => edit.add(text('tagline', 'front', 9)))
  expect(variableFor(store, undefined, board, { ...run, channel: 'tagline' })).toBe('tagline-text')
})
