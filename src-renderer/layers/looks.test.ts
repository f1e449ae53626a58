import { describe, expect, it } from 'vitest'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import { documentColours } from './colours.ts'
import { densityOf, isForPrint } from './density.ts'
import * as fills from './fills.ts'
import { artboard, documentOf, group, image, shape, storeOf, text, treeOf } from './fixtures.ts'
import { fromPx, toPx } from './lengths.ts'
import { putInBox, sized } from './transform.ts'

describe('fills', () => {
  const linear = fills.ofKind({ kind: 'solid', colour: '#ff0000' }, 'linear') as fills.Linear

  it('keep their colours when the kind changes', () => {
    expect(linear).toMatchObject({ stops: [{ at: 0, colour: '#ff0000' }, { at: 1 }] })
    expect(fills.ofKind(linear, 'radial')).toMatchObject({ stops: linear.stops })
    expect(fills.ofKind(linear, 'solid')).toEqual({ kind: 'solid', colour: '#ff0000' })
  })

  it.each([0, 45, 90, 135, 200, 315])('turn to %d°', (angle) =>
    expect(fills.angleOf(fills.atAngle(linear, angle))).toBe(angle),
  )

  it('take stops in and give them up, down to two', () => {
    const three = fills.withStopAt(linear, 0.5)
    expect(three.stops[2]).toEqual({ at: 0.5, colour: '#ff8080' })
    expect(fills.withoutStop(three, 2)).toEqual(linear)
    expect(fills.withoutStop(linear, 0)).toBe(linear)
    expect(fills.cssBar(three)).toBe('linear-gradient(90deg, #ff0000 0%, #ff8080 50%, #ffffff 100%)')
  })

  it('know their alpha', () => {
    expect(fills.alphaOf('#ff000080')).toBeCloseTo(0.5, 2)
    expect(fills.withAlpha('#ff000080', 1)).toBe('#ff0000')
    expect(fills.withAlpha('#ff0000', 0.5)).toBe('#ff000080')
  })
})

it('lists colours by use', () => {
  const document = documentOf(
    [artboard('p', { background: '#FFFFFF' })],
    [
      text('t', 'p', 1),
      shape('s', 'p', 2, { fill: { kind: 'solid', colour: '#ff7a1a' }, stroke: { colour: '#000000', width: 1 } }),
    ],
  )
  expect(documentColours(document)).toEqual(['#000000', '#ffffff', '#ff7a1a'])
})

describe('lengths', () => {
  it.each([
    ['px', 300],
    ['mm', 25.4],
    ['in', 1],
  ] as const)('in %s', (unit, value) => {
    expect(fromPx(300, unit, 300)).toBeCloseTo(value)
    expect(toPx(value, unit, 300)).toBeCloseTo(300)
  })
})

describe('boxes', () => {
  it('of groups take what they hold along', () => {
    const store = storeOf(
      [artboard('p')],
      [
        group('g', 'p', 1, { x: 100, y: 100, width: 200, height: 100 }),
        text('t', 'g', 1, { x: 150, y: 120, width: 50, height: 20, size: 10 }),
        shape('s', 'g', 2, { x: 200, y: 100, width: 40, height: 20, rotation: 90 }),
      ],
    )
    store.edit('size', (edit) => putInBox(treeOf(store), edit, store.layer('g')!, { x: 0, width: 400, height: 200 }))
    expect(store.layer('t')).toMatchObject({ x: 100, y: 140, width: 100, height: 40, size: 20 })
    store.undo()
    store.edit('size', (edit) => putInBox(treeOf(store), edit, store.layer('g')!, { width: 400 }))
    expect(store.layer('s')!.width).toBeCloseTo(40)
    expect(store.layer('s')!.height).toBeCloseTo(40)
  })

  it('keep their ratio when it is locked', () => {
    const layer = storeOf([artboard('p')], [shape('s', 'p', 1, { width: 200 })]).layer('s')!
    expect(sized(layer, 'height', 50, true)).toEqual({ width: 100, height: 50 })
    expect(sized(layer, 'height', 50, false)).toEqual({ height: 50 })
  })
})

describe('density', () => {
  const document = documentOf(
    [artboard('p', { dpi: 300, bleedMm: 3 })],
    [image('i', 'p', 1, { width: 1000, height: 500 })],
  )
  const layer = document.layers[0] as ImageLayer
  const board = document.artboards[0]!

  it.each([
    ['cover', 500, 500, 150],
    ['contain', 500, 500, 300],
    ['fill', 500, 500, 150],
    ['tile', 256, 256, 300],
  ] as const)('of a picture that is shown by %s', (fit, width, height, dpi) =>
    expect(densityOf({ ...layer, fit }, { width, height }, board)).toBeCloseTo(dpi),
  )

  it('halves with half of the picture', () =>
    expect(
      densityOf({ ...layer, crop: { x: 0, y: 0, width: 0.5, height: 0.5 } }, { width: 500, height: 500 }, board),
    ).toBeCloseTo(75))

  it('matters on paper', () => {
    expect(isForPrint(board)).toBe(true)
    expect(isForPrint({ ...board, dpi: 72, bleedMm: 0 })).toBe(false)
  })
})
