/** Pairs of a display and a text face, in English and in Chinese. Tracking and leading belong to the face. */

export interface Typeface {
  family: string
  weight: number
  italic?: boolean
  lineHeight: number
  tracking: number
  uppercase?: boolean
}

type Language = 'en' | 'zh'

const of = (en: Typeface, zh: Typeface) => (language: Language) => (language === 'zh' ? zh : en)

const zhHeavy: Typeface = { family: 'Noto Sans SC', weight: 900, lineHeight: 1.14, tracking: -10 }
const zhSong: Typeface = { family: 'Noto Serif SC', weight: 900, lineHeight: 1.2, tracking: 20 }
const zhText: Typeface = { family: 'Noto Sans SC', weight: 500, lineHeight: 1.55, tracking: 20 }
const zhSmall: Typeface = { family: 'Noto Sans SC', weight: 700, lineHeight: 1.4, tracking: 80 }

export const grotesque = of({ family: 'Bricolage Grotesque', weight: 800, lineHeight: 0.94, tracking: -28 }, zhHeavy)
export const condensed = of({ family: 'Anton', weight: 400, lineHeight: 1.02, tracking: 0, uppercase: true }, zhHeavy)
/** A shout on newsprint: condensed capitals, in Chinese the heavy Song of a masthead. */
export const shout = of({ family: 'Anton', weight: 400, lineHeight: 1.02, tracking: 0, uppercase: true }, zhSong)
export const fat = of({ family: 'Bowlby One', weight: 400, lineHeight: 0.98, tracking: -12 }, zhHeavy)
export const softSerif = of({ family: 'Fraunces', weight: 900, lineHeight: 0.98, tracking: -18 }, zhSong)
export const editorial = of({ family: 'DM Serif Display', weight: 400, lineHeight: 1.0, tracking: -8 }, zhSong)
export const wide = of({ family: 'Syne', weight: 800, lineHeight: 0.98, tracking: -30 }, zhHeavy)

/** Sentences. */
export const body = of({ family: 'Inter', weight: 500, lineHeight: 1.38, tracking: -6 }, zhText)
/** Names and labels in small capitals. */
export const label = of({ family: 'Inter', weight: 700, lineHeight: 1.3, tracking: 90, uppercase: true }, zhSmall)
/** A line under a serif headline. */
export const serifText = of(
  { family: 'Fraunces', weight: 400, italic: true, lineHeight: 1.32, tracking: 0 },
  { family: 'Noto Serif SC', weight: 500, lineHeight: 1.6, tracking: 30 },
)
