import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { focusOn, isSquare, isTall, openSheet } from './page.ts'
import { block, disc, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { body, grotesque, label } from './typefaces.ts'

/** A grid, much paper, a headline as large as the page is wide; the picture runs off the corner. */
export const swiss: Template = {
  id: 'swiss',
  title: 'Swiss',
  character: 'Grid and white space, a huge grotesque headline, the picture off the corner',
  usesPattern: false,
  page(input, size) {
    const { art, palette } = input
    const { paper, ink, accent } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, paper)
    const { width, height, unit, inner } = sheet
    const set = typesetter(sheet, input.language)
    const square = isSquare(size)

    const red = readable(paper, [accent], 4.5)
    const names = { x: inner.x, y: inner.y, width: inner.width * 0.5, height: 2.4 * unit }
    set('brand', names, label, { colour: ink, size: 2.1 * unit })
    const action = { ...names, x: inner.x + inner.width * 0.54, width: inner.width * 0.46 }
    set('callToAction', action, label, { colour: red, size: 2.1 * unit, align: 'right' })
    block(sheet, 'Rule', { ...inner, y: inner.y + 4.4 * unit, height: 0.5 * unit }, ink)

    const top = inner.y + 8.8 * unit
    const headline = height * (square ? 0.35 : isTall(size) ? 0.25 : 0.28)
    set('headline', { ...inner, y: top, height: headline }, grotesque, { colour: ink, size: 32 * unit })

    const artTop = top + headline + 7 * unit
    const artLeft = Math.round(width * (isTall(size) ? 0.4 : 0.36))
    sheet.image(
      'Art',
      { x: artLeft, y: artTop, width: width - artLeft, height: height - artTop },
      art,
      focusOn(palette),
    )
    const column = { x: inner.x, width: artLeft - inner.x - 3.4 * unit }
    const dot = Math.min(column.width, 10 * unit)
    disc(sheet, 'Dot', { x: inner.x, y: artTop, width: dot, height: dot }, accent)
    const under = artTop + dot + 3 * unit
    const tagline = { ...column, y: under, height: inner.y + inner.height - under }
    set('tagline', tagline, body, { colour: ink, size: 2.5 * unit, vertical: 'bottom' })
    return sheet.done()
  },
}
