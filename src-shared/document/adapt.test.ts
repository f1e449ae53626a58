import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MEASURED_AT, type TextMeasurer } from '../scene/layout.ts'
import { overflowsOf } from '../scene/overflow.ts'
import { adaptArtboard, type Size } from './adapt.ts'
import { type Document, type DocumentInput, parseDocument } from './document.ts'
import type { Layer } from './layers/kinds.ts'
import { CONSTRAINTS } from './layers/layer.ts'

const board = { type: 'artboard', id: 'b', name: 'Poster', width: 1000, height: 1000, dpi: 72 } as const
let order = 0
const layer = (type: string, id: string, props: object) => ({ type, id, parent: 'b', order: order++, ...props })
type Box = [x: number, y: number, width: number, height: number]
const box = ([x, y, width, height]: Box) => ({ x, y, width, height })
const shape = (id: string, at: Box, props = {}) =>
  layer('shape', id, { ...box(at), shape: { kind: 'rectangle' }, ...props })
const star = (id: string, at: Box, props = {}) => shape(id, at, { shape: { kind: 'star' }, ...props })
const image = (id: string, at: Box, props = {}) => layer('image', id, { ...box(at), asset: 'a'.repeat(64), ...props })
const text = (id: string, at: Box, props = {}) =>
  layer('text', id, { ...box(at), text: 'Peel', family: 'Inter', size: 100, ...props })
const group = (id: string, at: Box, props = {}) => layer('group', id, { ...box(at), ...props })
const make = (layers: object[], artboard: object = {}): Document =>
  parseDocument({ format: 1, artboards: [{ ...board, ...artboard }], layers } as DocumentInput)
const adapt = (layers: object[], width: number, height: number, artboard: object = {}) => {
  const adapted = adaptArtboard(make(layers, artboard), 'b', { name: 'Other', width, height })
  return new Map(adapted.layers.map((each) => [each.id, each]))
}
const boxOf = ({ x, y, width, height }: Layer): Box => [x, y, width, height]
const boxes = (layers: object[], width: number, height: number, artboard: object = {}) =>
  Object.fromEntries([...adapt(layers, width, height, artboard)].map(([id, each]) => [id, boxOf(each)]))

describe('an artboard at another size', () => {
  it('is the only one of its document, under its id, with the size asked for', () => {
    const document = parseDocument({
      format: 1,
      artboards: [board, { ...board, id: 'c' }],
      layers: [shape('s', [0, 0, 10, 10]), { ...shape('other', [0, 0, 10, 10]), parent: 'c' }],
    } as DocumentInput)
    const adapted = adaptArtboard(document, 'b', { name: 'Story', width: 500, height: 900, dpi: 300 })
    expect(adapted.artboards).toEqual([{ ...document.artboards[0], name: 'Story', width: 500, height: 900, dpi: 300 }])
    expect(adapted.layers.map(({ id }) => id)).toEqual(['s'])
    expect(parseDocument(adapted)).toEqual(adapted)
  })

  it('of the same shape is scaled and nothing else', () => {
    const layers = [
      image('i', [0, 0, 1000, 400], { cornerRadius: 10 }),
      text('t', [100, 500, 333, 90], { fit: 'shrink', minSize: 20 }),
      star('s', [700, 700, 200, 200], { rotation: 30, stroke: { colour: '#000000', width: 4, dash: [8, 2] } }),
    ]
    const half = adapt(layers, 500, 500)
    expect([...half.values()].map(boxOf)).toEqual([
      [0, 0, 500, 200],
      [50, 250, 166.5, 45],
      [350, 350, 100, 100],
    ])
    expect(half.get('i')).toMatchObject({ cornerRadius: 5 })
    expect(half.get('t')).toMatchObject({ size: 50, minSize: 10 })
    expect(half.get('s')).toMatchObject({ rotation: 30, stroke: { width: 2, dash: [4, 1] } })
  })
})

