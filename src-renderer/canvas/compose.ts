import { drawLabel, drawShadow, drawTransparency } from './backdrop.ts'
import { type Board, seenOf } from './board.ts'
import type { Rect } from './geometry.ts'
import type { Scenery } from './scenery.ts'
import type { Placing, Surface } from './surface.ts'

export interface Onto {
  surface: Surface
  scenery: Scenery
  placing: Placing
  /** The part of the pasteboard that is seen. */
  screen: Rect
  pixelRatio: number
  /** Colour of the name. */
  label: string
}

/** One artboard with its shadow and name on the screen, from bitmaps alone. */
export function composeBoard(board: Board, { surface, scenery, placing, screen, pixelRatio, label }: Onto): void {
  const { context } = surface
  const { artboard, lift } = board
  const rect = {
    x: placing.x,
    y: placing.y,
    width: Math.round(artboard.width * placing.scale),
    height: Math.round(artboard.height * placing.scale),
  }
  const beyond = Math.round(board.bleed * placing.scale)
  const paper = {
    ...{ x: rect.x - beyond, y: rect.y - beyond },
    ...{ width: rect.width + 2 * beyond, height: rect.height + 2 * beyond },
  }
  drawShadow(context, paper, pixelRatio)
  drawLabel(context, artboard, rect, pixelRatio, label)
  const area = seenOf(board, screen)
  if (!area) return
  if (artboard.background === null) drawTransparency(context, paper, pixelRatio)
  else {
    context.fillStyle = artboard.background
    context.fillRect(paper.x, paper.y, paper.width, paper.height)
  }
  if (lift?.ready) lift.compose(surface, placing, scenery)
  else board.compose(surface, placing, placing.scale, area)
}
