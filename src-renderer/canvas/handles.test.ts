import { describe, expect, test } from 'vitest'
import { placeIn } from './geometry.ts'
import { cursorOf, draggedBox, gripAt, handlesOf, turnedBy } from './handles.ts'

const box = { x: 100, y: 100, width: 200, height: 100, rotation: 0 }
const plain = { ratio: false, centre: false }

describe('taking hold', () => {
  test('corners resize, the space outside them turns, the inside does neither', () => {
    expect(gripAt(box, { x: 302, y: 198 }, 1)).toEqual({ kind: 'resize', handle: { across: 1, down: 1 } })
    expect(gripAt(box, { x: 312, y: 212 }, 1)).toEqual({ kind: 'turn', handle: { across: 1, down: 1 } })
    expect(gripAt(box, { x: 285, y: 185 }, 1)).toBeUndefined()
    expect(gripAt(box, { x: 200, y: 101 }, 1)).toEqual({ kind: 'resize', handle: { across: 0.5, down: 0 } })
  })

  test('a turned box is held where its corners are seen', () => {
    const turned = { ...box, rotation: 30 }
    expect(gripAt(turned, placeIn(turned, 0, 1), 1)).toMatchObject({ kind: 'resize', handle: { across: 0, down: 1 } })
  })

  test('a small box has only corners', () => {
    expect(handlesOf(box, 0.1)).toHaveLength(4)
    expect(handlesOf(box, 1)).toHaveLength(8)
  })

  test('the arrow follows the angle', () => {
    const grip = { kind: 'resize', handle: { across: 1, down: 0.5 } } as const
    expect(cursorOf(grip, box)).toBe('ew-resize')
    expect(cursorOf(grip, { ...box, rotation: 90 })).toBe('ns-resize')
    expect(cursorOf(grip, { ...box, rotation: 45 })).toBe('nwse-resize')
  })
})

describe('dragging a handle', () => {
  test('the opposite corner stays', () => {
    expect(draggedBox(box, { across: 1, down: 1 }, { x: 20, y: 30 }, plain)).toMatchObject({
      x: 100,
      y: 100,
      width: 220,
      height: 130,
    })
    expect(draggedBox(box, { across: 0, down: 0 }, { x: 20, y: 30 }, plain)).toMatchObject({
      x: 120,
      y: 130,
      width: 180,
      height: 70,
    })
  })

  test('a side changes one length', () => {
    expect(draggedBox(box, { across: 1, down: 0.5 }, { x: 50, y: 99 }, plain)).toMatchObject({
      width: 250,
      height: 100,
      y: 100,
    })
  })

  test('in proportion, both', () => {
    const { width, height } = draggedBox(box, { across: 1, down: 1 }, { x: 200, y: 0 }, { ratio: true, centre: false })
    expect([width, height]).toEqual([400, 200])
  })

  test('about the centre, to both sides', () => {
    expect(draggedBox(box, { across: 1, down: 0.5 }, { x: 10, y: 0 }, { ratio: false, centre: true })).toMatchObject({
      x: 90,
      width: 220,
    })
  })

  test('a turned box keeps the opposite corner where it is seen', () => {
    for (const rotation of [15, 90, 200]) {
      const turned = { ...box, rotation }
      const grown = draggedBox(turned, { across: 1, down: 1 }, { x: 17, y: -40 }, plain)
      expect(placeIn(grown, 0, 0).x).toBeCloseTo(placeIn(turned, 0, 0).x, 6)
      expect(placeIn(grown, 0, 0).y).toBeCloseTo(placeIn(turned, 0, 0).y, 6)
    }
  })

  test('never goes through itself', () => {
    expect(draggedBox(box, { across: 1, down: 1 }, { x: -900, y: -900 }, plain)).toMatchObject({ width: 1, height: 1 })
  })
})

test('turning snaps to what is seen', () => {
  const turned = { ...box, rotation: 7 }
  const by = turnedBy(turned, { x: 400, y: 150 }, { x: 390, y: 190 }, true)
  expect((turned.rotation + by) % 15).toBeCloseTo(0, 6)
})
