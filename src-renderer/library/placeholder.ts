import type { Scheme } from '#shared/document/palette.ts'
import { canvasOf } from '../create/picture-files.ts'

const SIDE = 768
const RAYS = 18

/** A sunburst in the colours of a scheme: a template's picture as long as there is no other. */
export function drawPlaceholder({ ground, accent, pop }: Scheme): OffscreenCanvasRenderingContext2D {
  const context = canvasOf([SIDE, SIDE])
  context.fillStyle = pop
  context.fillRect(0, 0, SIDE, SIDE)
  const [x, y] = [SIDE / 2, SIDE * 0.62]
  context.fillStyle = accent
  for (let ray = 0; ray < RAYS; ray++) {
    const from = (2 * Math.PI * ray) / RAYS
    context.beginPath()
    context.moveTo(x, y)
    context.arc(x, y, 2 * SIDE, from, from + Math.PI / RAYS)
    context.fill()
  }
  context.fillStyle = ground
  context.beginPath()
  context.arc(x, y, SIDE * 0.26, 0, 2 * Math.PI)
  context.fill()
  return context
}
