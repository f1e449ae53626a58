import { describe, expect, it } from 'vitest'
import { parseDocument } from '../document/document.ts'
import { withValues } from '../document/variables.ts'
import { MEASURED_AT, type TextMeasurer } from './layout.ts'
import { overflowsOf } from './overflow.ts'
import { makeScene } from './scene.ts'

/** Every letter is half an em wide. */
const measure: TextMeasurer = (text) => {
  const width = [...text].length * 0.5 * MEASURED_AT
  return { width, left: 0, right: width }
}
const box = { parent: 'b', order: 1, x: 10, y: 20, width: 100, height: 20 }
const text = (more = {}) => ({ ...box, type: 'text', id: 't', text: '{{what}}', family: 'Inter', size: 20, ...more })
const make = (...layers: object[]) =>
  parseDocument({ format: 1, artboards: [{ type: 'artboard', id: 'b', width: 300, height: 200 }], layers })
const overflows = (what: string, more = {}) => overflowsOf(withValues(make(text(more)), { what }), 'b', measure)
const node = (what: string, more = {}) => makeScene(withValues(make(text(more)), { what }), 'b', measure).nodes[0]!
const LONG = 'one two three four five six'

describe('a text', () => {
  it('that fits is not told', () => {
    expect(overflows('one two')).toEqual([])
  })

  it('that runs over is told with how far', () => {
    const [found, ...more] = overflows(LONG, { name: 'Headline', lineHeight: 1 })
    expect(more).toEqual([])
    // Three lines of ten letters: two line heights and the capitals of one.
    const { layout } = node(LONG, { lineHeight: 1 }) as unknown as { layout: { height: number } }
    expect(found).toEqual({ layer: 't', name: 'Headline', how: 'over', by: layout.height - 20 })
  })

  it('that shrinks is told with what it lost, and as over when it cannot', () => {
    const [shrunk] = overflows(LONG, { fit: 'shrink', minSize: 1 })
    expect(shrunk).toMatchObject({ layer: 't', name: 't', how: 'shrunk' })
    expect(shrunk!.by).toBeGreaterThan(0)
    expect(overflows(LONG, { fit: 'shrink', minSize: 19 })).toMatchObject([{ how: 'over' }])
  })

  it('of a cut word is over by what the box lacks for it', () => {
    expect(overflows('extraordinarily', { height: 200 })).toEqual([
      { layer: 't', name: 't', how: 'over', by: expect.closeTo(50) },
    ])
  })

  it('that is not seen is not told', () => {
    expect(overflows(LONG, { visibleIf: 'sale' })).toEqual([])
  })
})

describe('a box that grows', () => {
  const wrap = { fit: 'wrap', lineHeight: 1 }

  it.each([
    ['top', (more: number) => ({ y: 20, height: 20 + more })],
    ['bottom', (more: number) => ({ y: 20 - more, height: 20 + more })],
    ['middle', (more: number) => ({ y: 20 - more / 2, height: 20 + more })],
  ] as const)('does so away from the %s', (verticalAlign, expected) => {
    const grown = node(LONG, { ...wrap, verticalAlign })
    const { y, height } = expected(grown.height - 20)
    expect(grown.height).toBeGreaterThan(50)
    expect(grown.y).toBeCloseTo(y)
    expect(grown.height).toBeCloseTo(height)
    expect(grown).toMatchObject({ x: 10, width: 100, overflows: false })
  })

  it('keeps its edge in place when it is turned', () => {
    const grown = node(LONG, { ...wrap, rotation: 90 })
    // Its top is the right side: the middle of that side stays where it was.
    expect(grown.x + grown.width / 2 + grown.height / 2).toBeCloseTo(10 + 50 + 10)
    expect(grown.y + grown.height / 2).toBeCloseTo(30)
  })

  it.each([
    ['left', 10],
    ['right', 10 + 30 - 70],
    ['center', 10 + 15 - 35],
  ] as const)('of columns grows sideways from the %s', (align, x) => {
    const grown = node('橙子\n汽水\n夏季\n限定', {
      ...{ ...wrap, direction: 'vertical', language: 'zh', align, width: 30, height: 100, size: 20 },
      family: 'Noto Sans SC',
    })
    expect(grown.width).toBeCloseTo(70)
    expect(grown.x).toBeCloseTo(x)
    expect(grown.height).toBe(100)
  })

  it('is told when it grows out of the artboard, and not before', () => {
    expect(overflows(LONG, wrap)).toEqual([])
    const [found] = overflows(LONG, { ...wrap, y: 170 })
    expect(found).toMatchObject({ how: 'over' })
    expect(found!.by).toBeCloseTo(170 + node(LONG, wrap).height - 200)
  })

  it('never shrinks below what was drawn', () => {
    expect(node('one', { ...wrap, height: 90 })).toMatchObject({ y: 20, height: 90 })
  })
})
