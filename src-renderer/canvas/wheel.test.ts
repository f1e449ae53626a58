import { expect, test } from 'vitest'
import { toDocument } from './camera.ts'
import { clickCounter, wheeled } from './wheel.ts'

const camera = { zoom: 2, x: 10, y: 20 }
const wheel = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false }

test('the wheel pans, with Shift sideways', () => {
  expect(wheeled(camera, { ...wheel, deltaY: 40 }, { x: 0, y: 0 })).toEqual({ zoom: 2, x: 10, y: 40 })
  expect(wheeled(camera, { ...wheel, deltaY: 40, shiftKey: true }, { x: 0, y: 0 })).toEqual({ zoom: 2, x: 30, y: 20 })
  expect(wheeled(camera, { ...wheel, deltaY: 1, deltaMode: 1 }, { x: 0, y: 0 }).y).toBe(28)
})

test('with Ctrl it zooms at the pointer', () => {
  const at = { x: 50, y: 60 }
  const after = wheeled(camera, { ...wheel, deltaY: -100, ctrlKey: true }, at)
  expect(after.zoom).toBeGreaterThan(2)
  expect(toDocument(after, at).x).toBeCloseTo(toDocument(camera, at).x, 9)
})

test('two presses close together are a double click', () => {
  const clicks = clickCounter()
  expect(clicks({ timeStamp: 0, clientX: 5, clientY: 5 })).toBe(1)
  expect(clicks({ timeStamp: 200, clientX: 7, clientY: 5 })).toBe(2)
  expect(clicks({ timeStamp: 300, clientX: 90, clientY: 5 })).toBe(1)
  expect(clicks({ timeStamp: 900, clientX: 90, clientY: 5 })).toBe(1)
})
