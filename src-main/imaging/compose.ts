import { assetsOf, type Document, parseDocument, requireArtboard } from '#shared/document/document.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import { valuesOf } from '#shared/document/variables.ts'
import { StudioError } from '#shared/errors.ts'
import { type DrawablePicture, placement } from '#shared/scene/draw.ts'
import { sceneToKonva } from '#shared/scene/konva.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import type { Scene, SceneNode } from '#shared/scene/node.ts'
import { makeScene, textOf } from '#shared/scene/scene.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { MAX_PIXELS, openPicture } from './decode.ts'
import { readPictureFile } from './files.ts'
import { missingCharacters, registerFamily } from './fonts.ts'
import { sharp } from './sharp.ts'
import { type Canvas, createCanvas, ImageData, Konva } from './skia.ts'

export interface ComposeOptions {
  /** Device px per document px. */
  scale?: number
  /** Files of the pictures by their sha256. */
  assets: Readonly<Record<string, string>>
}

/** An artboard as pixels, drawn by the same scene that the studio shows. */
export async function compose(
  value: unknown,
  artboard: string,
  { scale = 1, assets }: ComposeOptions,
): Promise<RawPicture> {
  const document = parseDocument(value)
  const board = requireArtboard(document, artboard)
  const [width, height] = [Math.round(board.width * scale), Math.round(board.height * scale)]
  requireSize(width, height)
  prepareFonts(document, artboard)
  const scene = makeScene(document, artboard, measureText)
  const pictures = await loadPictures(scene, document, artboard, scale, assets)
  const root = sceneToKonva(scene, {
    konva: Konva as never,
    picture: (sha256) => pictures.get(sha256),
    pixelRatio: scale,
  })
  try {
    root.scale({ x: width / board.width, y: height / board.height })
    const canvas = root.toCanvas({ x: 0, y: 0, width, height, pixelRatio: 1 }) as unknown as Canvas
    return await pixelsOf(canvas, /^#.{6}(ff)?$/i.test(scene.background ?? ''))
  } finally {
    root.destroy()
  }
}

function requireSize(width: number, height: number): void {
  if (width >= 1 && height >= 1 && width * height <= MAX_PIXELS) return
  throw new StudioError({
    code: 'invalid-input',
    message: `${width} × ${height} px is more than the ${MAX_PIXELS / 1e6} megapixels that can be rendered at once`,
    where: { field: 'scale' },
    remedy: 'Render at a smaller scale.',
  })
}

/** Register the families that the artboard's texts use, and refuse characters that none of them has. */
function prepareFonts(document: Document, artboard: string): void {
  const values = valuesOf(document)
  const boards = new Map(document.layers.map((layer) => [layer.id, layer.parent]))
  const isOn = (parent: string): boolean => parent === artboard || (boards.has(parent) && isOn(boards.get(parent)!))
  for (const layer of document.layers) {
    if (layer.type !== 'text' || layer.hidden || !isOn(layer.parent)) continue
    registerFamily(layer.family)
    const missing = missingCharacters(textOf(layer, values), layer)
    if (missing.length === 0) continue
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
 * Decode each picture once, at the largest size it is drawn: Lanczos here is sharper than the canvas's own filter, and
 * a 100 MP photograph in a thumbnail costs a thumbnail.
 */
async function loadPictures(
  scene: Scene,
  document: Document,
  artboard: string,
  scale: number,
  assets: Readonly<Record<string, string>>,
): Promise<Map<string, DrawablePicture>> {
  const layers = imageLayers(scene.nodes)
  const pictures = new Map<string, DrawablePicture>()
  for (const sha256 of assetsOf(document, artboard)) {
    const file = assets[sha256]
    if (!file) {
      throw new StudioError({
        code: 'not-found',
        message: `the picture ${sha256.slice(0, 12)} is not in the library`,
        where: { field: 'assets' },
        remedy: 'Bring the picture in again or take its layer out.',
      })
    }
    const users = layers.filter((layer) => layer.asset === sha256)
    if (users.length > 0) pictures.set(sha256, await drawable(file, users, scale))
  }
  return pictures
}

function imageLayers(nodes: SceneNode[]): ImageLayer[] {
  return nodes.flatMap((node) =>
    node.kind === 'image' ? [node.layer] : node.kind === 'group' ? imageLayers(node.children) : [],
  )
}

async function drawable(file: string, users: ImageLayer[], scale: number): Promise<DrawablePicture> {
  const picture = await openPicture(await readPictureFile(file), file)
  const needed = Math.max(...users.map((layer) => drawnScale(layer, picture))) * scale
  const [width, height] = [picture.width * needed, picture.height * needed].map((side) => Math.max(1, Math.round(side)))
  // Fill stretches each axis by its own measure; the canvas does that well enough.
  const own = users.some((layer) => layer.fit === 'fill') || !(width! * height! <= MAX_PIXELS)
  const sized = await picture.read(own ? undefined : { width: width!, height: height!, fit: 'fill' })
  const canvas = createCanvas(sized.width, sized.height)
  canvas.getContext('2d').putImageData(new ImageData(withAlpha(sized), sized.width, sized.height), 0, 0)
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

/** Document px per picture px where the layer draws it. */
function drawnScale(layer: ImageLayer, picture: { width: number; height: number }): number {
  if (layer.fit === 'tile') return layer.tileSize / picture.width
  const { source, target } = placement(layer, picture)
  return target.width / source.width
}

/** Skia's pixels are premultiplied; ours are straight. */
async function pixelsOf(canvas: Canvas, opaque: boolean): Promise<RawPicture> {
  const { width, height } = canvas
  const data = canvas.data()
  if (opaque) return { width, height, channels: 4, data }
  const straight = await sharp(data, {
    raw: { width, height, channels: 4, premultiplied: true },
    limitInputPixels: false,
  })
    .raw()
    .toBuffer()
  return { width, height, channels: 4, data: straight }
}
