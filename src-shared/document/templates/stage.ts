import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { focusOn, isSquare, isTall, openSheet } from './page.ts'
import { block, disc, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { body, label, wide } from './typefaces.ts'

/** Circles and bars in the manner of 1923: the picture is the largest circle. */
export const stage: Template = {
  id: 'stage',
  title: 'Stage',
  character: 'Bauhaus geometry: the picture as a great circle, bars, a wide headline',
  usesPattern: false,
  page(input, size) {
    const { art, palette } = input
    const { paper, ink, accent, ground, pop } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, paper)
    const { width, height, unit, margin, inner } = sheet
    const set = typesetter(sheet, input.language)
    const square = isSquare(size)

    const d = width * (square ? 0.58 : 0.82)
    const [cx, cy] = square ? [width * 0.66, height * 0.33] : [width * 0.56, height * (isTall(size) ? 0.32 : 0.345)]
    const circle = { x: cx - d / 2, y: cy - d / 2, width: d, height: d }
    block(sheet, 'Bar', { x: cx, y: 0, width: width - cx, height: cy }, accent)
    const fall = 3 * unit
    disc(sheet, 'Shadow', { ...circle, x: circle.x - fall, y: circle.y + fall }, ground)
    sheet.image('Art', circle, art, { cornerRadius: d / 2, ...focusOn(palette) })
    disc(sheet, 'Moon', { x: inner.x, y: inner.y + 4.6 * unit, width: 11 * unit, height: 11 * unit }, pop)
    // The name ends where the circle begins at its height.
    const chord = Math.sqrt(Math.max(0, (d / 2) ** 2 - (cy - inner.y - 2.4 * unit) ** 2))
    const brand = { x: inner.x, y: inner.y, width: cx - chord - inner.x - 3 * unit, height: 2.4 * unit }
    set('brand', brand, label, { colour: ink, size: 2.1 * unit })

    const foot = 6 * unit
    const row = height - margin - foot
    const top = circle.y + d + fall + 4 * unit
    const headline = { ...inner, y: top, height: row - 5.6 * unit - top }
    set('headline', headline, wide, { colour: ink, size: 24 * unit, vertical: 'bottom' })
    block(sheet, 'Foot', { x: inner.x, y: row, width: 0.9 * unit, height: foot }, accent)
    const tagline = { x: inner.x + 3 * unit, y: row, width: inner.width * 0.6 - 3 * unit, height: foot }
    set('tagline', tagline, body, { colour: ink, size: 2.6 * unit, vertical: 'middle' })
    const action = { x: inner.x + inner.width * 0.63, y: row, width: inner.width * 0.37, height: foot }
    set('callToAction', action, label, {
      colour: readable(paper, [accent, ground], 4.5),
      size: 2.2 * unit,
      align: 'right',
      vertical: 'middle',
    })
    return sheet.done()
  },
}
