import type { Project } from '../app/project.svelte.ts'
import { type Camera, toScreen } from './camera.ts'
import { type Box, centreOf, shifted } from './geometry.ts'
import { canvasRegion } from './region.svelte.ts'

/** The frame that a picture will be made into, and what the brush has painted. */

type Context = CanvasRenderingContext2D

export function drawRegion(context: Context, project: Project, camera: Camera, ink: string): void {
  const { frame, painted } = canvasRegion(project)
  const board = painted && project.store.artboard(painted.artboard)
  if (painted && board)
    drawPaint(context, painted.paint.canvas, { ...shifted(painted.area, board.x, board.y), rotation: 0 }, camera)
  const under = frame && project.store.artboard(frame.artboard)
  if (!frame || !under) return
  const { x, y } = toScreen(camera, { x: frame.x + under.x, y: frame.y + under.y })
  const [width, height] = [frame.width * camera.zoom, frame.height * camera.zoom]
  context.fillStyle = `${ink}24`
  context.fillRect(x, y, width, height)
  context.strokeStyle = ink
  context.lineWidth = 1.5
  context.setLineDash([6, 4])
  context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(width), Math.round(height))
  context.setLineDash([])
  context.lineWidth = 1
  if (Math.min(width, height) > 60) sparkle(context, x + width / 2, y + height / 2, ink)
  context.font = '11px Inter, sans-serif'
  context.textBaseline = 'alphabetic'
  context.fillStyle = ink
  if (width > 70) context.fillText(`${Math.round(frame.width)} × ${Math.round(frame.height)} px`, x, y - 5)
}

/** Red that is seen through, over a box of the pasteboard. */
export function drawPaint(context: Context, paint: HTMLCanvasElement, box: Box, camera: Camera): void {
  const middle = toScreen(camera, centreOf(box))
  const [width, height] = [box.width * camera.zoom, box.height * camera.zoom]
  context.save()
  context.globalAlpha = 0.5
  context.translate(middle.x, middle.y)
  context.rotate((box.rotation * Math.PI) / 180)
  context.drawImage(paint, -width / 2, -height / 2, width, height)
  context.restore()
}

function sparkle(context: Context, x: number, y: number, colour: string): void {
  context.fillStyle = colour
  context.beginPath()
  for (let i = 0; i < 8; i++) {
    const [radius, angle] = [i % 2 === 0 ? 14 : 4, (i * Math.PI) / 4]
    context.lineTo(x + radius * Math.sin(angle), y - radius * Math.cos(angle))
  }
  context.closePath()
  context.fill()
}
