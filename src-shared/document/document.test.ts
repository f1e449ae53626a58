import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../errors.ts'
import { childrenOf, currentVersions, type DocumentInput, parseDocument, requireArtboard } from './document.ts'
import released from './fixtures/document-v1.json' with { type: 'json' }
import { assetsOf } from './resolve.ts'
import { fillHoles, holesOf, valuesOf, withValues } from './variables.ts'

const sha = (letter: string) => letter.repeat(64)
const board = { type: 'artboard', id: 'poster', width: 1080, height: 1440 } as const
const box = { parent: 'poster', order: 1, x: 0, y: 0, width: 100, height: 50 }
const text = (id: string, more = {}) => ({
  ...box,
  type: 'text' as const,
  id,
  text: 'Peel the day.',
  family: 'Inter',
  size: 40,
  ...more,
})
const image = (id: string, more = {}) => ({ ...box, type: 'image' as const, id, asset: sha('a'), ...more })
const group = (id: string, more = {}) => ({ ...box, type: 'group' as const, id, ...more })
const dieline = (id: string, more = {}) => ({
  ...box,
  type: 'dieline' as const,
  id,
  viewBox: [0, 0, 10, 10] as [number, number, number, number],
  paths: [{ d: 'M0 0L10 10' }],
  ...more,
})
const make = (...layers: DocumentInput['layers']): DocumentInput => ({ format: 1, artboards: [board], layers })
const thrownBy = (value: unknown): StudioError => {
  try {
    parseDocument(value)
  } catch (thrown) {
    if (thrown instanceof StudioError) return thrown
    throw thrown
  }
  throw new Error('accepted')
}

describe('a document', () => {
  it('gets every default, so that drawing never guesses', () => {
    const [layer] = parseDocument(make(text('headline'))).layers
    expect(layer).toMatchObject({
      opacity: 1,
      blend: 'normal',
      rotation: 0,
      hidden: false,
      lineHeight: 1.2,
      fit: 'fixed',
    })
  })

  it('stays itself when written and read again', () => {
    const document = parseDocument(make(text('a'), image('b'), group('c')))
    expect(parseDocument(JSON.parse(JSON.stringify(document)))).toEqual(document)
  })

  it('notes the version of each layer kind', () => {
    expect(parseDocument(make()).versions).toEqual(currentVersions())
    expect(currentVersions()).toEqual({ image: 1, text: 1, shape: 1, group: 1, dieline: 1 })
  })

  it('of every released version still opens (v1 as written by 0.1)', () => {
    const document = parseDocument(released)
    // What came later starts as the document had it without.
    const later = {
      image: { flipX: false, flipY: false },
      text: { direction: 'horizontal' },
      shape: {},
      group: {},
    } as const
    const layers = released.layers.map((layer) => ({ ...layer, ...later[layer.type as keyof typeof later] }))
    expect(document).toEqual({ columns: [], rows: [], plans: [], ...released, layers, versions: currentVersions() })
  })

  it('draws siblings in their order, equal ones by id', () => {
    const document = parseDocument(make(text('b', { order: 2 }), text('z', { order: 1 }), text('a', { order: 2 })))
    expect(childrenOf(document, 'poster').map(({ id }) => id)).toEqual(['z', 'a', 'b'])
  })

  it('lists the pictures that an artboard shows, also those in groups, not the hidden ones', () => {
    const document = parseDocument(
      make(
        group('g'),
        image('in', { parent: 'g', asset: sha('b') }),
        image('off', { asset: sha('c'), hidden: true }),
        image('top'),
      ),
    )
    expect(assetsOf(document, 'poster')).toEqual([sha('a'), sha('b')])
  })

  it('lists the masks among the pictures, of groups and texts too', () => {
    const mask = (letter: string) => ({ mask: { asset: sha(letter) } })
    const document = parseDocument(
      make(
        group('g', mask('1')),
        text('t', { parent: 'g', ...mask('2') }),
        text('off', { hidden: true, ...mask('3') }),
      ),
    )
    expect(assetsOf(document)).toEqual([sha('1'), sha('2')])
    expect(document.layers[0]!.mask).toEqual({ asset: sha('1'), invert: false })
  })

  it('names what it has when asked for another artboard', () => {
    expect(() => requireArtboard(parseDocument(make()), 'label')).toThrow(/no artboard "label"/)
  })
})

