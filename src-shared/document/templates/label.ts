import { readable } from '../../units/colour.ts'
import { makeScheme } from '../palette.ts'
import { focusOn, inset, isSquare, isTall, openSheet } from './page.ts'
import { block, star, typesetter } from './parts.ts'
import type { Template } from './template.ts'
import { label as caps, serifText, softSerif } from './typefaces.ts'

/** A package label: medallion, soft serif, frame, and bands of the pattern where there is one. */
export const packageLabel: Template = {
  id: 'label',
  title: 'Label',
  character: 'Packaging front: round medallion, soft serif, frame and pattern bands',
  usesPattern: true,
  page(input, size) {
    const { art, pattern, palette } = input
    const { paper, ground, accent, pop } = input.scheme ?? makeScheme(palette)
    const sheet = openSheet(size, ground, { margin: 7 })
    const { width, height, unit, margin } = sheet
    const set = typesetter(sheet, input.language)
    const square = isSquare(size)
    const line = readable(ground, [pop, accent, paper], 3.5)

    const band = pattern ? Math.round((square ? 9 : 13) * unit) : 0
    const edge = band === 0 ? 0 : band + 0.9 * unit
    if (pattern) {
      const tile = { fit: 'tile', tileSize: band } as const
      sheet.image('Pattern top', { x: 0, y: 0, width, height: band }, pattern, tile)
      sheet.image('Pattern bottom', { x: 0, y: height - band, width, height: band }, pattern, tile)
      block(sheet, 'Rule top', { x: 0, y: band, width, height: 0.9 * unit }, line)
      block(sheet, 'Rule bottom', { x: 0, y: height - edge, width, height: 0.9 * unit }, line)
    }

    const frame = inset({ x: 0, y: edge, width, height: height - 2 * edge }, margin * 0.5)
    sheet.shape('Frame', frame, {
      shape: { kind: 'rectangle', cornerRadius: 2.4 * unit },
      stroke: { colour: line, width: 0.34 * unit },
    })
    const content = inset(frame, (square ? 4.4 : 5.6) * unit)
    const slice = (from: number, to: number) => ({
      ...content,
      y: content.y + content.height * from,
      height: content.height * (to - from),
    })
    const centred = { align: 'center', vertical: 'middle' } as const
    set('brand', slice(0, 0.04), caps, { colour: line, size: 2.7 * unit, tracking: 240, align: 'center' })

    const [from, to] = [square ? 0.1 : 0.085, square ? 0.55 : isTall(size) ? 0.54 : 0.57]
    const diameter = Math.min(content.height * (to - from), content.width)
    const middle = content.y + content.height * ((from + to) / 2)
    const medallion = { x: (width - diameter) / 2, y: middle - diameter / 2, width: diameter, height: diameter }
    sheet.image('Art', medallion, art, { cornerRadius: diameter / 2, ...focusOn(palette) })
    sheet.shape('Ring', inset(medallion, -1.3 * unit), {
      shape: { kind: 'ellipse' },
      stroke: { colour: line, width: 0.5 * unit },
    })
    if (diameter + 16 * unit < frame.width) {
      const reach = diameter / 2 + 5.4 * unit
      star(sheet, 'Star left', { x: width / 2 - reach, y: middle }, 2.8 * unit, 4, line)
      star(sheet, 'Star right', { x: width / 2 + reach, y: middle }, 2.8 * unit, 4, line)
    }

    set('headline', slice(to + 0.06, 0.8), softSerif, { colour: paper, size: 16 * unit, ...centred })
    set('tagline', slice(0.855, 0.925), serifText, { colour: paper, size: 3 * unit, ...centred })
    set('callToAction', slice(0.965, 1), caps, { colour: line, size: 2 * unit, align: 'center', vertical: 'bottom' })
    return sheet.done()
  },
}
