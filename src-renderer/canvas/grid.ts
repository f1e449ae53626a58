import type { Artboard } from '#shared/document/document.ts'
import { type Camera, toScreen } from './camera.ts'
import { tickStep, unitPx } from './rulers.ts'

/** A grid over an artboard, in its own unit; coarser when the zoom would make it a grey. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  board: Artboard,
  camera: Camera,
  screen: { width: number; height: number },
): void {
  const unit = board.dpi > 72 ? 'mm' : 'px'
  const step = tickStep(camera.zoom, unit, board.dpi, 14) * unitPx(unit, board.dpi) * camera.zoom
  const corner = toScreen(camera, board)
  const [width, height] = [board.width * camera.zoom, board.height * camera.zoom]
  const [left, top] = [Math.max(0, corner.x), Math.max(0, corner.y)]
  const [right, bottom] = [Math.min(screen.width, corner.x + width), Math.min(screen.height, corner.y + height)]
  if (right <= left || bottom <= top) return
  context.strokeStyle = 'rgb(110 140 200 / 0.28)'
  context.lineWidth = 1
  context.beginPath()
  for (let x = corner.x + step * Math.ceil((left - corner.x) / step); x <= right; x += step) {
    context.moveTo(Math.round(x) + 0.5, top)
    context.lineTo(Math.round(x) + 0.5, bottom)
  }
  for (let y = corner.y + step * Math.ceil((top - corner.y) / step); y <= bottom; y += step) {
    context.moveTo(left, Math.round(y) + 0.5)
    context.lineTo(right, Math.round(y) + 0.5)
  }
  context.stroke()
}
