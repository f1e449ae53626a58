import type { Project } from '../app/project.svelte.ts'
import type { Rect } from './geometry.ts'
import type { Paint } from './paint.ts'

/** Where on the document a picture is to be made: a drawn frame, or a brushed area. Both are shown until cleared. */

export interface Frame extends Rect {
  /** Px count from its corner. */
  artboard: string
}

/** What the brush painted to be made anew. */
export interface Painted {
  artboard: string
  /** The picture under the brush, when one was selected. */
  layer?: string
  /** The painted alpha over `area`. */
  paint: Paint
  /** What the canvas covers; px of the artboard. */
  area: Rect
  /** What is painted of it; px of the artboard. */
  box: Rect
}

export class CanvasRegion {
  frame = $state.raw<Frame>()
  painted = $state.raw<Painted>()

  clear(): void {
    this.frame = undefined
    this.painted = undefined
  }
}

const regions = new WeakMap<Project, CanvasRegion>()

/** Reactive; one for each open project. */
export function canvasRegion(project: Project): CanvasRegion {
  const known = regions.get(project) ?? new CanvasRegion()
  regions.set(project, known)
  return known
}

/**
 * The painted area as a picture for inpainting: white is made anew, black stays. `box` (px of the artboard) is the part
 * that is wanted, `size` the picture's px.
 */
export function inpaintMask(painted: Painted, box: Rect, size: { width: number; height: number }): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  const context = canvas.getContext('2d')!
  const { area, paint } = painted
  const [sx, sy] = [size.width / box.width, size.height / box.height]
  context.drawImage(
    paint.canvas,
    ...([(area.x - box.x) * sx, (area.y - box.y) * sy, area.width * sx, area.height * sy] as const),
  )
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, size.width, size.height)
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = '#000000'
  context.fillRect(0, 0, size.width, size.height)
  return canvas
}
