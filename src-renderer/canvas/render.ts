import { Group } from 'konva/lib/Group.js'
import { Shape } from 'konva/lib/Shape.js'
import { Util } from 'konva/lib/Util.js'
import type { TextLayer } from '#shared/document/layers/text.ts'
import { valuesOf } from '#shared/document/variables.ts'
import type { DrawablePicture } from '#shared/scene/draw.ts'
import { sceneToKonva } from '#shared/scene/konva.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import { drawnSize, masksOf, picturesOf } from '#shared/scene/pictures.ts'
import { makeScene } from '#shared/scene/scene.ts'
import type { Project } from '../app/project.svelte.ts'
import { Faces } from './faces.ts'
import { lostPicture } from './lost.ts'
import { loadFull, loadMask } from './pictures.ts'
import { makeSurface, placeOn } from './surface.ts'

/** An artboard, or some of its layers, as pixels: the same scene as an export, from full pictures. */

export interface RenderOptions {
  /** Device px per document px. */
  scale?: number
  /** Only these layers, with what they hold, on nothing. */
  layers?: readonly string[]
  bleed?: boolean
}

export async function renderArtboard(
  { store }: Pick<Project, 'store'>,
  artboard: string,
  { scale = 1, layers, bleed = false }: RenderOptions = {},
): Promise<HTMLCanvasElement> {
  const { document: doc } = store
  const texts = doc.layers.filter((layer): layer is TextLayer => layer.type === 'text' && !layer.hidden)
  await new Faces().load(texts, valuesOf(doc))
  const measure = canvasMeasurer(document.createElement('canvas').getContext('2d')!)
  const scene = makeScene(doc, artboard, measure, { bleed, ...(layers ? { only: layers } : {}) })
  const [pictures, masks] = await Promise.all([
    loaded(
      picturesOf(scene).map(({ asset }) => asset),
      loadFull,
    ),
    loaded(
      masksOf(scene).map(({ asset }) => asset),
      loadMask,
    ),
  ])
  const sized = new Map<string, DrawablePicture>()
  for (const layer of picturesOf(scene)) {
    const picture = pictures.get(layer.asset)
    if (picture) sized.set(layer.id, await resampled(picture, drawnSize(layer, picture, scale)))
  }
  const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)]
  const [sx, sy] = [width / scene.width, height / scene.height]
  const surface = makeSurface(width, height)
  placeOn(surface, { scale: 1, x: 0, y: 0 })
  const root = sceneToKonva(scene, {
    konva: { Group, Shape, Util },
    picture: (_, layer) => sized.get(layer.id) ?? lostPicture(layer),
    mask: (sha256) => masks.get(sha256),
    pixelRatio: scale,
  })
  root.scale({ x: sx, y: sy })
  root.position({ x: -scene.x * sx, y: -scene.y * sy })
  root.drawScene(surface.konva)
  root.destroy()
  for (const { image } of pictures.values()) if (image instanceof ImageBitmap) image.close()
  return surface.element
}

async function loaded(
  assets: readonly string[],
  load: (sha256: string) => Promise<DrawablePicture | undefined>,
): Promise<Map<string, DrawablePicture>> {
  const found = new Map<string, DrawablePicture>()
  for (const asset of new Set(assets)) {
    const picture = await load(asset)
    if (picture) found.set(asset, picture)
  }
  return found
}

/** To the size at which it is drawn, as an export does: the canvas then scales nothing. */
async function resampled(picture: DrawablePicture, size: { width: number; height: number }): Promise<DrawablePicture> {
  const image = picture.image as ImageBitmap
  const { width, height } = size
  if ((width === picture.width && height === picture.height) || width * height > 100e6) {
    // The original is closed when all is drawn.
    return { image: await createImageBitmap(image), width: picture.width, height: picture.height }
  }
  const resized = await createImageBitmap(image, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' })
  return { image: resized, width, height }
}
