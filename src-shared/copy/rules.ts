import type { Brief, Language, Limit } from '../recipe/text.ts'
import type { Channel } from './channels.ts'
import { count, fits } from './count.ts'
import { ALIKE, firstHeld, type LetterPairs, letterPairs, says, shared } from './phrases.ts'

/** What a line of copy has to obey, checked before anything runs and again before a line is shown. */

export interface LineRules {
  limit?: Limit | undefined
  mustSay: readonly string[]
  mustNotSay: readonly string[]
}

export type Rule = 'limit' | 'short' | 'mustSay' | 'mustNotSay' | 'duplicate'

/** The first rule that a line breaks beside the lines that stand already; undefined: none. */
export function brokenRule(text: string, rules: LineRules, beside: Iterable<LetterPairs> = []): Rule | undefined {
  const { limit, mustSay, mustNotSay } = rules
  if (text.trim() === '' || !fits(text, limit)) return 'limit'
  if (limit?.min !== undefined && count(text, limit.unit) < limit.min) return 'short'
  if (mustSay.some((phrase) => !says(text, phrase))) return 'mustSay'
  if (firstHeld(text, mustNotSay) !== undefined) return 'mustNotSay'
  const pairs = letterPairs(text)
  for (const other of beside) if (shared(other, pairs) >= ALIKE) return 'duplicate'
  return undefined
}

/** The shortest line that says all of it. */
export const leastLine = (phrases: readonly string[], language: Language): string =>
  phrases.join(language === 'zh' ? '，' : ', ')

/** The first phrase that must be said and holds what must not be. */
export function contradiction({
  mustSay,
  mustNotSay,
}: Pick<LineRules, 'mustSay' | 'mustNotSay'>): { phrase: string; forbidden: string } | undefined {
  for (const phrase of mustSay) {
    const forbidden = firstHeld(phrase, mustNotSay)
    if (forbidden !== undefined) return { phrase, forbidden }
  }
  return undefined
}

/** Characters that each field of a brief holds, and phrases that a list of them does. */
export const MOST_IN_FIELD = {
  product: 80,
  audience: 200,
  occasion: 200,
  tone: 200,
  benefit: 200,
  phrase: 200,
} as const
export const MOST_PHRASES = { mustSay: 8, mustNotSay: 32 } as const

/** What is wrong with a brief, by the field where it can be put right. */
export type Trouble =
  | { kind: 'empty'; field: 'product' | 'channels' | 'languages' }
  | { kind: 'long'; field: keyof typeof MOST_IN_FIELD | 'mustSay' | 'mustNotSay'; count: number; most: number }
  | { kind: 'many'; field: 'mustSay' | 'mustNotSay'; count: number; most: number }
  | { kind: 'contradiction'; field: 'mustSay'; phrase: string; forbidden: string }
  | { kind: 'unsayable'; field: 'mustNotSay'; forbidden: string }
  | { kind: 'no-room'; field: 'mustSay'; channel: Channel; language: Language; takes: number; limit: Limit }

export interface Wish {
  brief: Brief
  languages: readonly Language[]
  channels: readonly Channel[]
}

/** Everything that would make a run fail or come out empty, told before it. */
export function troublesOf({ brief, languages, channels }: Wish): Trouble[] {
  const troubles: Trouble[] = []
  if (brief.product.trim() === '') troubles.push({ kind: 'empty', field: 'product' })
  if (languages.length === 0) troubles.push({ kind: 'empty', field: 'languages' })
  if (channels.length === 0) troubles.push({ kind: 'empty', field: 'channels' })
  for (const field of ['product', 'audience', 'occasion', 'tone', 'benefit'] as const) {
    const { length } = brief[field] ?? ''
    if (length > MOST_IN_FIELD[field]) troubles.push({ kind: 'long', field, count: length, most: MOST_IN_FIELD[field] })
  }
  for (const field of ['mustSay', 'mustNotSay'] as const) {
    const longest = Math.max(0, ...brief[field].map(({ length }) => length))
    const many = brief[field].length
    if (longest > MOST_IN_FIELD.phrase)
      troubles.push({ kind: 'long', field, count: longest, most: MOST_IN_FIELD.phrase })
    if (many > MOST_PHRASES[field]) troubles.push({ kind: 'many', field, count: many, most: MOST_PHRASES[field] })
  }
  const opposed = contradiction(brief)
  if (opposed) troubles.push({ kind: 'contradiction', field: 'mustSay', ...opposed })
  // Many channels want the product's name: a line could not say it.
  const unsayable = firstHeld(brief.product, brief.mustNotSay)
  if (unsayable !== undefined) troubles.push({ kind: 'unsayable', field: 'mustNotSay', forbidden: unsayable })
  for (const language of languages) {
    const least = leastLine(brief.mustSay, language)
    for (const channel of least === '' ? [] : channels) {
      const limit = channel.limit[language]
      if (fits(least, limit)) continue
      troubles.push({ kind: 'no-room', field: 'mustSay', channel, language, takes: count(least, limit.unit), limit })
    }
  }
  return troubles
}

/** "no added sugar, new recipe" or one phrase per line; 、，； count as commas. */
export const phrasesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n，；、]+/u)
      .map((phrase) => phrase.replace(/\s+/gu, ' ').trim())
      .filter((phrase) => phrase !== ''),
  ),
]
