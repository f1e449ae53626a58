import { type Document, parseDocument, requireArtboard } from '#shared/document/document.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import { isHiddenBy } from '#shared/document/resolve.ts'
import { valuesOf } from '#shared/document/variables.ts'
import { StudioError } from '#shared/errors.ts'
import type { DrawablePicture } from '#shared/scene/draw.ts'
import type { Rect } from '#shared/scene/extent.ts'
import { sceneToKonva } from '#shared/scene/konva.ts'
import { maskAlpha } from '#shared/scene/mask.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import type { Scene } from '#shared/scene/node.ts'
import { type Overflow, overflowsIn } from '#shared/scene/overflow.ts'
import { drawnSize, MAX_DRAWN, masksOf, picturesOf } from '#shared/scene/pictures.ts'
import { makeScene, type SceneOptions, textOf } from '#shared/scene/scene.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { MAX_PIXELS, openPicture } from './decode.ts'
import { readPictureFile } from './files.ts'
import { missingCharacters, registerText } from './fonts.ts'
import { type Canvas, createCanvas, ImageData, Konva } from './skia.ts'

export interface ComposeOptions extends SceneOptions {
  /** Device px per document px. */
  scale?: number
  /** Files of the pictures by their sha256. */
  assets: Readonly<Record<string, string>>
}

export interface Composed extends RawPicture {
  /** Texts that did not fit. */
  overflows: Overflow[]
}

/** An artboard, or some of its layers, as pixels, drawn by the same scene that the studio shows. */
export async function compose(
  value: unknown,
  artboard: string,
  { scale = 1, assets, ...options }: ComposeOptions,
): Promise<Composed> {
  const document = parseDocument(value)
  const board = requireArtboard(document, artboard)
  requireSize(board.width * scale, board.height * scale)
  prepareFonts(document, artboard, options.only)
  const scene = makeScene(document, artboard, measureText, options)
  const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)]
  requireSize(width, height)
  const pictures = await loadPictures(scene, scale, assets)
  const root = sceneToKonva(scene, { konva: Konva as never, ...pictures, pixelRatio: scale })
  try {
    const [x, y] = [width / scene.width, height / scene.height]
    root.scale({ x, y })
    root.position({ x: -scene.x * x, y: -scene.y * y })
    const canvas = root.toCanvas({ x: 0, y: 0, width, height, pixelRatio: 1 }) as unknown as Canvas
    const pixels = pixelsOf(canvas, /^#.{6}(ff)?$/i.test(scene.background ?? ''))
    const picture = scene.boxes ? trimmed(pixels, inDevice(scene.boxes, scene, x, y)) : pixels
    const layers = new Map(document.layers.map((layer) => [layer.id, layer]))
    return { ...picture, overflows: overflowsIn(scene.nodes, (id) => layers.get(id), board) }
  } finally {
    root.destroy()
  }
}

function requireSize(wide: number, high: number): void {
  const [width, height] = [Math.round(wide), Math.round(high)]
  if (width >= 1 && height >= 1 && width * height <= MAX_PIXELS) return
  throw new StudioError({
    code: 'invalid-input',
    message: `${width} × ${height} px is more than the ${MAX_PIXELS / 1e6} megapixels that can be rendered at once`,
    where: { field: 'scale' },
    remedy: 'Render at a smaller scale.',
  })
}

/** Register what the texts to be drawn need of their fonts, and refuse characters that none of them has. */
function prepareFonts(document: Document, artboard: string, only: readonly string[] | undefined): void {
  const values = valuesOf(document)
  const parents = new Map(document.layers.map((layer) => [layer.id, layer.parent]))
  const isIn = (id: string, roots: readonly string[]): boolean =>
    roots.includes(id) || (parents.has(id) && isIn(parents.get(id)!, roots))
  for (const layer of document.layers) {
    if (layer.type !== 'text' || layer.hidden || isHiddenBy(layer, values)) continue
    if (!isIn(layer.id, [artboard]) || !isIn(layer.id, only ?? [artboard])) continue
    const text = textOf(layer, values)
    const missing = missingCharacters(text, layer)
    if (missing.length === 0) registerText(text, layer)
    else
      throw new StudioError({
        code: 'unsupported',
        message: `layer "${layer.name || layer.id}": no bundled font has ${missing.slice(0, 8).map(describe).join(', ')}`,
        where: { field: `layers.${layer.id}.text` },
        remedy: 'Take the character out or choose another font.',
      })
  }
}

const describe = (char: string) => `“${char}” (U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`

const measureText = canvasMeasurer(createCanvas(1, 1).getContext('2d'))

/**
 * Decode each picture at the size it is drawn: Lanczos here is sharper than the canvas's own filter, and a 100 MP
 * photograph in a thumbnail costs a thumbnail.
 */
