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
    const melts = palette.edge.near >= UNIFORM
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
  if (!melts) {
    sheet.image('Art', box, art, { cornerRadius: 2.6 * sheet.unit })
    return
  }
  const crop = roomAround(palette.subject)
  const [width, height] = [crop.width * art.width, crop.height * art.height]
  const scale = Math.min(box.width / width, box.height / height)
  const placed = {
    x: box.x + (box.width - width * scale) / 2,
    y: box.y + (box.height - height * scale) / 2,
    width: width * scale,
    height: height * scale,
  }
  sheet.image('Art', placed, art, { crop, fit: 'fill' })
  fadeEdges(sheet, placed, palette, crop)
}

type Crop = PicturePalette['subject']

/** A strip of background stays around the subject, for the fade. */
const ROOM = 0.08
/** Narrowest fade, as a part of the side: a subject that runs off the picture runs out softly too. */
const LEAST = 0.04

function roomAround({ x, y, width, height }: Crop): Crop {
  const [left, top] = [Math.max(0, x - ROOM), Math.max(0, y - ROOM)]
  return { x: left, y: top, width: Math.min(1, x + width + ROOM) - left, height: Math.min(1, y + height + ROOM) - top }
}

/** Grain and brush strokes of the background run out into the page's flat colour. */
function fadeEdges(sheet: Sheet, box: Box, { subject, edge }: PicturePalette, crop: Crop): void {
  const bands = {
    left: Math.max(LEAST, (subject.x - crop.x) / crop.width),
    top: Math.max(LEAST, (subject.y - crop.y) / crop.height),
    right: Math.max(LEAST, (crop.x + crop.width - subject.x - subject.width) / crop.width),
    bottom: Math.max(LEAST, (crop.y + crop.height - subject.y - subject.height) / crop.height),
  }
  const stops = [
    { at: 0, colour: edge.colour },
    { at: 0.15, colour: edge.colour },
    { at: 1, colour: `${edge.colour}00` },
  ]
  const fade = (side: string, strip: Box, from: [number, number], to: [number, number]) => {
    // A px over the picture's own edge, which is smoothed.
    const { x, y, width, height } = strip
    const over = { x: x - 1, y: y - 1, width: width + 2, height: height + 2 }
    sheet.shape(`Fade ${side}`, over, { shape: { kind: 'rectangle' }, fill: { kind: 'linear', from, to, stops } })
  }
  const [wide, tall] = [(part: number) => part * box.width, (part: number) => part * box.height]
  fade('left', { ...box, width: wide(bands.left) }, [0, 0], [1, 0])
  fade('top', { ...box, height: tall(bands.top) }, [0, 0], [0, 1])
  fade('right', { ...box, x: box.x + wide(1 - bands.right), width: wide(bands.right) }, [1, 0], [0, 0])
  fade('bottom', { ...box, y: box.y + tall(1 - bands.bottom), height: tall(bands.bottom) }, [0, 1], [0, 0])
}
