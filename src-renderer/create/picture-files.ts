import type { Artifact } from '#shared/contract/artifact.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import { StudioError } from '#shared/errors.ts'
import { type Canvas2D, drawImage } from '#shared/scene/draw.ts'
import { asked, bringPicture, wholeUrl } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import type { Box, Size } from './sizes.ts'

/** Pixels on their way to the service: cut out, scaled, written as PNG and brought into the library. */

export function canvasOf([width, height]: Size): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (!context) throw new StudioError({ code: 'unsupported', message: 'this window cannot draw pictures' })
  context.imageSmoothingQuality = 'high'
  return context
}

export async function bringCanvas({ canvas }: OffscreenCanvasRenderingContext2D, name: string): Promise<Artifact> {
  return bringPicture(await canvas.convertToBlob({ type: 'image/png' }), name)
}

/** The decoded picture of an address of the service. */
export async function fetchPicture(url: string): Promise<ImageBitmap> {
  const response = await fetch(url)
  if (!response.ok)
    throw new StudioError({ code: 'not-found', message: `the picture is not there (${response.status})` })
  return createImageBitmap(await response.blob())
}

/** A part of an artboard as it looks, `size` px: drawn by the service, which draws as the canvas does. */
export async function renderRegion(
  studio: Studio,
  artboard: string,
  box: Box,
  size: Size,
): Promise<OffscreenCanvasRenderingContext2D> {
  const { document } = studio.project!
  const board = document.artboards.find(({ id }) => id === artboard)!
  const scale = Math.min(16, Math.max(0.01, size[0] / box.width))
  const file = await asked(studio.api.exports.render({ document, artboard, format: 'png', scale }))
  const picture = await fetchPicture(`/exports/${encodeURIComponent(file.id)}`)
  const context = canvasOf(size)
  const [perX, perY] = [picture.width / board.width, picture.height / board.height]
  const [across, down] = [size[0] / box.width, size[1] / box.height]
  context.drawImage(
    picture,
    ...([-box.x * across, -box.y * down] as const),
    ...([(picture.width / perX) * across, (picture.height / perY) * down] as const),
  )
  picture.close()
  return context
}

/** The picture of a layer as it lies in its box, without rotation, mask or what lies around it. */
export async function drawLayer(context: OffscreenCanvasRenderingContext2D, layer: ImageLayer, at: Box): Promise<void> {
  const picture = await fetchPicture(await wholeUrl(layer.asset))
  context.save()
  context.translate(at.x, at.y)
  context.scale(at.width / layer.width, at.height / layer.height)
  drawImage(context as unknown as Canvas2D, layer, { image: picture, width: picture.width, height: picture.height })
  context.restore()
  picture.close()
}
