import '../../src-renderer/app/without-eval.ts'
import { parseDocument } from '#shared/document/document.ts'
import { DocumentStore } from '#shared/document/store.ts'
import { type RenderOptions, renderArtboard } from '../../src-renderer/canvas/render.ts'

/** A page of the studio's service with nothing in it but the canvas's renderer. */

export interface RenderRequest {
  document: unknown
  artboard: string
  options: RenderOptions
}

/** An address of the pixels, RGBA. */
async function render({ document: value, artboard, options }: RenderRequest) {
  const canvas = await renderArtboard({ store: new DocumentStore(parseDocument(value)) }, artboard, options)
  const { width, height } = canvas
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height)
  const reader = new FileReader()
  reader.readAsDataURL(new Blob([data]))
  await new Promise((resolve) => reader.addEventListener('load', resolve))
  return { width, height, base64: String(reader.result).split(',')[1]! }
}

Object.assign(globalThis, { render })
