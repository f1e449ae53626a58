import { describe, expect, it } from 'vitest'
import { type DocumentInput, parseDocument } from './document.ts'
import { assetsOf, bindingsOf, colourOf, everyAssetOf, hangingOn, onlyArtboard, pictureOf, resolve } from './resolve.ts'
import { withValues } from './variables.ts'

const sha = (letter: string) => letter.repeat(64)
const board = (id: string) => ({ type: 'artboard', id, width: 300, height: 200 }) as const
const box = { parent: 'b', order: 1, x: 0, y: 0, width: 100, height: 50 }
const text = (id: string, more = {}) => ({ ...box, type: 'text', id, text: 'Peel', family: 'Inter', size: 20, ...more })
const image = (id: string, more = {}) => ({ ...box, type: 'image', id, asset: sha('a'), ...more })
const shape = (id: string, more = {}) => ({ ...box, type: 'shape', id, shape: { kind: 'rectangle' }, ...more })
const group = (id: string, more = {}) => ({ ...box, type: 'group', id, ...more })
const variable = (id: string, value = '') => ({ type: 'variable', id, value })
const make = (layers: object[], more: object = {}) =>
  parseDocument({ format: 1, artboards: [board('b'), board('c')], layers, ...more } as DocumentInput)
const values = (entries: Record<string, string>) => new Map(Object.entries(entries))

describe('a value', () => {
  it('is a picture when it is a sha256, in capitals and with spaces around it too', () => {
    expect(pictureOf(` ${sha('A')}\n`)).toBe(sha('a'))
    for (const other of [undefined, '', 'lemon.png', `${sha('a')}0`, sha('g')]) expect(pictureOf(other)).toBeUndefined()
  })

  it('is a colour in the long and in the short form', () => {
    expect(['#ff8800', '#FF880080', ' #F80 ', '#f808'].map(colourOf)).toEqual([
      '#ff8800',
      '#ff880080',
      '#ff8800',
      '#ff880088',
    ])
    for (const other of [undefined, '', 'orange', '#ff', '#ff88001', 'ff8800']) expect(colourOf(other)).toBeUndefined()
  })
})

describe('layers', () => {
  const fill = { kind: 'solid', colour: '#111111', variable: 'ground' }
  const document = make([
    image('i', { variable: 'fruit' }),
    text('t', { fill, visibleIf: 'sale' }),
    shape('s', { fill, stroke: { colour: '#222222', width: 2, variable: 'line' } }),
    shape('plain', { fill: { kind: 'solid', colour: '#333333' } }),
  ])

  it('take the picture and the colours of their variables', () => {
    const [i, t, s] = resolve(
      document,
      values({ fruit: sha('b'), ground: '#f80', line: '#00ff00', sale: 'yes' }),
    ).layers
    expect(i).toMatchObject({ asset: sha('b') })
    expect(t).toMatchObject({ fill: { colour: '#ff8800' }, hidden: false })
    expect(s).toMatchObject({ fill: { colour: '#ff8800' }, stroke: { colour: '#00ff00', width: 2 } })
  })

  it('keep their own while the value is none', () => {
    const [i, , s] = resolve(document, values({ fruit: 'lemon.png', ground: 'orange' })).layers
    expect(i).toBe(document.layers[0])
    expect(s).toBe(document.layers[2])
  })

  it('are hidden by a no and by a variable that nobody has', () => {
    const hidden = (entries: Record<string, string>) => resolve(document, values(entries)).layers[1]!.hidden
    expect([{ sale: 'no' }, { sale: '' }, { sale: '否' }, {}].map((entries) => hidden(entries as never))).toEqual(
      Array(4).fill(true),
    )
    expect(hidden({ sale: '1' })).toBe(false)
  })

  it('that hang on nothing stay the same objects', () => {
    expect(resolve(document, values({ ground: '#fff' })).layers[3]).toBe(document.layers[3])
  })

  it('say what they hang on', () => {
    expect(bindingsOf(document.layers[2]!)).toEqual([
      { variable: 'ground', as: 'fill' },
      { variable: 'line', as: 'stroke' },
    ])
    expect(hangingOn(document, new Set(['sale', 'fruit'])).map(({ id }) => id)).toEqual(['i', 't'])
  })
})

describe('pictures', () => {
  const document = make(
    [
      image('i', { variable: 'fruit' }),
      image('off', { asset: sha('c'), visibleIf: 'sale' }),
      group('g', { visibleIf: 'sale' }),
      image('in', { asset: sha('d'), parent: 'g' }),
      image('hidden', { asset: sha('5'), hidden: true }),
    ],
    {
      variables: [variable('fruit', sha('b')), variable('sale', 'no'), variable('note', sha('9'))],
      columns: [
        { type: 'column', id: 'k1', name: 'fruit', kind: 'picture', order: 1 },
        { type: 'column', id: 'k2', name: 'words', order: 2 },
      ],
      rows: [{ type: 'row', id: 'r1', order: 1, cells: { k1: sha('e'), k2: sha('f') } }],
      plans: [
        {
          type: 'plan',
          id: 'p1',
          spec: {
            artboards: [{ id: 'b' }],
            pictures: [{ fruit: sha('7') }, { fruit: { model: 'm', inputs: [sha('8')] } }],
          },
        },
      ],
    },
  )

  it('of an artboard are those that its values show', () => {
    expect(assetsOf(document, 'b')).toEqual([sha('b')])
    expect(assetsOf(withValues(document, { fruit: sha('e'), sale: 'yes' }), 'b')).toEqual([
      sha('c'),
      sha('d'),
      sha('e'),
    ])
  })

  it('of a project are all that it may ever show: values, cells and plans', () => {
    expect(everyAssetOf(document)).toEqual(['5', '7', '8', 'a', 'b', 'c', 'd', 'e'].map(sha))
  })
})

describe('a file of one artboard', () => {
  it('carries what is seen there, and neither table nor plans', () => {
    const document = make(
      [
        text('t', { text: '{{headline}}' }),
        text('other', { parent: 'c', text: '{{secret}}' }),
        group('g', { visibleIf: 'sale' }),
        text('in', { parent: 'g', text: '{{price}}' }),
      ],
      {
        variables: [variable('headline', 'Peel'), variable('secret'), variable('sale', '0'), variable('price', '3')],
        columns: [{ type: 'column', id: 'k', name: 'headline', order: 1 }],
        rows: [{ type: 'row', id: 'r', order: 1, cells: { k: 'a customer' } }],
      },
    )
    const part = onlyArtboard(document, 'b')
    expect(part.layers.map(({ id }) => id)).toEqual(['t'])
    expect(part.variables.map(({ id }) => id)).toEqual(['headline'])
    expect(part).toMatchObject({ columns: [], rows: [], plans: [] })
    expect(parseDocument(part)).toEqual(part)
  })
})
