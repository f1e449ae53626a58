import type { Canvas2D, DrawablePicture } from './draw.ts'
import type { Rect } from './extent.ts'

/**
 * Masked drawing: what a layer draws goes on a surface of its own, the mask takes away what it hides, and the rest goes
 * on the canvas. The surface has the canvas's own pixels, so nothing is resampled.
 */

export interface Surface {
  width: number
  height: number
  getContext(kind: '2d'): Canvas2D
}

/** Makes a canvas; called rarely, surfaces are used again. */
export type MakeSurface = () => Surface

export interface MaskPicture {
  picture: DrawablePicture
  invert: boolean
}

interface Box {
  width: number
  height: number
}

/** Draws with `paint` in the context's coordinates, within `ink`, what the mask over (0, 0, box) shows. */
export function drawMasked(
  context: Canvas2D,
  ink: Rect,
  box: Box,
  mask: MaskPicture,
  makeSurface: MakeSurface,
  paint: (context: Canvas2D) => void,
): void {
  const area = deviceArea(context, ink)
  if (!area) return
  const { a, b, c, d, e, f } = context.getTransform()
  const painted = emptySurface(makeSurface, area)
  painted.save()
  painted.setTransform(a, b, c, d, e - area.x, f - area.y)
  painted.save()
  paint(painted)
  painted.restore()
  applyMask(painted, ink, box, mask, makeSurface)
  painted.restore()
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(painted.canvas, 0, 0, area.width, area.height, area.x, area.y, area.width, area.height)
  context.restore()
}

/** Takes away what the mask hides from a surface on which a layer or group was drawn. */
export function applyMask(context: Canvas2D, ink: Rect, box: Box, mask: MaskPicture, makeSurface: MakeSurface): void {
  if (!(box.width > 0 && box.height > 0)) return
  const { picture } = mask
  const perX = picture.width / box.width
  const perY = picture.height / box.height
  const pixel = 1 / (scaleOf(context) || 1)
  const [left, right] = margins(ink.x, ink.width, box.width, pixel).map((margin) =>
    inPicture(margin * perX, picture.width),
  )
  const [top, bottom] = margins(ink.y, ink.height, box.height, pixel).map((margin) =>
    inPicture(margin * perY, picture.height),
  )
  const wide = continued(picture, { left: left!, right: right!, top: top!, bottom: bottom! }, makeSurface)
  context.save()
  context.globalAlpha = 1
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'low'
  // The picture reaches over all the ink: what lies outside of it would be gone either way.
  context.globalCompositeOperation = mask.invert ? 'destination-out' : 'destination-in'
  context.drawImage(
    ...([wide.canvas, 0, 0, wide.width, wide.height] as const),
    ...([-left! / perX, -top! / perY, wide.width / perX, wide.height / perY] as const),
  )
  context.restore()
}

/** How far ink reaches over the box before and after it, and two pixels for soft edges. */
const margins = (ink: number, inkLength: number, box: number, pixel: number): [number, number] => [
  Math.max(0, -ink) + 2 * pixel,
  Math.max(0, ink + inkLength - box) + 2 * pixel,
]

/** Whole px of the mask picture, and no more than a canvas can take when a tiny box has letters a metre high. */
const inPicture = (length: number, side: number): number => Math.min(Math.ceil(length), Math.max(2 * side, 2048))

interface Margins {
  left: number
  right: number
  top: number
  bottom: number
}

interface Continued {
  key: string
  canvas: Surface
  width: number
  height: number
}

const continuedPictures = new WeakMap<DrawablePicture, Continued[]>()

/** Layers of one mask that each have margins of their own; a canvas per pair of them is kept. */
const KEPT = 4

/** The mask picture with its outermost pixels repeated outwards. */
function continued(picture: DrawablePicture, margins: Margins, makeSurface: MakeSurface): Continued {
  const key = Object.values(margins).join()
  const made = continuedPictures.get(picture) ?? []
  continuedPictures.set(picture, made)
  const known = made.find((one) => one.key === key)
  if (known) return known
  const { left, right, top, bottom } = margins
  // The oldest makes room.
  const canvas = (made.length < KEPT ? undefined : made.shift()?.canvas) ?? makeSurface()
  canvas.width = left + picture.width + right
  canvas.height = top + picture.height + bottom
  const context = canvas.getContext('2d')
  context.imageSmoothingEnabled = false
  for (const row of bands(picture.height, top, bottom)) {
    for (const { from, length, at, reach } of bands(picture.width, left, right))
      context.drawImage(picture.image, from, row.from, length, row.length, at, row.at, reach, row.reach)
  }
  const fresh = { key, canvas, width: canvas.width, height: canvas.height }
  made.push(fresh)
  return fresh
}

/** Along one axis: the first pixel over the margin before, the picture, its last pixel over the margin after. */
const bands = (length: number, before: number, after: number) =>
  [
    { from: 0, length: 1, at: 0, reach: before },
    { from: 0, length, at: before, reach: length },
    { from: length - 1, length: 1, at: before + length, reach: after },
  ].filter(({ reach }) => reach > 0)

/** Device px per px of the context. */
export function scaleOf(context: Canvas2D): number {
  const { a, b, c, d } = context.getTransform()
  return Math.sqrt(Math.abs(a * d - b * c))
}

/** Nothing shows: the mask is not there yet. */
export function eraseAll(context: Canvas2D): void {
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  context.restore()
}

/** The device pixels that a rectangle touches, one more all around for soft edges; undefined when it is out of sight. */
function deviceArea(context: Canvas2D, { x, y, width, height }: Rect): Rect | undefined {
  const { a, b, c, d, e, f } = context.getTransform()
  const xs = [x, x + width].flatMap((px) => [y, y + height].map((py) => a * px + c * py + e))
  const ys = [x, x + width].flatMap((px) => [y, y + height].map((py) => b * px + d * py + f))
  const left = Math.max(0, Math.floor(Math.min(...xs)) - 1)
  const top = Math.max(0, Math.floor(Math.min(...ys)) - 1)
  const right = Math.min(context.canvas.width, Math.ceil(Math.max(...xs)) + 1)
  const bottom = Math.min(context.canvas.height, Math.ceil(Math.max(...ys)) + 1)
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined
}

const surfaces = new WeakMap<MakeSurface, Surface>()

/** An empty surface of at least this size. There is one, used again for every masked layer: none is drawn within another. */
function emptySurface(make: MakeSurface, { width, height }: Rect): Canvas2D {
  const surface = surfaces.get(make) ?? make()
  surfaces.set(make, surface)
  if (surface.width < width || surface.height < height) {
    surface.width = Math.max(surface.width, width)
    surface.height = Math.max(surface.height, height)
  }
  const context = surface.getContext('2d')
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}
