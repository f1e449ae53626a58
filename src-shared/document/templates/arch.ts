import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { type Box, focusOn, isSquare, isTall, openSheet, type Sheet } from './page.ts'
import { star, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { editorial, label, serifText } from './typefaces.ts'

/** A window with a round top on quiet paper, a serif headline as in a magazine. */
export const arch: Template = {
  id: 'arch',
  title: 'Arch',
  character: 'Editorial calm: arched window, high-contrast serif, centred',
  usesPattern: false,
  page(input, size) {
    const { art, palette } = input
    const { paper, ink, accent } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, paper, { margin: 7 })
    const { width, unit, inner } = sheet
    const set = typesetter(sheet, input.language)
    const line = readable(paper, [accent], 2.6)
    const red = readable(paper, [accent], 4.5)
    const square = isSquare(size)
    const bottom = inner.y + inner.height

    const window: Box = square
      ? { x: inner.x + 1.8 * unit, y: inner.y + 1.8 * unit, width: width * 0.42, height: inner.height - 1.8 * unit }
      : {
          x: width * 0.16,
          y: inner.y + 8.5 * unit,
          width: width * 0.68,
          height: inner.height * (isTall(size) ? 0.48 : 0.5),
        }
    const outline = {
      x: window.x - 1.8 * unit,
      y: window.y - 1.8 * unit,
      width: window.width + 3.6 * unit,
      height: window.height + 1.8 * unit,
    }
    arched(sheet, 'Outline', outline, (tall, radius) =>
      sheet.shape('Outline shape', tall, {
        shape: { kind: 'rectangle', cornerRadius: radius },
        stroke: { colour: line, width: 0.4 * unit },
      }),
    )
    arched(sheet, 'Window', window, (tall, radius) =>
      sheet.clipped('Window shape', tall, radius, () => sheet.image('Art', window, art, focusOn(palette))),
    )

    if (square) {
      const left = outline.x + outline.width + 5 * unit
      const column = { x: left, width: inner.x + inner.width - left }
      set('brand', { ...column, y: inner.y, height: 2.4 * unit }, label, {
        colour: ink,
        size: 2.1 * unit,
        tracking: 200,
      })
      set('headline', { ...column, y: inner.y + 10 * unit, height: inner.height - 38 * unit }, editorial, {
        colour: ink,
        size: 20 * unit,
      })
      star(sheet, 'Star', { x: left + 1.2 * unit, y: bottom - 21.5 * unit }, 2.4 * unit, 8, line)
      set('tagline', { ...column, y: bottom - 18 * unit, height: 12 * unit }, serifText, {
        colour: ink,
        size: 3 * unit,
      })
      set('callToAction', { ...column, y: bottom - 2.4 * unit, height: 2.4 * unit }, label, {
        colour: red,
        size: 2 * unit,
        vertical: 'bottom',
      })
      return sheet.done()
    }

    const centred = { align: 'center', vertical: 'middle' } as const
    set('brand', { ...inner, height: 2.6 * unit }, label, {
      colour: ink,
      size: 2.2 * unit,
      tracking: 240,
      align: 'center',
    })
    const top = window.y + window.height + 6.5 * unit
    const tagline = bottom - 15.5 * unit
    set('headline', { ...inner, y: top, height: tagline - 6 * unit - top }, editorial, {
      colour: ink,
      size: 22 * unit,
      ...centred,
    })
    const narrow = { x: inner.x + inner.width * 0.08, width: inner.width * 0.84 }
    set('tagline', { ...narrow, y: tagline, height: 6.6 * unit }, serifText, {
      colour: ink,
      size: 3 * unit,
      ...centred,
    })
    star(sheet, 'Star', { x: width / 2, y: bottom - 5.6 * unit }, 2.2 * unit, 8, line)
    set('callToAction', { ...inner, y: bottom - 2.4 * unit, height: 2.4 * unit }, label, {
      colour: red,
      size: 2 * unit,
      align: 'center',
      vertical: 'bottom',
    })
    return sheet.done()
  },
}

/** Round on top, square below: a taller round-cornered box, cut at the bottom. */
function arched(sheet: Sheet, name: string, box: Box, draw: (tall: Box, radius: number) => void): void {
  const radius = box.width / 2
  // Room around the sides for a stroke's outer half.
  const cut = { x: box.x - 20, y: box.y - 20, width: box.width + 40, height: box.height + 20 }
  sheet.clipped(name, cut, 0, () => draw({ ...box, height: box.height + radius }, radius))
}