async function loadPictures(scene: Scene, scale: number, assets: Readonly<Record<string, string>>) {
  const pictures = new Map<string, DrawablePicture>()
  for (const layer of picturesOf(scene)) {
    const key = keyOf(layer)
    if (!pictures.has(key))
      pictures.set(key, await drawable(fileOf(layer.asset, assets), (own) => drawnSize(layer, own, scale)))
  }
  const masks = new Map<string, DrawablePicture>()
  for (const [asset, size] of masksOf(scene, scale))
    masks.set(asset, await drawable(fileOf(asset, assets), () => size, maskAlpha))
  return {
    picture: (_: string, layer: ImageLayer) => pictures.get(keyOf(layer)),
    mask: (sha256: string) => masks.get(sha256),
  }
}

/** Layers that show the same part of a picture at the same size share its pixels. */
const keyOf = ({ asset, fit, crop, tileSize, width, height }: ImageLayer): string =>
  JSON.stringify([asset, fit, crop, fit === 'tile' ? tileSize : [width, height]])

function fileOf(sha256: string, assets: Readonly<Record<string, string>>): string {
  const file = assets[sha256]
  if (file) return file
  throw new StudioError({
    code: 'not-found',
    message: `the picture ${sha256.slice(0, 12)} is not in the library`,
    where: { field: 'assets' },
    remedy: 'Bring the picture in again or take its layer out.',
  })
}

interface Size {
  width: number
  height: number
}

async function drawable(
  file: string,
  sizeFor: (own: Size) => Size,
  change: (rgba: Uint8ClampedArray<ArrayBuffer>) => Uint8ClampedArray<ArrayBuffer> = (rgba) => rgba,
): Promise<DrawablePicture> {
  const picture = await openPicture(await readPictureFile(file), file)
  const { width, height } = sizeFor(picture)
  const own = width * height > MAX_DRAWN
  const sized = await picture.read(own ? undefined : { width, height, fit: 'fill' })
  const canvas = createCanvas(sized.width, sized.height)
  canvas.getContext('2d').putImageData(new ImageData(change(withAlpha(sized)), sized.width, sized.height), 0, 0)
  return { image: canvas, width: sized.width, height: sized.height }
}

function withAlpha({ width, height, channels, data }: RawPicture): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4)
  if (channels === 4) {
    rgba.set(data)
    return rgba
  }
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from]!
    rgba[to + 1] = data[from + 1]!
    rgba[to + 2] = data[from + 2]!
    rgba[to + 3] = 255
  }
  return rgba
}

/** A selection's boxes in the pixels of its scene. */
function inDevice(boxes: Rect, scene: Scene, x: number, y: number): Rect {
  const [left, top] = [Math.floor((boxes.x - scene.x) * x), Math.floor((boxes.y - scene.y) * y)]
  const right = Math.ceil((boxes.x + boxes.width - scene.x) * x)
  const bottom = Math.ceil((boxes.y + boxes.height - scene.y) * y)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Without the empty margins that were kept for ink, but never less than `boxes`. */
function trimmed({ width, height, channels, data }: RawPicture, boxes: Rect): RawPicture {
  let [left, top, right, bottom] = [boxes.x, boxes.y, boxes.x + boxes.width, boxes.y + boxes.height]
  for (let y = 0, at = 3; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      if (data[at] === 0) continue
      if (x < left) left = x
      if (x >= right) right = x + 1
      if (y < top) top = y
      if (y >= bottom) bottom = y + 1
    }
  }
  left = Math.max(0, left)
  top = Math.max(0, top)
  const [wide, high] = [Math.min(width, right) - left, Math.min(height, bottom) - top]
  const out = new Uint8Array(wide * high * channels)
  for (let y = 0; y < high; y++) {
    const from = ((top + y) * width + left) * channels
    out.set(data.subarray(from, from + wide * channels), y * wide * channels)
  }
  return { width: wide, height: high, channels, data: out }
}

/** Skia's pixels are premultiplied; ours are straight, rounded as a browser rounds them. */
function pixelsOf(canvas: Canvas, opaque: boolean): RawPicture {
  const { width, height } = canvas
  const data = canvas.data()
  if (opaque) return { width, height, channels: 4, data }
  const straight = new Uint8Array(data)
  for (let at = 0; at < data.length; at += 4) {
    const row = data[at + 3]! << 8
    for (let i = at; i < at + 3; i++) straight[i] = STRAIGHT[row | data[i]!]!
  }
  return { width, height, channels: 4, data: straight }
}

/** By alpha × 256 + value, in Skia's own arithmetic: 32-bit floats, halves to even. */
const STRAIGHT = Uint8Array.from({ length: 65_536 }, (_, index) => {
  const unit = Math.fround(1 / 255)
  const [alpha, value] = [Math.fround((index >> 8) * unit), Math.fround((index & 255) * unit)]
  if (alpha === 0) return 0
  const part = Math.fround(Math.fround(value * Math.fround(1 / alpha)) * 255)
  const down = Math.floor(part)
  const up = part - down > 0.5 || (part - down === 0.5 && down % 2 === 1)
  return Math.min(255, up ? down + 1 : down)
})