describe('a malformed document is one typed error that names the field', () => {
  it.each([
    ['null', null, ''],
    ['a list', [], ''],
    ['no layers', { format: 1, artboards: [] }, 'layers'],
    ['a text of 1 MB', make(text('t', { text: 'x'.repeat(1_000_000) })), 'layers.0.text'],
    ['an artboard of 20,001 px', { ...make(), artboards: [{ ...board, width: 20_001 }] }, 'artboards.0.width'],
    ['a size that is not a number', make(text('t', { size: Number.NaN })), 'layers.0.size'],
    ['a place at infinity', make(text('t', { x: Number.POSITIVE_INFINITY })), 'layers.0.x'],
    ['an unknown kind of layer', make({ ...text('t'), type: 'video' } as never), 'layers.0.type'],
    ['an unknown property', make(text('t', { onclick: 'x' })), 'layers.0'],
    ['a colour with a script', make(text('t', { fill: { kind: 'solid', colour: 'url(x)' } })), 'layers.0.fill.colour'],
    ['a picture by path', make(image('i', { asset: '/etc/passwd' })), 'layers.0.asset'],
    ['a mask by address', make(text('t', { mask: { asset: 'https://x' } })), 'layers.0.mask.asset'],
    ['a dieline with a script', make(dieline('d', { paths: [{ d: 'M0 0<script>' }] })), 'layers.0.paths.0.d'],
    ['a dieline in relative steps', make(dieline('d', { paths: [{ d: 'M0 0 l5 5' }] })), 'layers.0.paths.0.d'],
    ['a dieline of nothing', make(dieline('d', { viewBox: [0, 0, 0, 10] })), 'layers.0.viewBox.2'],
    ['two layers of one name', make(text('t'), text('t')), 'id'],
    ['a layer on nothing', make(text('t', { parent: 'gone' })), 'parent'],
    ['a layer in a picture', make(image('i'), text('t', { parent: 'i' })), 'parent'],
    ['a group in itself', make(group('g', { parent: 'g' })), 'parent'],
    ['groups in a circle', make(group('a', { parent: 'b' }), group('b', { parent: 'a' })), 'parent'],
    [
      'a hundred groups deep',
      make(...Array.from({ length: 100 }, (_, i) => group(`g${i}`, { parent: i ? `g${i - 1}` : 'poster' }))),
      'parent',
    ],
    ['six thousand layers', make(...Array.from({ length: 6000 }, (_, i) => text(`t${i}`))), 'layers'],
    ['format "one"', { ...make(), format: 'one' }, 'format'],
  ])('%s', (_, value, field) => {
    const error = thrownBy(value)
    expect(error.code).toBe('usage')
    expect(error.where?.field ?? '').toBe(field)
  })

  it('whatever it is', () => {
    const parts = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.anything(),
        fc.constantFrom(board, text('t'), group('g')),
        fc.record({ format: fc.constant(1), artboards: tie('value'), layers: tie('value'), versions: tie('value') }),
      ),
    }))
    fc.assert(
      fc.property(parts.value, (value) => {
        try {
          parseDocument(value)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(StudioError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a newer document or layer is refused, not half read', () => {
    expect(thrownBy({ ...make(), format: 2 }).code).toBe('unsupported')
    expect(thrownBy({ ...make(text('t')), versions: { text: 2 } }).code).toBe('unsupported')
  })
})

describe('variables', () => {
  const document = parseDocument({
    ...make(text('t', { text: '{{headline}}' })),
    variables: [{ type: 'variable', id: 'headline', value: 'Peel the day.' }],
  })

  it('fill the holes of a text', () => {
    expect(fillHoles('{{ headline }} {{brand}}', valuesOf(document, { brand: 'Zest' }))).toBe('Peel the day. Zest')
  })

  it('a hole that nothing fills stays visible', () => {
    expect(fillHoles('{{price}}', valuesOf(document))).toBe('{{price}}')
  })

  it('what they hold is not searched again', () => {
    expect(fillHoles('{{a}}', new Map([['a', '{{a}}$&']]))).toBe('{{a}}$&')
  })

  it('a row overrides the document', () => {
    expect(withValues(document, { headline: 'Zest!' }).variables).toEqual([
      { type: 'variable', id: 'headline', value: 'Zest!' },
    ])
    expect(holesOf('{{a}} {{b}} {{a}} {{ 产品 }} {{ two words }} {{!}} {{ }}')).toEqual(['a', 'b', '产品', 'two words'])
  })
})
