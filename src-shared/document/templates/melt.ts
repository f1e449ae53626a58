import { readable } from '../../units/colour.ts'
import { makeScheme, type PicturePalette, UNIFORM } from '../palette.ts'
import { type Box, isSquare, isTall, openSheet, type Sheet } from './page.ts'
import { pill, typesetter } from './parts.ts'
import type { Template, TemplateInput } from './template.ts'
import { body, fat, label } from './typefaces.ts'

/** The page takes the colour of the picture's background and the subject stands free on it. */
export const melt: Template = {
  id: 'melt',
  title: 'Melt',
  character: 'One flat colour from the picture, a fat headline, the subject standing free',
  usesPattern: false,
  page(input, size) {
    const { palette } = input
    const { paper, ink, accent, ground } = input.scheme ?? makeScheme(palette)
    const melts = palette.edge.share >= UNIFORM
    const page = melts ? palette.edge.colour : ground
    const sheet = openSheet(size, page)
    const { height, unit, margin, inner } = sheet
    const text = readable(page, melts ? [ink, paper] : [paper, ink], 7)
    const loud = melts ? text : readable(page, [accent, paper], 4.5)
    const button = {
      ground: melts ? readable(page, [accent, ground, ink, paper], 3) : loud,
      ink: page,
      size: 2.1 * unit,
    }
    const square = isSquare(size)
    const set = typesetter(sheet, input.language)
    set('brand', { ...inner, height: 2.4 * unit }, label, { colour: text, size: 2.1 * unit })
    const top = inner.y + 6.5 * unit
    const bottom = height - margin

    if (square) {
      const side = height * 0.56
      const headline = { ...inner, y: top, height: bottom - side - 5 * unit - top }
      set('headline', headline, fat, { colour: loud, size: 17 * unit })
      putArt(sheet, input, { x: inner.x + inner.width - side, y: bottom - side, width: side, height: side }, melts)
      const column = { x: inner.x, width: inner.width - side - 4 * unit }
      const tagline = { ...column, y: bottom - side, height: side - 9 * unit }
      set('tagline', tagline, body, { colour: text, size: 2.9 * unit, vertical: 'bottom' })
      pill(sheet, { x: inner.x, y: bottom - 5.7 * unit, side: 'left' }, input, { ...button, most: column.width })
      return sheet.done()
    }

    const headline = height * (isTall(size) ? 0.27 : 0.26)
    set('headline', { ...inner, y: top, height: headline }, fat, { colour: loud, size: 22 * unit })
    const foot = 6 * unit
    const artTop = top + headline + 6 * unit
    putArt(sheet, input, { ...inner, y: artTop, height: bottom - foot - 5 * unit - artTop }, melts)
    const corner = { x: inner.x + inner.width, y: bottom - 5.7 * unit, side: 'right' } as const
    const box = pill(sheet, corner, input, { ...button, most: inner.width * 0.45 })
    const tagline = { x: inner.x, y: bottom - foot, width: box.x - inner.x - 4 * unit, height: foot }
    set('tagline', tagline, body, { colour: text, size: 2.8 * unit, vertical: 'bottom' })
    return sheet.done()
  },
}

/** The subject alone on a page of its own background; with a busy background the whole picture as a card. */
function putArt(sheet: Sheet, { art, palette }: TemplateInput, box: Box, melts: boolean): void {
  if (melts) sheet.image('Art', box, art, { fit: 'contain', crop: roomAround(palette.subject) })
  else sheet.image('Art', box, art, { cornerRadius: 2.6 * sheet.unit })
}

/** A little background stays, for soft edges. */
function roomAround({ x, y, width, height }: PicturePalette['subject']) {
  const pad = 0.02
  const [left, top] = [Math.max(0, x - pad), Math.max(0, y - pad)]
  return { x: left, y: top, width: Math.min(1, x + width + pad) - left, height: Math.min(1, y + height + pad) - top }
}
