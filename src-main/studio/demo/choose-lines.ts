import { count } from '#shared/copy/count.ts'
import type { Language } from '#shared/recipe/text.ts'
import type { CopyLine } from '#shared/work/tasks.ts'

/** What a chosen line is for: a headline stands alone and large, a tagline explains and names the product. */
export type LineRole = 'headline' | 'tagline'

export interface Choosing {
  role: LineRole
  language: Language
  product: string
  /** Lines that stand near it already: say something else. */
  beside?: readonly string[]
}

/** The best lines first, without doubles. Rules only, so the same candidates always give the same choice. */
export function rankLines(candidates: readonly CopyLine[], choosing: Choosing): string[] {
  const seen = new Set<string>()
  const kept = candidates.filter((line) => {
    const key = fold(line.text)
    if (key === '' || seen.has(key) || isBroken(line)) return false
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

function scoreOf(text: string, { role, language, product, beside = [] }: Choosing): number {
  const length = count(text, language === 'en' ? 'words' : 'characters')
  const [short, long] = IDEAL[role][language]
  const off = length < short ? short - length : Math.max(0, length - long)
  const named = fold(text).includes(fold(product))
  const wordsBeside = new Set(beside.flatMap((line) => contentWords(line, language)))
  const repeated = contentWords(text, language).filter((word) => wordsBeside.has(word)).length
  return (
    -off -
    1.5 * repeated +
    (role === 'tagline' && named ? 1 : 0) -
    (role === 'headline' && named ? 0.5 : 0) -
    2 * doubledWords(text)
  )
}

/** What copy is written with: Latin letters, Chinese characters, and the signs of both. All bundled fonts have them. */
const WRITTEN = /^[\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u3000-\u301f\u4e00-\u9fff\uff00-\uff5e·…]+$/u

/** Cut off in the middle, or with signs that no line of copy has. */
function isBroken({ text, finish }: CopyLine): boolean {
  if (finish === 'limit' || finish === 'length') return true
  if (/[<>{}[\]|\\^~`]/u.test(text) || !WRITTEN.test(text)) return true
  return /(?:[,:;\-–—，、：；]|\b(?:and|or|the|a|an|of|for|with|to|in|by))\s*$/iu.test(text)
}

function doubledWords(text: string): number {
  return text.toLowerCase().match(/\b(\w{2,})\s+\1\b/gu)?.length ?? 0
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
