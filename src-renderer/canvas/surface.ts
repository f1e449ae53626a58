import { SceneCanvas } from 'konva/lib/Canvas.js'
import type { Group } from 'konva/lib/Group.js'
import type { Shape } from 'konva/lib/Shape.js'

/** A canvas in device px that Konva nodes can be drawn on. */
export interface Surface {
  konva: SceneCanvas
  element: HTMLCanvasElement
  context: CanvasRenderingContext2D
}

export function makeSurface(width: number, height: number): Surface {
  const konva = new SceneCanvas({ width, height, pixelRatio: 1 })
  return { konva, element: konva._canvas, context: konva.getContext()._context as CanvasRenderingContext2D }
}

/** Drawing that can be left off after every layer; gives what it drew on. */
export type Drawing = Generator<Surface, void>

export type Drawable = Group | Shape

/** One document px becomes `scale` device px; the document's (0, 0) lies at (x, y). */
export interface Placing {
  scale: number
  x: number
  y: number
}

export function placeOn({ context }: Surface, { scale, x, y }: Placing): void {
  context.setTransform(scale, 0, 0, scale, x, y)
}

export function clear({ context, element }: Surface): void {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, element.width, element.height)
}

/** Konva releases its hidden surfaces with the canvas; the browser frees its memory at once when it has no size. */
export function release({ konva }: Surface): void {
  konva.setSize(0, 0)
}
