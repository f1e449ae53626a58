import { Group } from 'konva/lib/Group.js'
import { Shape } from 'konva/lib/Shape.js'
import { Util } from 'konva/lib/Util.js'
import type { TextLayer } from '#shared/document/layers/text.ts'
import { asShown } from '#shared/document/resolve.ts'
import { valuesOf } from '#shared/document/variables.ts'
import type { DrawablePicture } from '#shared/scene/draw.ts'
import { sceneToKonva } from '#shared/scene/konva.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import type { Scene } from '#shared/scene/node.ts'
import { drawnSize, MAX_DRAWN, masksOf, picturesOf } from '#shared/scene/pictures.ts'
import { makeScene } from '#shared/scene/scene.ts'
import { sizeOf } from '../app/api.ts'
import type { Project } from '../app/project.svelte.ts'
import { Faces } from './faces.ts'
import { type ExactPicture, loadExact, maskOf, type Size } from './load.ts'
import { lostPicture } from './lost.ts'
import { makeSurface, placeOn } from './surface.ts'

/** An artboard, or some of its layers, as pixels: the same scene and the same pictures as an export, so the same pixels. */

export interface RenderOptions {
  /** Device px per document px. */
  scale?: number
  /** Only these layers, with what they hold, on nothing. */
  layers?: readonly string[]
  bleed?: boolean
}

export async function renderArtboard(
  { store, values }: Pick<Project, 'store'> & Partial<Pick<Project, 'values'>>,
  artboard: string,
  { scale = 1, layers, bleed = false }: RenderOptions = {},
): Promise<HTMLCanvasElement> {
  const doc = values ? asShown(store.document, values) : store.document
  const texts = doc.layers.filter((layer): layer is TextLayer => layer.type === 'text' && !layer.hidden)
  await new Faces().load(texts, valuesOf(doc))
  const measure = canvasMeasurer(document.createElement('canvas').getContext('2d')!)
  const scene = makeScene(doc, artboard, measure, { bleed, ...(layers ? { only: layers } : {}) })
  const [pictures, masks] = [await picturesIn(scene, scale), await masksIn(scene, scale)]
  const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)]
  const [sx, sy] = [width / scene.width, height / scene.height]
  const surface = makeSurface(width, height)
  placeOn(surface, { scale: 1, x: 0, y: 0 })
  const root = sceneToKonva(scene, {
    konva: { Group, Shape, Util },
    picture: (_, layer) => pictures.get(layer.id) ?? lostPicture(layer),
    mask: (sha256) => masks.get(sha256),
    pixelRatio: scale,
  })
  root.scale({ x: sx, y: sy })
  root.position({ x: -scene.x * sx, y: -scene.y * sy })
  root.drawScene(surface.konva)
  root.destroy()
  for (const { image } of pictures.values()) image.close()
  return surface.element
}

/** By layer. One that the library does not have is left out. */
async function picturesIn(scene: Scene, scale: number): Promise<Map<string, ExactPicture>> {
  const found = new Map<string, ExactPicture>()
  const known = new Map<string, ExactPicture>()
  for (const layer of picturesOf(scene)) {
    const whole = await sizeOf(layer.asset)
    if (!whole) continue
    const size = fitting(drawnSize(layer, whole, scale), whole)
    const key = `${layer.asset} ${size.width}x${size.height}`
    const picture = known.get(key) ?? (await loadExact(layer.asset, size))
    known.set(key, picture)
    found.set(layer.id, picture)
  }
  return found
}

async function masksIn(scene: Scene, scale: number): Promise<Map<string, DrawablePicture>> {
  const found = new Map<string, DrawablePicture>()
  for (const [asset, size] of masksOf(scene, scale)) {
    const whole = await sizeOf(asset)
    if (!whole) continue
    const { image } = await loadExact(asset, fitting(size, whole))
    found.set(asset, maskOf(image))
    image.close()
  }
  return found
}

/** Beyond that an export takes the picture as it is, too. */
const fitting = (size: Size, whole: Size): Size => (size.width * size.height > MAX_DRAWN ? whole : size)
