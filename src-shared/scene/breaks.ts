import { isHan } from './runs.ts'

/**
 * Where a line may break: UAX #14 in the part that posters need. Latin breaks at spaces and after hyphens; Chinese
 * between words (Intl.Segmenter knows them), never so that a line starts with closing or ends with opening
 * punctuation (kinsoku).
 */

const NOT_AT_START = new Set([
  ...'、。，．！？：；）」』】〉》〕］｝〗〙〛”’％‰℃°々ー・·…—～゛゜ヽヾ',
  ...'ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ',
  ...',.!?:;)]}%',
])
const NOT_AT_END = new Set([...'（「『【〈《〔［｛〖〘〚“‘￥＄£', ...'([{$¥#'])
const BREAKING_SPACE = /^[ \t\u2000-\u2006\u2008-\u200a\u3000]+$/
const AFTER_HYPHEN = /[-\u2010\u2012\u2013]$/

/** What stays together on a line, and the space after it that a line end swallows. */
export interface Atom {
  text: string
  space: string
}

export function atomsOf(paragraph: string, language: string): Atom[] {
  const segments = [...segmenter(language, 'word').segment(paragraph)].map((s) => s.segment)
  const atoms: Atom[] = []
  for (const segment of segments) {
    const last = atoms.at(-1)
    if (BREAKING_SPACE.test(segment)) {
      if (last) last.space += segment
      else atoms.push({ text: '', space: segment })
    } else if (last === undefined || last.space !== '' || mayBreak(last.text, segment)) {
      atoms.push({ text: segment, space: '' })
    } else {
      last.text += segment
    }
  }
  return atoms
}

const segmenters = new Map<string, Intl.Segmenter>()

/** Making one takes longer than what it does to a line. */
function segmenter(language: string, granularity: 'word' | 'grapheme'): Intl.Segmenter {
  const key = `${language} ${granularity}`
  const segmenter = segmenters.get(key) ?? new Intl.Segmenter(language, { granularity })
  segmenters.set(key, segmenter)
  return segmenter
}

/** Whether a line may end with `before` when `after` follows without a space. */
function mayBreak(before: string, after: string): boolean {
  const end = lastChar(before)
  const start = firstChar(after)
  if (NOT_AT_START.has(start) || NOT_AT_END.has(end)) return false
  if (isHan(end) || isHan(start)) return true
  return AFTER_HYPHEN.test(before) && before.length > 1 && /^[\p{L}\p{N}]/u.test(after)
}

const firstChar = (text: string) => String.fromCodePoint(text.codePointAt(0) ?? 0)
const lastChar = (text: string) => [...text.slice(-2)].at(-1) ?? ''

/** An atom that is wider than the line, cut between characters; closing punctuation keeps its neighbour. */
export function pieces(text: string): string[] {
  const out: string[] = []
  for (const { segment } of segmenter('en', 'grapheme').segment(text)) {
    const last = out.at(-1)
    if (last !== undefined && (NOT_AT_START.has(segment) || NOT_AT_END.has(lastChar(last))))
      out[out.length - 1] += segment
    else out.push(segment)
  }
  return out
}

/** Paragraphs: every line break that editors and CSV files use. */
export const paragraphsOf = (text: string): string[] => text.split(/\r\n|[\n\r\u2028\u2029]/)
