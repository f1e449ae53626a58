import type { DrawablePicture } from '#shared/scene/draw.ts'
import type { Rect } from './geometry.ts'
import { maskOf } from './load.ts'
import { Paint } from './paint.ts'

/** Between a layer's mask, where white shows, and the paint over it, which is what hides. */

/** px of the longer side. */
const MOST = 2048

/** `mask`: its lightness as alpha, as the canvas draws with it. */
export function hidingFrom(layer: Rect, mask: { picture: DrawablePicture; invert: boolean } | undefined): Paint {
  const scale = Math.min(1, MOST / Math.max(layer.width, layer.height, 1))
  const paint = new Paint(layer.width * scale, layer.height * scale)
  if (!mask) return paint
  const { context, canvas } = paint
  const image = mask.picture.image as CanvasImageSource
  if (mask.invert) context.drawImage(image, 0, 0, canvas.width, canvas.height)
  else {
    // All is hidden but what the mask shows.
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.globalCompositeOperation = 'destination-out'
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
  }
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = '#ff2d55'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.globalCompositeOperation = 'source-over'
  return paint
}

/** A greyscale PNG for the library, and the same as the canvas draws with it. */
export async function maskFrom({ canvas: paint }: Paint): Promise<{ blob: Blob; alpha: DrawablePicture }> {
  const canvas = document.createElement('canvas')
  canvas.width = paint.width
  canvas.height = paint.height
  const context = canvas.getContext('2d')!
  context.drawImage(paint, 0, 0)
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = '#000000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('the mask could not be encoded')
  return { blob, alpha: maskOf(canvas) }
}
