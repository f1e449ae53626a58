import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { fill, focusOn, inset, isSquare, isTall, openSheet } from './page.ts'
import { block, pill, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { body, label, softSerif } from './typefaces.ts'

/** Wrapping paper: the pattern all over, a clean card in the middle. */
export const wrapper: Template = {
  id: 'wrapper',
  title: 'Wrapper',
  character: 'Pattern all over like wrapping paper, a card with the picture in the middle',
  usesPattern: true,
  page(input, size) {
    const { art, pattern, palette } = input
    const { paper, ink, accent, ground, pop } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, ground, { margin: 9.5 })
    const { width, height, unit, margin } = sheet
    const set = typesetter(sheet, input.language)
    const square = isSquare(size)

    const page = { x: 0, y: 0, width, height }
    if (pattern) sheet.image('Pattern', page, pattern, { fit: 'tile', tileSize: Math.round(17 * unit) })
    else sheet.shape('Rays', page, { shape: { kind: 'rays', count: 20 }, fill: fill(pop) })
    const card = inset(page, margin)
    block(sheet, 'Card', card, paper, 3 * unit)
    sheet.shape('Card line', inset(card, 1.6 * unit), {
      shape: { kind: 'rectangle', cornerRadius: 2 * unit },
      stroke: { colour: readable(paper, [accent], 2.6), width: 0.34 * unit },
    })

    const content = inset(card, 5.6 * unit)
    const centred = { align: 'center', vertical: 'middle' } as const
    set('brand', { ...content, height: 2.4 * unit }, label, {
      colour: ink,
      size: 2.2 * unit,
      tracking: 220,
      align: 'center',
    })
    const artTop = content.y + 5.8 * unit
    const side = Math.min(content.width, content.height * (square ? 0.44 : isTall(size) ? 0.46 : 0.5))
    const window = { x: (width - side) / 2, y: artTop, width: side, height: side }
    sheet.image('Art', window, art, { cornerRadius: square ? side / 2 : 1.6 * unit, ...focusOn(palette) })
    const foot = { x: width / 2, y: content.y + content.height - 5.4 * unit, side: 'center' } as const
    const button = pill(sheet, foot, input, { ground, ink: paper, size: 2 * unit })
    const from = artTop + side + 4.2 * unit
    const room = button.y - 3.2 * unit - from
    set('headline', { ...content, y: from, height: room * 0.58 }, softSerif, {
      colour: ink,
      size: 14 * unit,
      ...centred,
    })
    const tagline = {
      x: content.x + 2 * unit,
      width: content.width - 4 * unit,
      y: from + room * 0.74,
      height: room * 0.26,
    }
    set('tagline', tagline, body, { colour: ink, size: 2.5 * unit, ...centred })
    return sheet.done()
  },
}
