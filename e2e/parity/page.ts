import Konva from 'konva/lib/Core.js'
import { parseDocument } from '#shared/document/document.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import { valuesOf } from '#shared/document/variables.ts'
import { cssFont } from '#shared/scene/fonts.ts'
import { sceneToKonva } from '#shared/scene/konva.ts'
import { maskAlpha } from '#shared/scene/mask.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import { runsOf } from '#shared/scene/runs.ts'
import { makeScene, type SceneOptions, textOf } from '#shared/scene/scene.ts'

/** The browser's side of the comparison: draws what it is told and hands back the pixels. */

export interface DrawRequest {
  document: unknown
  artboard: string
  scale: number
  options: SceneOptions
  /** Addresses of pictures by layer, and of masks by asset. */
  pictures: Record<string, string>
  masks: Record<string, string>
}

async function draw({ document: value, artboard, scale, options, pictures, masks }: DrawRequest) {
  const document = parseDocument(value)
  await loadFonts(document)
  const measure = canvasMeasurer(surface(1, 1).context)
  const scene = makeScene(document, artboard, measure, options)
  const [images, alphas] = [await loaded(pictures), await loaded(masks, maskAlpha)]
  const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)]
  Konva.pixelRatio = 1
  const root = sceneToKonva(scene, {
    konva: Konva,
    picture: (_, layer: ImageLayer) => images.get(layer.id),
    mask: (sha256) => alphas.get(sha256),
    pixelRatio: scale,
  })
  root.scale({ x: width / scene.width, y: height / scene.height })
  root.position({ x: (-scene.x * width) / scene.width, y: (-scene.y * height) / scene.height })
  const canvas = root.toCanvas({ x: 0, y: 0, width, height, pixelRatio: 1 })
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height)
  root.destroy()
  return { width, height, base64: await base64(data) }
}

async function loadFonts(document: ReturnType<typeof parseDocument>): Promise<void> {
  const values = valuesOf(document)
  const texts = document.layers.filter((layer) => layer.type === 'text')
  const runs = texts.flatMap((layer) => runsOf(textOf(layer, values), layer))
  await Promise.all(runs.map(({ face, text }) => globalThis.document.fonts.load(cssFont(face, 20), text)))
}

async function loaded(addresses: Record<string, string>, change?: typeof maskAlpha) {
  const entries = Object.entries(addresses).map(async ([key, address]) => {
    const bitmap = await createImageBitmap(await (await fetch(address)).blob())
    const { width, height } = bitmap
    const { canvas, context } = surface(width, height)
    context.drawImage(bitmap, 0, 0)
    if (change)
      context.putImageData(new ImageData(change(context.getImageData(0, 0, width, height).data), width, height), 0, 0)
    return [key, { image: canvas, width, height }] as const
  })
  return new Map(await Promise.all(entries))
}

function surface(width: number, height: number) {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return { canvas, context: canvas.getContext('2d', { willReadFrequently: true })! }
}

async function base64(bytes: Uint8ClampedArray<ArrayBuffer>): Promise<string> {
  const reader = new FileReader()
  reader.readAsDataURL(new Blob([bytes]))
  await new Promise((resolve) => reader.addEventListener('load', resolve))
  return String(reader.result).split(',')[1]!
}

Object.assign(globalThis, { draw })
