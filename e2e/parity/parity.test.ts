import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose } from '#main/imaging/compose.ts'
import { decode } from '#main/imaging/decode.ts'
import { encode } from '#main/imaging/encode.ts'
import { type Canvas, createCanvas, ImageData, Konva } from '#main/imaging/skia.ts'
import { parseDocument } from '#shared/document/document.ts'
import { resolve } from '#shared/document/resolve.ts'
import { TEMPLATES } from '#shared/document/templates/templates.ts'
import type { DrawablePicture } from '#shared/scene/draw.ts'
import { sceneToKonva } from '#shared/scene/konva.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import { drawnSize } from '#shared/scene/pictures.ts'
import { makeScene, type SceneOptions } from '#shared/scene/scene.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { openBrowser, type ParityBrowser } from './browser.ts'
import { difference } from './difference.ts'
import { boards, fromTemplate, pictures } from './documents.ts'

/**
 * The canvas in the studio (Chromium) and the export (Node) draw the same document, pixel by pixel. Both are Skia; what
 * could differ is fonts, filters, rounding and what each does with the calls of a canvas.
 */

const dir = mkdtempSync(join(tmpdir(), 'broadside-parity-'))
const assets: Record<string, string> = {}
let browser: ParityBrowser

beforeAll(async () => {
  for (const [sha256, picture] of Object.entries(pictures)) {
    assets[sha256] = join(dir, `${sha256.slice(0, 4)}.png`)
    writeFileSync(assets[sha256], await encode(picture, { format: 'png' }))
  }
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  rmSync(dir, { recursive: true })
})

function drawable({ width, height, channels, data }: RawPicture): DrawablePicture {
  const canvas = createCanvas(width, height)
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let at = 0; at < width * height; at++)
    for (let i = 0; i < channels; i++) rgba[at * 4 + i] = data[at * channels + i]!
  canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0)
  return { image: canvas, width, height }
}

async function compare(
  name: string,
  value: unknown,
  artboard: string,
  scale = 1,
  options: SceneOptions = {},
  other = value,
) {
  const document = parseDocument(value)
  const offered: Record<string, string> = {}
  const masks: Record<string, string> = {}
  const sized = async (sha256: string, width: number, height: number) =>
    browser.offer(await encode(await decode(assets[sha256]!, { width, height, fit: 'fill' }), { format: 'png' }))
  for (const layer of resolve(document).layers) {
    if (layer.type === 'image') {
      const { width, height } = drawnSize(layer, pictures[layer.asset]!, scale)
      offered[layer.id] = await sized(layer.asset, width, height)
    }
    // One picture per mask: the largest box that it is stretched over.
    if (layer.mask) {
      const users = document.layers.filter(({ mask }) => mask?.asset === layer.mask!.asset)
      const [width, height] = [
        Math.max(...users.map((user) => user.width)) * scale,
        Math.max(...users.map((user) => user.height)) * scale,
      ]
      masks[layer.mask.asset] ??= await sized(layer.mask.asset, Math.round(width), Math.round(height))
    }
  }
  const here = await compose(document, artboard, { scale, assets, ...options })
  const there = await browser.draw({ document: other, artboard, scale, options, pictures: offered, masks })
  const found = difference(here, there)
  if (process.env.PARITY_OUT) {
    const diff = new Uint8Array(here.data.length).fill(255)
    for (let i = 0; i < diff.length; i++)
      if (i % 4 < 3) diff[i] = Math.min(255, Math.abs(here.data[i]! - there.data[i]!) * 32)
    const files = { node: here, chromium: there, difference: { ...here, data: diff } }
    for (const [kind, picture] of Object.entries(files))
      writeFileSync(
        join(process.env.PARITY_OUT, `${name}-${kind}.png`),
        await encode(picture as RawPicture, { format: 'png' }),
      )
    process.stderr.write(`${name}: ${found.most}, ${(found.share * 100).toFixed(4)} %\n`)
  }
  return found
}

describe('the canvas equals the export', () => {
  it.each(TEMPLATES.flatMap(({ id }) => (['en', 'zh'] as const).map((language) => [id, language] as const)))(
    'template %s (%s)',
    async (id, language) => {
      const document = fromTemplate(id, language)
      expect(await compare(`${id}-${language}`, document, document.artboards[0]!.id)).toEqual({ most: 0, share: 0 })
    },
  )

  const same = { most: 0, share: 0 }

  it.each(Object.keys(boards))('%s', async (id) => {
    expect(await compare(id, boards[id], id, 1, { dielines: true })).toEqual(same)
  })

  it.each(Object.keys(boards))('%s, larger and with its bleed', async (id) => {
    expect(await compare(`${id}-larger`, boards[id], id, 1.7, { dielines: true, bleed: true })).toEqual(same)
  })

  it.each(Object.keys(boards))('%s on nothing', async (id) => {
    const document = boards[id]!
    const clear = { ...document, artboards: document.artboards.map((board) => ({ ...board, background: null })) }
    expect(await compare(`${id}-clear`, clear, id)).toEqual(same)
  })

  // As on screen, where a picture comes from a pyramid of sizes: what is left to the canvas's filter is the same too.
  it.each([0.4, 1.9])('pictures that are %d times as large as they are drawn', async (factor) => {
    const document = boards.images!
    const sources = new Map<string, DrawablePicture>()
    const offered: Record<string, string> = {}
    for (const layer of document.layers) {
      if (layer.type !== 'image') continue
      const size = drawnSize(layer, pictures[layer.asset]!, factor)
      const picture = await decode(assets[layer.asset]!, { ...size, fit: 'fill' })
      offered[layer.id] = browser.offer(await encode(picture, { format: 'png' }))
      sources.set(layer.id, drawable(picture))
    }
    const scene = makeScene(document, 'images', canvasMeasurer(createCanvas(1, 1).getContext('2d')))
    const root = sceneToKonva(scene, {
      konva: Konva as never,
      picture: (_, { id }) => sources.get(id),
      pixelRatio: 1,
    })
    const { width, height } = scene
    const canvas = root.toCanvas({ x: 0, y: 0, width, height, pixelRatio: 1 }) as unknown as Canvas
    const here: RawPicture = { width, height, channels: 4, data: canvas.data() }
    const request = { document, artboard: 'images', scale: 1, options: {}, pictures: offered, masks: {} }
    expect(difference(here, await browser.draw(request))).toEqual(same)
  })

  it('and a pixel more or less would be seen', async () => {
    const [here, there] = [boards.shapes!, structuredClone(boards.shapes!)]
    const found = await compare(
      'moved',
      here,
      'shapes',
      1,
      {},
      { ...there, layers: there.layers.map((l) => ({ ...l, x: l.x + 0.25 })) },
    )
    expect(found.most).toBeGreaterThan(20)
  })
})
