import type { Limit } from '../recipe/text.ts'

export type LimitUnit = Limit['unit']

/**
 * Characters that stand alone: no combining marks, joiners, surrogates or jamo, so one code unit is one character.
 * Text made only of these needs no segmenter, which is a hundred times dearer.
 */
const SIMPLE =
  /^[\x20-\x7e\u00a0-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3400-\u9fff\uff00-\uff9d]*$/

/**
 * What takes two columns: East Asian Wide and Fullwidth of UAX #11, and pictographs, which are as wide. Ambiguous ones
 * (curly quotes, dash, ellipsis) count 1: a headline of an ad network with ’ in it is counted as English.
 */
const WIDE =
  /^(?:[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|.*\ufe0f)/u

/** Han, kana and Thai have no spaces between words; each Han or kana character counts as one, as word processors do. */
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]/gu
const WORD = /[\p{L}\p{N}]/u

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Length of a text as a channel counts it. Characters are what a reader calls one: a flag or family is 1. */
export function count(text: string, unit: LimitUnit): number {
  switch (unit) {
    case 'characters':
      return SIMPLE.test(text) ? text.length : countGraphemes(text)
    case 'width':
      return SIMPLE.test(text) ? simpleWidth(text) : segmentedWidth(text)
    case 'words':
      return countWords(text)
  }
}

/** What is left of a limit; negative when the text is too long. */
export function remaining(text: string, limit: Limit): number {
  return limit.max - count(text, limit.unit)
}

export function fits(text: string, limit: Limit | undefined): boolean {
  // No unit counts more than two per code unit.
  return limit === undefined || text.length * 2 <= limit.max || remaining(text, limit) >= 0
}

function countGraphemes(text: string): number {
  let total = 0
  for (const _ of graphemes.segment(text)) total++
  return total
}

function simpleWidth(text: string): number {
  let total = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x3000 && code !== 0x303f && !(code > 0xff60 && code < 0xffe0)) total++
  }
  return total
}

function segmentedWidth(text: string): number {
  let total = 0
  for (const { segment } of graphemes.segment(text)) total += WIDE.test(segment) ? 2 : 1
  return total
}

/** Runs between spaces that hold a letter or digit: "ready-to-drink" is 1, a lone "–" is 0, "买一送一" is 4. */
function countWords(text: string): number {
  let total = 0
  const rest = text.replace(CJK, () => {
    total++
    return ' '
  })
  for (const run of rest.split(/\s+/)) if (WORD.test(run)) total++
  return total
}
