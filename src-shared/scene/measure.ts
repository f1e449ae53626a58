import { cssFont } from './fonts.ts'
import { MEASURED_AT, type TextMeasurer } from './setting.ts'

/** A canvas context to measure with; the browser's and Skia's give the same widths for the same font files. */
export interface RulerContext {
  font: string
  textRendering: string
  measureText(text: string): { width: number; actualBoundingBoxLeft: number; actualBoundingBoxRight: number }
}

/** The fonts must be loaded before: a canvas measures with whatever it has. */
export function canvasMeasurer(context: RulerContext): TextMeasurer {
  // Unhinted, so that widths grow with the size.
  context.textRendering = 'geometricPrecision'
  return (text, face) => {
    context.font = cssFont(face, MEASURED_AT)
    const { width, actualBoundingBoxLeft, actualBoundingBoxRight } = context.measureText(text)
    return { width, left: -actualBoundingBoxLeft, right: actualBoundingBoxRight }
  }
}
