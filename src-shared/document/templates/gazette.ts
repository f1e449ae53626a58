import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { fill, focusOn, inset, isSquare, isTall, openSheet } from './page.ts'
import { block, standingOut, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { body, label, shout } from './typefaces.ts'

/** A broadside off the street press: masthead, rules, a shout, a badge. */
export const gazette: Template = {
  id: 'gazette',
  title: 'Gazette',
  character: 'Letterpress broadside: rules, framed picture, shouting headline, badge',
  usesPattern: false,
  page(input, size) {
    const { art, palette } = input
    const { paper, ink, accent, ground, pop } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, paper)
    const { height, unit, inner } = sheet
    const set = typesetter(sheet, input.language)
    const square = isSquare(size)
    const bottom = inner.y + inner.height
    const centred = { align: 'center', vertical: 'middle' } as const
    const rule = (name: string, y: number, weight: number) =>
      block(sheet, name, { ...inner, y, height: weight * unit }, ink)

    rule('Rule top', inner.y, 0.9)
    rule('Rule top fine', inner.y + 1.5 * unit, 0.25)
    set('brand', { ...inner, y: inner.y + 3.4 * unit, height: 2.8 * unit }, label, {
      colour: ink,
      size: 2.4 * unit,
      tracking: 300,
      ...centred,
    })
    rule('Rule masthead', inner.y + 7.6 * unit, 0.25)

    const top = inner.y + 11 * unit
    const room = height * (square ? 0.23 : isTall(size) ? 0.28 : 0.27)
    set('headline', { ...inner, y: top, height: room }, shout, { colour: ink, size: 42 * unit, ...centred })

    const foot = 10 * unit
    const artTop = top + room + 3.6 * unit
    const frame = { ...inner, y: artTop, height: bottom - foot - artTop }
    sheet.image('Art', frame, art, focusOn(palette))
    sheet.shape('Frame', inset(frame, 0.3 * unit), {
      shape: { kind: 'rectangle' },
      stroke: { colour: ink, width: 0.6 * unit },
    })

    const badge = (square ? 17 : 21) * unit
    const right = {
      x: frame.x + frame.width - badge * 0.88,
      y: frame.y + frame.height - badge - 1.4 * unit,
      width: badge,
      height: badge,
    }
    const colour = standingOut([accent, pop, ground, ink], palette)
    sheet.shape('Badge', right, {
      shape: { kind: 'star', points: 24, innerRadius: 0.88 },
      fill: fill(colour),
      rotation: -8,
    })
    set('callToAction', inset(right, badge * 0.2), shout, {
      colour: readable(colour, [paper, ink]),
      size: 5 * unit,
      ...centred,
    })

    set('tagline', { ...inner, y: bottom - foot + 2.4 * unit, height: foot - 6.4 * unit }, body, {
      colour: ink,
      size: 2.9 * unit,
      ...centred,
    })
    rule('Rule bottom fine', bottom - 1.75 * unit, 0.25)
    rule('Rule bottom', bottom - 0.9 * unit, 0.9)
    return sheet.done()
  },
}
