import type { DrawablePicture } from '#shared/scene/draw.ts'
import { maskAlpha } from '#shared/scene/mask.ts'
import { exactUrl, fetched, pictureUrl, wholeSize, wholeUrl } from '../app/api.ts'

/** Pictures of the library, decoded away from this thread. */

export interface Size {
  width: number
  height: number
}

export interface Loaded extends DrawablePicture {
  /** px of the whole picture; the service does not know it of everything. */
  whole: Size | undefined
}

/** A smaller version, or as it is; `away` when the service does not answer, undefined when it has none. */
export async function loadPicture(sha256: string, side?: 128 | 256 | 512 | 1024 | 2048) {
  try {
    const response = await fetch(side === undefined ? await wholeUrl(sha256) : pictureUrl(sha256, side))
    if (!response.ok) return response.status < 500 ? undefined : 'away'
    const image = await createImageBitmap(await response.blob())
    return { image, width: image.width, height: image.height, whole: wholeSize(response) } satisfies Loaded
  } catch {
    return 'away'
  }
}

export type ExactPicture = DrawablePicture & { image: ImageBitmap }

/** With the very pixels that an export draws; throws what went wrong. */
export async function loadExact(sha256: string, size: Size): Promise<ExactPicture> {
  const bytes = await fetched(exactUrl(sha256, size))
  // They are sRGB already; whatever the screen is like, they stay as they are.
  const image = await createImageBitmap(bytes, { colorSpaceConversion: 'none' })
  return { image, width: image.width, height: image.height }
}

export async function loadMask(sha256: string, side: 1024): Promise<DrawablePicture | undefined> {
  const picture = await loadPicture(sha256, side)
  return picture && picture !== 'away' ? maskOf(picture.image) : undefined
}

/** How light it is becomes how opaque it is. */
export function maskOf(image: ImageBitmap | HTMLCanvasElement): DrawablePicture {
  const { width, height } = image
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(image, 0, 0)
  const pixels = context.getImageData(0, 0, width, height)
  context.putImageData(new ImageData(maskAlpha(pixels.data), width, height), 0, 0)
  return { image: canvas, width, height }
}
