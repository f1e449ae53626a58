import { type Camera, wheelZoom, zoomedAt } from './camera.ts'
import type { Point } from './geometry.ts'

/** What wheels and clicks mean. */

interface Wheel {
  deltaX: number
  deltaY: number
  /** 1: the deltas count lines. */
  deltaMode: number
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
}

const LINE = 16

/** The wheel pans, with Ctrl it zooms at the pointer. A pinch arrives as a wheel with Ctrl, in small steps. */
export function wheeled(camera: Camera, event: Wheel, at: Point): Camera {
  const unit = event.deltaMode === 1 ? LINE : 1
  const [dx, dy] = [event.deltaX * unit, event.deltaY * unit]
  if (event.ctrlKey || event.metaKey) {
    const pinch = Math.abs(dy) < 40 && !Number.isInteger(event.deltaY)
    return zoomedAt(camera, wheelZoom(camera.zoom, pinch ? dy * 4 : dy), at)
  }
  const [x, y] = event.shiftKey && dx === 0 ? [dy, 0] : [dx, dy]
  return { ...camera, x: camera.x + x / camera.zoom, y: camera.y + y / camera.zoom }
}

/** ms and screen px within which a second press is a double click: pointer events do not count them. */
const AGAIN_MS = 400
const NEAR = 6

export function clickCounter() {
  let last = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0, count: 0 }
  return ({ timeStamp, clientX, clientY }: { timeStamp: number; clientX: number; clientY: number }): number => {
    const again = timeStamp - last.at < AGAIN_MS && Math.hypot(clientX - last.x, clientY - last.y) < NEAR
    last = { at: timeStamp, x: clientX, y: clientY, count: again ? last.count + 1 : 1 }
    return last.count
  }
}
