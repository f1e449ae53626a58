import { count } from '#shared/copy/count.ts'
import type { Language, Limit } from '#shared/recipe/text.ts'

/** How a line ends when the room runs out: at a clause if there is a late one, else at a whole word, never inside one. */

const segmenters: Record<Language, Intl.Segmenter> = {
  en: new Intl.Segmenter('en', { granularity: 'word' }),
  zh: new Intl.Segmenter('zh', { granularity: 'word' }),
}
/** Scripts without spaces between words: their word boundaries come from the segmenter's dictionary. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}，。！？；：、]/u

/** A line must not end on a word that leans on the next. */
const LEANING: Record<Language, ReadonlySet<string>> = {
  en: new Set(
    (
      'a an the of for with to and or but nor in on at by from into onto than as if so that this these those which who ' +
      'is are be was were will can your our my their its his her every each no not more most very too just up over ' +
      'under between about after before without within because while when where & + x vs'
    ).split(' '),
  ),
  zh: new Set(
    '的 地 得 和 与 及 或 在 从 对 为 把 被 让 给 向 是 而 且 也 还 更 最 很 都 就 将 能 可 以 于 其 这 那 每 一 不 没有 因为 如果 但是 但 并 每个 这个 那个 一个 成为 比'.split(
      ' ',
    ),
  ),
}
const TRAILING = /[\s,;:\-–—、，；：·|｜/&+~（(《「『“‘[]+$/u
const SENTENCE_END = /[.!?…。！？][”’"'」』）)]*$/u

/** Whether joining `next` to `text` continues its last word. */
export function continuesWord(text: string, next: string, language: Language): boolean {
  return next !== '' && text !== '' && wholeWords(text, next, language) !== text
}

/** The longest beginning of `text` that cuts no word of `text + next`. */
export function wholeWords(text: string, next: string, language: Language): string {
  const all = text + next
  const from = Math.max(0, text.length - 60) // no word is longer; text before is left alone
  const start = from === 0 ? 0 : all.indexOf(' ', from) + 1 || from
  let cut = start
  for (const { index, segment } of segmenters[language].segment(all.slice(start))) {
    const end = start + index + segment.length
    if (end > text.length) break
    if (isBoundary(all, end)) cut = end
  }
  return text.slice(0, cut)
}

/** "ready-|to", "50|%" and "£|5" are no places to stop; spaces and unspaced scripts are. */
function isBoundary(text: string, at: number): boolean {
  if (at === text.length) return true
  const before = text[at - 1]!
  const after = text[at]!
  if (/\s/.test(before) || /\s/.test(after) || UNSPACED.test(before) || UNSPACED.test(after)) return true
  // "tea|." ends a word, "3|.5" does not.
  return /[.,;:!?…)\]”"]/.test(after) && !/\S/.test(text[at + 1] ?? ' ')
}

/** The line without what cannot stand at its end: spaces, commas, opening quotes and words that lean on the next. */
export function tidyEnd(text: string, language: Language): string {
  let line = text
  for (;;) {
    const bare = closeQuotes(line.replace(TRAILING, ''))
    const word = lastWord(bare, language)
    if (bare === line && !(word && LEANING[language].has(word.toLowerCase()))) return line
    line = word && LEANING[language].has(word.toLowerCase()) ? bare.slice(0, bare.length - word.length) : bare
  }
}

/** Whether a line may end here as far as one can tell from its last words. */
export function endsWell(text: string, language: Language): boolean {
  const line = text.trimEnd()
  return line !== '' && (SENTENCE_END.test(line) || tidyEnd(line, language) === line)
}

/** The best shorter line: up to a late end of a clause, else all whole words without a leaning end. */
export function trimLine(text: string, next: string, language: Language): string {
  const whole = wholeWords(text, next, language).trimEnd()
  if (SENTENCE_END.test(whole)) return whole
  // A clause that ends late says more than a broken longer line; a sentence may end earlier still.
  const clauses = [...whole.matchAll(/[.!?…。！？]+[”’"'」』）)]*|[,;:，；：]|\s[–—-]\s/gu)]
  for (const clause of clauses.reverse()) {
    const end = clause.index + clause[0].length
    if (end < whole.length * (SENTENCE_END.test(clause[0]) ? 0.4 : 0.6)) continue
    // "3.5" and "example.com" do not end there.
    if (/[.,:]$/.test(clause[0]) && /\S/.test(whole[end] ?? ' ')) continue
    const line = tidyEnd(whole.slice(0, end), language)
    if (line !== '') return line
  }
  return tidyEnd(whole, language)
}

/**
 * Nats to add to the end-of-line logits: nothing while there is room, rising to 2 where the last fifth of the limit
 * runs out, so that a model that could as well stop does.
 */
export function endBias(text: string, limit: Limit | undefined): number {
  // No unit counts more than two per code unit: most tokens need no counting.
  if (limit === undefined || text.length * 2 < limit.max * 0.8) return 0
  const room = 1 - count(text, limit.unit) / limit.max
  return room >= 0.2 ? 0 : 2 * (1 - Math.max(room, 0) / 0.2)
}

function lastWord(text: string, language: Language): string | undefined {
  if (language === 'en') return /[^\s]+$/.exec(text)?.[0]
  let last: string | undefined
  for (const { segment } of segmenters.zh.segment(text.slice(-12))) last = segment
  return last
}

/** Drop an opening quote or bracket that was never closed, with what is behind it, if that is at the very end. */
function closeQuotes(text: string): string {
  const pairs: [string, string][] = [
    ['(', ')'],
    ['（', '）'],
    ['“', '”'],
    ['「', '」'],
    ['《', '》'],
  ]
  for (const [open, close] of pairs) {
    const at = text.lastIndexOf(open)
    if (at > text.lastIndexOf(close)) {
      // Most of the line is inside: only the sign goes. Else the aside goes.
      return at < text.length / 2 ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at).trimEnd()
    }
  }
  return text
}