describe('a constraint', () => {
  const one = (horizontal: string, width = 2000) =>
    boxes([shape('s', [100, 100, 200, 200], { constraints: { horizontal, vertical: 'start' } })], width, 1000).s

  it.each([
    ['start', [100, 200]],
    ['center', [1000 + 100 - 500, 200]],
    ['end', [1100, 200]],
    ['stretch', [100, 1200]],
    ['scale', [200, 400]],
    // The shorter change is none: its size stays, and an eighth of the free room lies before it.
    ['fit', [100 + 1000 / 8, 200]],
  ])('%s', (constraint, [x, width]) => {
    expect(one(constraint)).toEqual([x, 100, width, 200])
  })

  it('keeps inside what was inside, and gives way where margins leave no room', () => {
    expect(one('start', 250)).toEqual([50, 100, 200, 200])
    expect(one('end', 150)).toEqual([0, 100, 150, 200])
    expect(boxes([shape('s', [400, 0, 200, 9], { constraints: { horizontal: 'stretch' } })], 500, 1000).s).toEqual([
      200, 0, 100, 4.5,
    ])
  })

  it('keeps letters, strokes and corners when it pins, and scales them when it fits', () => {
    const parts = (horizontal: string, vertical: string) => {
      const constraints = { horizontal, vertical }
      const all = adapt(
        [
          text('t', [0, 0, 100, 100], { constraints }),
          shape('s', [0, 0, 100, 100], {
            constraints,
            shape: { kind: 'rectangle', cornerRadius: 8 },
            stroke: { colour: '#000000', width: 6 },
          }),
        ],
        500,
        500,
      )
      const [t, s] = [all.get('t') as { size: number }, all.get('s') as Extract<Layer, { type: 'shape' }>]
      return [t.size, s.stroke!.width, (s.shape as { cornerRadius: number }).cornerRadius]
    }
    expect(parts('start', 'end')).toEqual([100, 6, 8])
    expect(parts('stretch', 'center')).toEqual([100, 6, 8])
    expect(parts('fit', 'fit')).toEqual([50, 3, 4])
    expect(parts('start', 'scale')).toEqual([50, 3, 4])
  })

  it('counts in a group from the group', () => {
    const pinned = { constraints: { horizontal: 'end', vertical: 'start' } }
    const all = boxes(
      [
        group('g', [500, 0, 400, 400], { constraints: { horizontal: 'stretch', vertical: 'start' } }),
        { ...shape('in', [800, 10, 50, 50], pinned), parent: 'g' },
      ],
      1500,
      1000,
    )
    expect(all.g).toEqual([500, 0, 900, 400])
    expect(all.in).toEqual([1300, 10, 50, 50])
  })
})

describe('layers without constraints', () => {
  it('cover what they covered, with the bleed that the paper needs', () => {
    const bled = { bleedMm: 25.4, dpi: 30 }
    expect(boxes([image('i', [-30, -30, 1060, 1060])], 2000, 1000, bled).i).toEqual([-30, -30, 2060, 1060])
    // Scaled it would be 15 px, but an inch is 30 still.
    expect(boxes([image('i', [-30, -30, 1060, 1060])], 500, 500, bled).i).toEqual([-30, -30, 560, 560])
  })

  it('reach from margin to margin when they did', () => {
    const all = boxes([text('t', [60, 100, 880, 100]), shape('rule', [60, 300, 880, 10])], 2000, 1000)
    expect(all.t).toEqual([60, 100, 1880, 100])
    expect(all.rule).toEqual([60, 300, 1880, 10])
  })

  it('keep their shape and stay in their corner, their middle, their edge', () => {
    const corners = [
      star('nw', [50, 50, 100, 100]),
      star('ne', [850, 50, 100, 100]),
      star('mid', [450, 450, 100, 100]),
      star('se', [850, 850, 100, 100]),
    ]
    expect(boxes(corners, 2000, 1000)).toEqual({
      nw: [50, 50, 100, 100],
      ne: [1850, 50, 100, 100],
      mid: [950, 450, 100, 100],
      se: [1850, 850, 100, 100],
    })
  })

  it('give most of the room to a picture, and what stands on it goes with it', () => {
    const all = boxes(
      [
        image('i', [0, 0, 1000, 600]),
        star('badge', [800, 450, 100, 100]),
        text('t', [60, 700, 880, 200], { fit: 'fixed' }),
      ],
      1000,
      1300,
    )
    // 300 px of room: the 500 px of picture beside the badge take three times as much per px as the gap of 100 px below.
    expect(all.i).toEqual([0, 0, 1000, 600 + 281.25])
    // 450 of those 500 px are above the badge.
    expect(all.badge).toEqual([800, 450 + 253.125, 100, 100])
    expect(all.t).toEqual([60, 1000, 880, 200])
  })

  it('that lie on each other move as one', () => {
    const all = boxes(
      [
        shape('pill', [100, 850, 200, 60], { shape: { kind: 'rectangle', cornerRadius: 30 } }),
        text('label', [130, 860, 140, 40], { fit: 'shrink' }),
      ],
      2000,
      2000,
    )
    const [pill, label] = [all.pill!, all.label!]
    expect([label[0] - pill[0], label[1] - pill[1]]).toEqual([60, 20])
    expect(pill.slice(2)).toEqual([400, 120])
  })

  it('that ran off the edge run off it still', () => {
    const [x, , width] = boxes(
      [shape('bar', [600, 0, 400, 300]), star('s', [100, 0, 800, 300], { shape: { kind: 'ellipse' } })],
      2000,
      1000,
    ).bar!
    expect(x + width).toBe(2000)
  })

  it('are never distorted: a picture that fills its box is cropped instead', () => {
    const adapted = adapt([image('i', [0, 0, 1000, 1000], { fit: 'fill' })], 2000, 1000).get('i')
    expect(adapted).toMatchObject({ fit: 'cover', width: 2000, height: 1000 })
    expect(adapt([image('i', [0, 0, 1000, 1000], { fit: 'fill' })], 500, 500).get('i')).toMatchObject({ fit: 'fill' })
  })
})

