import type { DrawablePicture } from '#shared/scene/draw.ts'

/** Stands where a picture was: a frame with a cross, in the box's proportions. */
export function lostPicture({ width, height }: { width: number; height: number }): DrawablePicture {
  const longer = Math.max(width, height, 1)
  const size = [Math.max(8, Math.round((SIDE * width) / longer)), Math.max(8, Math.round((SIDE * height) / longer))]
  const key = size.join()
  const known = drawn.get(key)
  if (known) return known
  const canvas = document.createElement('canvas')
  canvas.width = size[0]!
  canvas.height = size[1]!
  draw(canvas.getContext('2d')!, canvas.width, canvas.height)
  const picture = { image: canvas, width: canvas.width, height: canvas.height }
  drawn.set(key, picture)
  return picture
}

const SIDE = 512
const drawn = new Map<string, DrawablePicture>()

function draw(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.fillStyle = '#ff6b6b22'
  context.fillRect(0, 0, width, height)
  context.strokeStyle = '#ff6b6b'
  context.lineWidth = 3
  context.setLineDash([14, 8])
  context.strokeRect(2, 2, width - 4, height - 4)
  context.setLineDash([])
  context.lineWidth = 1.5
  context.beginPath()
  context.moveTo(0, 0)
  context.lineTo(width, height)
  context.moveTo(width, 0)
  context.lineTo(0, height)
  context.stroke()
}
