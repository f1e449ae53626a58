import { describe, expect, test } from 'vitest'
import { fitted, MAX_ZOOM, MIN_ZOOM, nextZoom, toDocument, toScreen, zoomedAt } from './camera.ts'

const camera = { zoom: 0.5, x: 100, y: 40 }

test('screen and document are each other’s reverse', () => {
  expect(toScreen(camera, { x: 300, y: 240 })).toEqual({ x: 100, y: 100 })
  expect(toDocument(camera, { x: 100, y: 100 })).toEqual({ x: 300, y: 240 })
})

test('zooming holds the point under the pointer', () => {
  const at = { x: 321, y: 87 }
  const before = toDocument(camera, at)
  for (const zoom of [0.01, 1, 3.7, 256]) {
    const after = toDocument(zoomedAt(camera, zoom, at), at)
    expect(after.x).toBeCloseTo(before.x, 6)
    expect(after.y).toBeCloseTo(before.y, 6)
  }
})

test('there is a smallest and a largest zoom', () => {
  expect(zoomedAt(camera, 1e9, { x: 0, y: 0 }).zoom).toBe(MAX_ZOOM)
  expect(zoomedAt(camera, 0, { x: 0, y: 0 }).zoom).toBe(MIN_ZOOM)
})

describe('steps', () => {
  test('go to the next known zoom', () => {
    expect(nextZoom(1, 1)).toBe(1.5)
    expect(nextZoom(1, -1)).toBe(0.6667)
    expect(nextZoom(0.72, 1)).toBe(1)
    expect(nextZoom(0.72, -1)).toBe(0.6667)
  })

  test('end at the ends', () => {
    expect(nextZoom(256, 1)).toBe(256)
    expect(nextZoom(0.005, -1)).toBe(0.005)
  })
})

test('fitting puts all of an area in the middle', () => {
  const fit = fitted({ x: 100, y: 200, width: 1000, height: 500 }, { width: 600, height: 600 }, 50)
  expect(fit.zoom).toBe(0.5)
  expect(toScreen(fit, { x: 600, y: 450 })).toEqual({ x: 300, y: 300 })
})