/** Every letter is half an em wide. */
const measure: TextMeasurer = (written) => {
  const width = [...written].length * 0.5 * MEASURED_AT
  return { width, left: 0, right: width }
}

describe('whatever the document', () => {
  const within = (least: number, most: number) => fc.integer({ min: least, max: most })
  const sizes = fc.record({ name: fc.constant('Other'), width: within(334, 3000), height: within(334, 3000) })
  const inside = fc
    .tuple(within(0, 900), within(0, 900), within(20, 1000), within(20, 1000))
    .map(([x, y, width, height]): Box => [x, y, Math.min(width, 1000 - x), Math.min(height, 1000 - y)])
  const constraints = fc.option(
    fc.record({ horizontal: fc.constantFrom(...CONSTRAINTS), vertical: fc.constantFrom(...CONSTRAINTS) }),
    { nil: undefined },
  )
  const layers = fc.array(
    fc
      .tuple(inside, fc.constantFrom('image', 'shape', 'text', 'ellipse'), constraints)
      .map(([at, kind, constraints]) => ({ at, kind, props: constraints ? { constraints } : {} })),
    { minLength: 1, maxLength: 12 },
  )
  const documents = layers.map((list) =>
    make(
      list.map(({ at, kind, props }, index) => {
        const id = `l${index}`
        if (kind === 'image') return image(id, at, props)
        if (kind === 'text') return text(id, at, { ...props, text: 'Peel the whole day', fit: 'shrink', minSize: 8 })
        return shape(id, at, { ...props, shape: { kind: kind === 'ellipse' ? 'ellipse' : 'rectangle' } })
      }),
    ),
  )

  it('nothing that was inside leaves, and no box turns inside out', () => {
    fc.assert(
      fc.property(documents, sizes, (document, size: Size) => {
        for (const { x, y, width, height } of adaptArtboard(document, 'b', size).layers) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.01)
          expect(x + width).toBeLessThanOrEqual(size.width + 0.01)
          expect(y + height).toBeLessThanOrEqual(size.height + 0.01)
          expect(Math.min(width, height)).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('a text that shrank into its box does so still', () => {
    const over = (document: Document) =>
      new Set(overflowsOf(document, 'b', measure).flatMap(({ layer, how }) => (how === 'over' ? [layer] : [])))
    fc.assert(
      fc.property(documents, sizes, (document, size: Size) => {
        const before = over(document)
        for (const id of over(adaptArtboard(document, 'b', size))) expect(before).toContain(id)
      }),
    )
  })

  it('nothing that was apart overlaps where nobody has chosen constraints', () => {
    const apart = ([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box, hair = 0) =>
      ax + aw <= bx + hair || bx + bw <= ax + hair || ay + ah <= by + hair || by + bh <= ay + hair
    fc.assert(
      fc.property(documents, sizes, (document, size: Size) => {
        const free = { ...document, layers: document.layers.map(({ constraints: _, ...rest }) => rest as Layer) }
        const after = new Map(adaptArtboard(free, 'b', size).layers.map((each) => [each.id, boxOf(each)]))
        for (const [i, a] of free.layers.entries())
          for (const b of free.layers.slice(i + 1))
            if (apart(boxOf(a), boxOf(b))) expect(apart(after.get(a.id)!, after.get(b.id)!, 0.01)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('its own size changes nothing', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const free = { ...document, layers: document.layers.map(({ constraints: _, ...rest }) => rest as Layer) }
        expect(adaptArtboard(free, 'b', { name: 'Poster', width: 1000, height: 1000 })).toEqual(free)
      }),
    )
  })
})
