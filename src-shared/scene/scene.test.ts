import { describe, expect, it } from 'vitest'
import { parseDocument } from '../document/document.ts'
import { segmentsOf } from './dieline.ts'
import { extentOf } from './extent.ts'
import { MEASURED_AT, type TextMeasurer } from './layout.ts'
import { maskAlpha } from './mask.ts'
import type { SceneNode } from './node.ts'
import { drawnSize } from './pictures.ts'
import { makeScene, nodeOf, sceneContext, textExtent } from './scene.ts'

let measured = 0
const measure: TextMeasurer = (text) => {
  measured++
  const width = [...text].length * 0.5 * MEASURED_AT
  return { width, left: 0, right: width }
}
const board = { type: 'artboard', id: 'b', width: 300, height: 200, dpi: 300, bleedMm: 3 } as const
const box = { parent: 'b', order: 1, x: 10, y: 20, width: 100, height: 50 }
const shape = (id: string, more = {}) => ({ ...box, type: 'shape', id, shape: { kind: 'rectangle' }, ...more })
const text = (id: string, more = {}) => ({
  ...box,
  type: 'text',
  id,
  text: 'Peel {{what}}',
  family: 'Inter',
  size: 20,
  ...more,
})
const group = (id: string, more = {}) => ({ ...box, type: 'group', id, ...more })
const dieline = (id: string) => ({ ...box, type: 'dieline', id, viewBox: [0, 0, 1, 1], paths: [{ d: 'M0 0L1 1' }] })
const make = (...layers: object[]) =>
  parseDocument({ format: 1, artboards: [board], layers, variables: [{ type: 'variable', id: 'what', value: 'day' }] })
const ids = (nodes: SceneNode[]): unknown[] =>
  nodes.map((node) => (node.kind === 'group' ? [node.id, ...ids(node.children)] : node.id))

describe('a scene', () => {
  it('leaves dielines out unless they are asked for', () => {
    const document = make(shape('s'), dieline('d'))
    expect(ids(makeScene(document, 'b', measure).nodes)).toEqual(['s'])
    expect(ids(makeScene(document, 'b', measure, { dielines: true }).nodes)).toEqual(['d', 's'])
  })

  it('is as large as the artboard, or with its bleed in whole px all around', () => {
    expect(makeScene(make(), 'b', measure)).toMatchObject({ x: 0, y: 0, width: 300, height: 200 })
    // 3 mm at 300 dpi are 35.4 px.
    expect(makeScene(make(), 'b', measure, { bleed: true })).toMatchObject({ x: -35, y: -35, width: 370, height: 270 })
  })

  it('tells that a text overflows', () => {
    const node = (more: object) => makeScene(make(text('t', more)), 'b', measure).nodes[0]
    expect(node({})).toMatchObject({ kind: 'text', overflows: false })
    expect(node({ height: 5 })).toMatchObject({ kind: 'text', overflows: true })
  })

  it('has something instead of a layer that cannot be drawn, when it is told what', () => {
    const document = make(group('g'), text('t', { parent: 'g', family: 'Comic Sans' }), shape('s', { parent: 'g' }))
    expect(() => makeScene(document, 'b', measure)).toThrow('no font family "Comic Sans"')
    const failed: string[] = []
    const context = sceneContext(document, measure)
    context.instead = (layer, thrown) => {
      failed.push(`${layer.id}: ${(thrown as Error).message}`)
      return nodeOf({ ...layer, family: 'Inter' } as typeof layer, context)
    }
    const node = nodeOf(document.layers.find(({ id }) => id === 'g')!, context)
    expect(ids([node])).toEqual([['g', 's', 't']])
    expect(failed).toEqual(['t: no font family "Comic Sans"'])
  })

  it('isolates a group with a mask', () => {
    const mask = { asset: 'a'.repeat(64) }
    expect(makeScene(make(group('g', { mask })), 'b', measure).nodes[0]).toMatchObject({ isolated: true })
    expect(makeScene(make(group('g')), 'b', measure).nodes[0]).toMatchObject({ isolated: false })
  })
})

