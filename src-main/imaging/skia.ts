import {
  type Canvas,
  createCanvas,
  GlobalFonts,
  Image,
  ImageData,
  PDFDocument,
  type SKRSContext2D,
  setTextRenderer,
} from '@napi-rs/canvas'
import Konva from 'konva/lib/Core.js'

/**
 * Konva on Skia, without a window. The `system` text renderer draws as Chromium does on this system, so that the
 * export equals the canvas in the studio.
 */
setTextRenderer('system')

const konva = Konva as unknown as {
  Util: { createCanvasElement(): unknown; createImageElement(): unknown }
  pixelRatio: number
  autoDrawEnabled: boolean
}
konva.Util.createCanvasElement = () => Object.assign(createCanvas(1, 1), { style: {} })
konva.Util.createImageElement = () => new Image()
konva.pixelRatio = 1
// Nobody watches; drawing happens once, on request.
konva.autoDrawEnabled = false

export { type Canvas, createCanvas, GlobalFonts, Image, ImageData, Konva, PDFDocument, type SKRSContext2D }
