import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { focusOn, isSquare, isTall, openSheet } from './page.ts'
import { block, pill, tag, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { body, condensed } from './typefaces.ts'

/** The picture fills the page down to a solid panel with a tall condensed headline. */
export const panel: Template = {
  id: 'panel',
  title: 'Panel',
  character: 'Full-bleed picture over a solid panel, tall condensed headline',
  usesPattern: false,
  page(input, size) {
    const { art, palette } = input
    const { paper, ink, ground, accent } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, ground)
    const { width, height, unit, margin, inner } = sheet
    const set = typesetter(sheet, input.language)
    const bright = readable(ground, [accent, paper], 4.5)
    const button = { ground: bright, ink: ground, size: 2.1 * unit }
    const name = { ground: paper, ink, size: 2.1 * unit }

    if (isSquare(size)) {
      const split = Math.round(width * 0.48)
      sheet.image('Art', { x: split, y: 0, width: width - split, height }, art, focusOn(palette))
      block(sheet, 'Band', { x: split - 0.7 * unit, y: 0, width: 1.4 * unit, height }, bright)
      const column = { x: margin, width: split - 1.9 * margin }
      set('headline', { ...column, y: margin, height: height * 0.56 }, condensed, { colour: bright, size: 30 * unit })
      const tagline = { ...column, y: height * 0.56 + margin, height: height * 0.44 - 2 * margin - 9.5 * unit }
      set('tagline', tagline, body, { colour: paper, size: 2.9 * unit, vertical: 'bottom' })
      pill(sheet, { x: margin, y: height - margin - 5.7 * unit, side: 'left' }, input, {
        ...button,
        most: column.width,
      })
      tag(sheet, { x: split + 0.7 * unit, y: margin }, input, name)
      return sheet.done()
    }

    const split = Math.round(height * (isTall(size) ? 0.56 : 0.55))
    sheet.image('Art', { x: 0, y: 0, width, height: split }, art, focusOn(palette))
    block(sheet, 'Band', { x: 0, y: split - 0.7 * unit, width, height: 1.4 * unit }, bright)
    const foot = 6.4 * unit
    const top = split + 5 * unit
    const bottom = height - margin
    const headline = { ...inner, y: top, height: bottom - foot - 5 * unit - top }
    set('headline', headline, condensed, { colour: bright, size: 40 * unit, vertical: 'middle' })
    const corner = { x: inner.x + inner.width, y: bottom - 5.7 * unit, side: 'right' } as const
    const box = pill(sheet, corner, input, { ...button, most: inner.width * 0.45 })
    const tagline = { x: inner.x, y: bottom - foot, width: box.x - inner.x - 4 * unit, height: foot }
    set('tagline', tagline, body, { colour: paper, size: 2.8 * unit, vertical: 'bottom' })
    tag(sheet, { x: 0, y: margin }, input, name)
    return sheet.done()
  },
}
