import { cssFont } from './fonts.ts'
import { MEASURED_AT, type TextMeasurer } from './setting.ts'

/** A canvas context to measure with; the browser's and Skia's give the same widths for the same font files. */
export interface RulerContext {
  font: string
  textRendering: string
  measureText(text: string): { width: number; actualBoundingBoxLeft: number; actualBoundingBoxRight: number }
}

/** The fonts must be loaded before: a canvas measures with whatever it has. The context is the measurer's own. */
export function canvasMeasurer(context: RulerContext): TextMeasurer {
  // Unhinted, so that widths grow with the size.
  context.textRendering = 'geometricPrecision'
  let current = ''
  return (text, face) => {
    const font = cssFont(face, MEASURED_AT)
    // A canvas parses the font anew each time that it is set.
    if (font !== current) context.font = font
    current = font
    const { width, actualBoundingBoxLeft, actualBoundingBoxRight } = context.measureText(text)
    return { width, left: -actualBoundingBoxLeft, right: actualBoundingBoxRight }
  }
}