describe('a selection', () => {
  const document = make(
    shape('below'),
    group('g', { order: 2, width: 40, height: 40 }),
    shape('in', { parent: 'g', x: 20, y: 30, width: 10, height: 10 }),
    shape('beside', { parent: 'g' }),
    group('whole', { order: 3 }),
    shape('child', { parent: 'whole' }),
  )
  const only = (...layers: string[]) => makeScene(document, 'b', measure, { only: layers })

  it('is drawn on nothing, as large as its layers', () => {
    expect(only('below')).toMatchObject({ background: null, x: 10, y: 20, width: 100, height: 50 })
    expect(ids(only('below').nodes)).toEqual(['below'])
  })

  it('keeps what a chosen group holds, and the group of a chosen layer but not its siblings', () => {
    expect(ids(only('whole', 'in').nodes)).toEqual([
      ['g', 'in'],
      ['whole', 'child'],
    ])
    expect(only('in')).toMatchObject({ x: 20, y: 30, width: 10, height: 10 })
  })

  it('has room for ink that hangs out of the boxes', () => {
    const stroked = make(shape('s', { stroke: { colour: '#000000', width: 10 } }))
    expect(makeScene(stroked, 'b', measure, { only: ['s'] })).toMatchObject({
      ...{ x: 5, y: 15, width: 110, height: 60 },
      boxes: { x: 10, y: 20, width: 100, height: 50 },
    })
  })

  it('of a layer that is not there is one typed error', () => {
    expect(() => only('gone')).toThrow(/no layer "gone"/)
  })

  it('of hidden layers only is one empty pixel', () => {
    expect(makeScene(make(shape('s', { hidden: true })), 'b', measure, { only: ['s'] })).toMatchObject({
      ...{ width: 1, height: 1 },
      nodes: [],
    })
  })
})

describe('extents', () => {
  it('turn with the layer and with the group around it', () => {
    const turned = make(group('g', { x: 0, y: 0, width: 100, height: 100, rotation: 90 }), shape('s', { parent: 'g' }))
    const extent = extentOf(makeScene(turned, 'b', measure).nodes[0]!)
    // (10, 20)–(110, 70) a quarter turn clockwise about (50, 50).
    expect(extent.x).toBeCloseTo(30)
    expect(extent.y).toBeCloseTo(10)
    expect(extent.width).toBeCloseTo(50)
    expect(extent.height).toBeCloseTo(100)
  })
})

describe('one layer', () => {
  it('is made alone, and its text is not laid out again when only its place changes', () => {
    const document = make(text('t'))
    const context = sceneContext(document, measure)
    const first = nodeOf(document.layers[0]!, context)
    const before = measured
    const moved = nodeOf({ ...document.layers[0]!, x: 99, rotation: 5 }, context)
    expect(measured).toBe(before)
    expect(moved).toEqual({ ...first, x: 99, rotation: 5 })
    const wider = nodeOf({ ...document.layers[0]!, width: 60 }, context)
    expect(wider).not.toMatchObject({ layout: (first as { layout: unknown }).layout })
  })

  it('gives the natural size of its text, holes filled', () => {
    const [layer] = make(text('t')).layers
    if (layer?.type !== 'text') throw new Error('no text')
    const { width } = textExtent(layer, new Map([['what', 'day']]), measure)
    expect(width).toBeCloseTo('Peel day'.length * 10)
    expect(textExtent(layer, new Map([['what', 'day']]), measure, 50).height).toBeGreaterThan(20)
  })
})

describe('a mask', () => {
  it('is as opaque as its picture is light: white shows, black and clear hide', () => {
    const pixels = [
      255, 255, 255, 255, 0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 0, 255, 0, 0, 255, 200, 200, 200, 51,
    ]
    expect([...maskAlpha(pixels)].filter((_, i) => i % 4 === 3)).toEqual([255, 0, 128, 0, 54, 40])
    expect([...maskAlpha(pixels)].filter((_, i) => i % 4 !== 3).every((value) => value === 0)).toBe(true)
  })

  it('keeps every grey exactly', () => {
    for (let grey = 0; grey < 256; grey++) expect(maskAlpha([grey, grey, grey, 255])[3]).toBe(grey)
  })
})

describe('path data', () => {
  it('is read with its shorthands, up to the first mistake', () => {
    expect(segmentsOf({ d: 'M1-2 3.5.5L1e1,2ZM0 0Q1 1 2 2C1 2 3 4 5 6Z' })).toEqual([
      ['M', 1, -2],
      ['L', 3.5, 0.5],
      ['L', 10, 2],
      ['Z'],
      ['M', 0, 0],
      ['Q', 1, 1, 2, 2],
      ['C', 1, 2, 3, 4, 5, 6],
      ['Z'],
    ])
    expect(segmentsOf({ d: 'M0 0L5M9 9' })).toEqual([['M', 0, 0]])
  })
})

describe('the size of a picture', () => {
  it('is the one at which its part in the layer needs no scaling', () => {
    const [layer] = make({
      ...box,
      type: 'image',
      id: 'i',
      asset: 'a'.repeat(64),
      crop: { x: 0.5, y: 0, width: 0.5, height: 1 },
    }).layers
    if (layer?.type !== 'image') throw new Error('no picture')
    const picture = { width: 400, height: 100 }
    expect(drawnSize(layer, picture, 2)).toEqual({ width: 400, height: 100 })
    expect(drawnSize({ ...layer, fit: 'fill', height: 200 }, picture, 1)).toEqual({ width: 200, height: 200 })
    expect(drawnSize({ ...layer, fit: 'tile', tileSize: 40 }, picture, 1)).toEqual({ width: 40, height: 10 })
    expect(drawnSize({ ...layer, width: 0 }, picture, 1)).toEqual({ width: 1, height: 50 })
  })
})
