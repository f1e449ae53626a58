import { colourDistance, readable } from '../../units/colour.ts'
import type { PicturePalette } from '../palette.ts'
import { type Box, fill, type Sheet } from './page.ts'
import type { TemplateInput, Texts } from './template.ts'
import { label, type Typeface } from './typefaces.ts'

/** Pieces that several templates set. */

type Language = TemplateInput['language']

const NAMES: Record<keyof Texts, string> = {
  headline: 'Headline',
  tagline: 'Tagline',
  brand: 'Brand',
  callToAction: 'Call to action',
}

export interface Setting {
  colour: string
  /** Largest, px. */
  size: number
  align?: 'left' | 'center' | 'right'
  vertical?: 'top' | 'middle' | 'bottom'
  /** Instead of the face's own. */
  tracking?: number
}

/** Sets one of the four texts in a box; it shrinks until it fits, whatever its length or language. */
export type Typeset = (slot: keyof Texts, box: Box, face: (language: Language) => Typeface, setting: Setting) => void

export const typesetter =
  (sheet: Sheet, language: Language): Typeset =>
  (slot, box, face, { colour, size, align = 'left', vertical = 'top', tracking }) =>
    sheet.text(NAMES[slot], box, {
      text: `{{${slot}}}`,
      ...face(language),
      ...(tracking === undefined ? {} : { tracking }),
      size: Math.round(size),
      minSize: Math.max(6, Math.round(size / 12)),
      fit: 'shrink',
      align,
      verticalAlign: vertical,
      language,
      fill: fill(colour),
    })

/** Width that a line will need at `size`, generously: pages are laid out before any font is loaded. */
export function roughWidth(text: string, size: number, { tracking, uppercase }: Typeface): number {
  const ems = [...text].reduce((sum, char) => sum + (/[\u2e80-\uffef]/.test(char) ? 1.02 : uppercase ? 0.7 : 0.56), 0)
  return size * (ems + (tracking / 1000) * [...text].length)
}

interface Plate {
  ground: string
  ink: string
  size: number
  /** Widest, px. */
  most?: number
}

/** The call to action on a solid pill. `anchor.x` is its left edge, centre or right edge; gives the pill's box. */
export function pill(
  sheet: Sheet,
  anchor: { x: number; y: number; side: 'left' | 'center' | 'right' },
  { texts, language }: TemplateInput,
  { ground, ink, size, most = sheet.inner.width }: Plate,
): Box {
  const height = size * 2.7
  const width = Math.min(most, roughWidth(texts.callToAction, size, label(language)) + height)
  const x = anchor.x - { left: 0, center: width / 2, right: width }[anchor.side]
  const box = { x, y: anchor.y, width, height }
  sheet.shape('Pill', box, { shape: { kind: 'rectangle', cornerRadius: height / 2 }, fill: fill(ground) })
  // One line high, so that a long call becomes small before it becomes two lines.
  const line = {
    x: x + height * 0.4,
    y: anchor.y + height / 2 - size * 0.7,
    width: width - height * 0.8,
    height: size * 1.4,
  }
  typesetter(sheet, language)('callToAction', line, label, {
    colour: readable(ground, [ink, '#ffffff', '#111111']),
    size,
    align: 'center',
    vertical: 'middle',
  })
  return box
}

/** The brand's name on a small solid tag, so that it can lie on any picture. */
export function tag(
  sheet: Sheet,
  at: { x: number; y: number },
  input: TemplateInput,
  { ground, ink, size }: Plate,
): void {
  const width = roughWidth(input.texts.brand, size, label(input.language)) + 2 * size
  const box = { ...at, width, height: size * 2.5 }
  sheet.shape('Tag', box, { shape: { kind: 'rectangle' }, fill: fill(ground) })
  typesetter(sheet, input.language)('brand', { ...box, x: at.x + size * 0.8, width: width - 1.6 * size }, label, {
    colour: readable(ground, [ink]),
    size,
    align: 'center',
    vertical: 'middle',
  })
}

/** A rule, or any solid rectangle. */
export const block = (sheet: Sheet, name: string, box: Box, colour: string, cornerRadius = 0): void =>
  sheet.shape(name, box, { shape: { kind: 'rectangle', cornerRadius }, fill: fill(colour) })

export const disc = (sheet: Sheet, name: string, box: Box, colour: string): void =>
  sheet.shape(name, box, { shape: { kind: 'ellipse' }, fill: fill(colour) })

/** A small star ornament around a point. */
export const star = (
  sheet: Sheet,
  name: string,
  at: { x: number; y: number },
  size: number,
  points: number,
  colour: string,
): void =>
  sheet.shape(
    name,
    { x: at.x - size / 2, y: at.y - size / 2, width: size, height: size },
    {
      shape: { kind: 'star', points, innerRadius: points > 4 ? 0.42 : 0.32 },
      fill: fill(colour),
    },
  )

/** Of these colours, the one that is farthest from what the picture mostly is. */
export function standingOut(colours: string[], { swatches }: PicturePalette): string {
  const nearest = (colour: string) =>
    Math.min(...swatches.filter(({ share }) => share > 0.12).map((swatch) => colourDistance(colour, swatch.colour)), 1)
  return colours.reduce((best, next) => (nearest(next) > nearest(best) ? next : best))
}
