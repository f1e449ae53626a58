import type { Drag, Easel, Press, Tool } from '../easel.svelte.ts'
import type { Point } from '../geometry.ts'
import { options } from '../options.svelte.ts'
import type { Paint } from '../paint.ts'

/** What both brushes share: the ring under the pointer, its keys, and strokes on a canvas. */

export const brushKeys: NonNullable<Tool['key']> = (easel, event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (event.key === '[' || event.key === ']') options.resizeBrush(event.key === ']' ? 1 : -1)
  else if (event.key === 'e' || event.key === 'E') options.erase = !options.erase
  else return false
  if (easel.aids.ring) easel.show({ ring: { ...easel.aids.ring, radius: options.size / 2 } })
  return true
}

export function showRing(easel: Easel, press: Press | undefined): void {
  easel.show({ ring: press && { at: press.point, radius: options.size / 2 } })
}

/** How the pasteboard lies on the paint's canvas. */
export interface Canvas {
  paint: Paint
  /** px of the canvas for a point of the pasteboard. */
  place: (point: Point) => Point
  /** px of the canvas per px of the document. */
  scale: number
}

export function strokeOn(easel: Easel, from: Press, target: Canvas, ended: (cancelled: boolean) => void): Drag {
  const { paint, place, scale } = target
  let last: Point | undefined
  const draw = (press: Press) => {
    const brush = { size: options.size * scale, hardness: options.hardness, erase: options.erase !== press.alt }
    last = paint.stroke(last, place(press.point), brush)
    showRing(easel, press)
  }
  draw(from)
  return {
    move: draw,
    end: () => ended(false),
    cancel: () => ended(true),
  }
}
