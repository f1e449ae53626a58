import { type Face, type FontFamily, faceOf, requireFont } from './fonts.ts'

/** Pieces of text that one font draws. */
export interface Run {
  text: string
  face: Face
  /** In ems: the top of the tallest letter that matters (capital or Chinese) and how far it sinks below the baseline. */
  top: number
  bottom: number
}

const HAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef\u30fb\u30fc]/u

/** Marks that both scripts use; in a Chinese text they are full-width. */
const SHARED_MARKS = /[‘’“”—…·]/u

export const isHan = (char: string): boolean => HAN.test(char)

export interface Style {
  family: string
  weight: number
  italic: boolean
  language: 'en' | 'zh'
}

/** Cut text where the font changes: Chinese in a Latin family goes to the family's companion. */
export function runsOf(text: string, style: Style): Run[] {
  const font = requireFont(style.family)
  const runs: Run[] = []
  for (const char of text) {
    const part = partFor(char, font, style)
    const last = runs.at(-1)
    if (last && last.face.family === part.face.family && last.bottom === part.bottom) last.text += char
    else runs.push({ text: char, ...part })
  }
  return runs
}

function partFor(char: string, font: FontFamily, { weight, italic, language }: Style): Omit<Run, 'text'> {
  const han = isHan(char) || (language === 'zh' && SHARED_MARKS.test(char))
  if (han && font.companion) {
    const companion = requireFont(font.companion.family)
    const face = faceOf(companion, font.companion.weight === 'same' ? weight : font.companion.weight, false)
    return { face, ...extent(companion, true) }
  }
  return { face: faceOf(font, weight, italic), ...extent(font, han) }
}

const extent = ({ metrics }: FontFamily, han: boolean) =>
  han ? { top: metrics.hanTop ?? metrics.cap, bottom: metrics.hanBottom ?? 0 } : { top: metrics.cap, bottom: 0 }
