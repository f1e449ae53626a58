import data from '../../assets/fonts.json' with { type: 'json' }
import { StudioError } from '../errors.ts'

/** The bundled font families; assets/fonts.json is the list, with licences. */
export interface FontFamily {
  family: string
  /** npm package whose `files/` hold the woff2 subsets. */
  package: string
  /** `han` families have Latin letters too; `latin` ones need a companion for Chinese. */
  script: 'latin' | 'han'
  /** One file holds every weight between the first and the last. */
  variable: boolean
  weights: number[]
  /** The weights that also have an italic. */
  italics: number[]
  /** Draws the Chinese in a Latin text, at its own weight or the text's. */
  companion?: { family: string; weight: number | 'same' }
  /** In ems from the baseline: capitals, tall and hanging letters, Chinese characters. Measured from the glyphs. */
  metrics: { cap: number; ascent: number; descent: number; hanTop?: number; hanBottom?: number }
  licence: string
  copyright: string
  /** One line for the font menu. */
  character: string
}

export const FONTS = data.families as FontFamily[]

const byName = new Map(FONTS.map((font) => [font.family, font]))

export function requireFont(family: string, where?: string): FontFamily {
  const font = byName.get(family)
  if (font) return font
  throw new StudioError({
    code: 'not-found',
    message: `no font family "${family}"`,
    ...(where ? { where: { field: where } } : {}),
    remedy: `There are ${FONTS.map((known) => known.family).join(', ')}.`,
  })
}

/** One font as a canvas needs it. */
export interface Face {
  family: string
  weight: number
  italic: boolean
}

/** The nearest weight the family really has: a canvas would smear a heavier one. Ties go to the heavier. */
export function faceOf(font: FontFamily, weight: number, italic: boolean): Face {
  const weights = italic && font.italics.length > 0 ? font.italics : font.weights
  const nearest = font.variable
    ? Math.min(Math.max(weight, font.weights[0]!), font.weights.at(-1)!)
    : weights.reduce((best, next) => (Math.abs(next - weight) <= Math.abs(best - weight) ? next : best))
  return { family: font.family, weight: nearest, italic: italic && font.italics.length > 0 }
}

/** CSS font shorthand. Bundled families only, so that no installed font sneaks in. */
export const cssFont = ({ family, weight, italic }: Face, size: number) =>
  `${italic ? 'italic ' : ''}${weight} ${size}px "${family}"`
