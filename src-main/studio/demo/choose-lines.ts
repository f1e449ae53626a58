import { count } from '#shared/copy/count.ts'
import type { Language } from '#shared/recipe/text.ts'
import type { CopyLine } from '#shared/work/tasks.ts'

/** What a chosen line is for: a headline stands alone and large, a tagline explains it. */
export type LineRole = 'headline' | 'tagline'

export interface Choosing {
  role: LineRole
  language: Language
  product: string
  /** Lines that stand near it already: say something else. */
  beside?: readonly string[]
  /** How often each word stands in all lines written in this run (`countWords`): a word said once may be no word. */
  known?: ReadonlyMap<string, number>
}

/** In how many of these lines each word stands. */
export function countWords(lines: readonly CopyLine[], language: Language): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { text } of lines)
    for (const word of new Set(contentWords(text, language))) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** The best lines first, without doubles. Rules only, so the same candidates always give the same choice. */
export function rankLines(candidates: readonly CopyLine[], choosing: Choosing): string[] {
  const seen = new Set<string>()
  const kept = candidates.filter((line) => {
    const key = fold(line.text)
    if (key === '' || seen.has(key) || isBroken(line, choosing)) return false
    seen.add(key)
    return true
  })
  // Array.sort is stable: equally good lines stay in the order they were written.
  return kept
    .map((line) => ({ text: line.text.trim(), score: scoreOf(line.text, choosing) }))
    .sort((a, b) => b.score - a.score)
    .map((line) => line.text)
}

/** Ideal length: a headline of three to five words or four to nine characters carries from afar. */
const IDEAL: Record<LineRole, Record<Language, [number, number]>> = {
  headline: { en: [2, 4], zh: [4, 8] },
  tagline: { en: [4, 8], zh: [7, 14] },
}

/** What a word that stands in no other line costs. In Chinese half of all pairs of characters are no words anyway. */
const RARE: Record<Language, number> = { en: 1, zh: 0.3 }

/** A small model keeps to the point best in lines that name the product; in Chinese it strays furthest in the others. */
const NAMED: Record<Language, number> = { en: 1, zh: 2.5 }

function scoreOf(text: string, { role, language, product, beside = [], known }: Choosing): number {
  const length = count(text, language === 'en' ? 'words' : 'characters')
  const [short, long] = IDEAL[role][language]
  const off = length < short ? short - length : Math.max(0, length - long)
  const named = fold(text).includes(fold(product))
  const unnamed = (line: string) => contentWords(fold(line).replaceAll(fold(product), ' '), language)
  const wordsBeside = new Set(beside.flatMap(unnamed))
  const repeated = unnamed(text).filter((word) => wordsBeside.has(word)).length
  return (
    -off -
    1.5 * repeated +
    (named ? NAMED[language] : 0) -
    RARE[language] * unnamed(text).filter((word) => known !== undefined && (known.get(word) ?? 0) < 2).length -
    2 * repeatedWords(text, language) -
    2 * strangeNames(text, product)
  )
}

/** What copy is written with: Latin letters, Chinese characters, and the signs of both. All bundled fonts have them. */
const WRITTEN = /^[\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u3000-\u301f\u4e00-\u9fff\uff00-\uff5e·…]+$/u

/** Cut off in the middle, with half the product's name, or with signs or scraps of words that no line of copy has. */
function isBroken({ text, finish }: CopyLine, { language, product }: Choosing): boolean {
  if (finish === 'limit' || finish === 'length') return true
  if (/[<>{}[\]|\\^~`]/u.test(text) || !WRITTEN.test(text)) return true
  if (/(?:[,:;\-–—，、：；]|\b(?:and|or|the|a|an|of|for|with|to|in|by))\s*$/iu.test(text)) return true
  const rest = fold(text).replaceAll(fold(product), ' ')
  if (language === 'zh') return /[a-z]/.test(rest)
  const words = rest.split(' ').filter((word) => word !== '')
  const name = new Set(fold(product).split(' '))
  return words.some((word) => (/^[a-z]{1,2}$/.test(word) && !SHORT.has(word)) || (name.size > 1 && name.has(word)))
}

/** The English words of one and two letters; others are scraps. "s", "t" and their like stand after an apostrophe. */
const SHORT = new Set(
  'a i am an as at be by do go hi if in is it me my no of oh ok on or so to up us we s t d m'.split(' '),
)

function repeatedWords(text: string, language: Language): number {
  const words = contentWords(text, language)
  return words.length - new Set(words).size
}

/** Capitals in the middle of a sentence that are not the product: a name that the model made up. */
function strangeNames(text: string, product: string): number {
  const names = [...text.replaceAll(product, ' ').matchAll(/(?<=[\p{Ll},] )\p{Lu}\p{Ll}+/gu)]
  return names.filter(([word]) => !/^(?:I|Monday|Sunday|Spring|Summer|Autumn|Winter|Christmas)$/.test(word)).length
}

const SMALL = new Set(
  'a an and are as at be by for from i in is it its of on or our so the this to we with you your'.split(' '),
)

function contentWords(text: string, language: Language): string[] {
  const folded = fold(text)
  if (language === 'en') return folded.split(' ').filter((word) => word !== '' && !SMALL.has(word))
  // Pairs of characters: most Chinese words are two.
  const characters = [...folded.replaceAll(' ', '')]
  return characters.slice(1).map((character, at) => characters[at]! + character)
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim()
}
