/** Phrases that a line must or must not hold, compared as a reader would: case, width and spacing do not matter. */

export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ')
}

/** Anywhere, also inside a word: what is forbidden must not shine through. */
export function holds(text: string, phrase: string): boolean {
  return fold(text).includes(fold(phrase).trim())
}

/** As words of its own: "open at 7" is not said by "open at 72". */
export function says(text: string, phrase: string): boolean {
  const folded = fold(text)
  const wanted = fold(phrase).trim()
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const end = at + wanted.length
    if (!joins(folded[at - 1], wanted[0]) && !joins(wanted.at(-1), folded[end])) return true
    if (wanted === '') return true
  }
  return false
}

/** Whether two neighbouring signs belong to one word of a script with spaces. */
export function joins(before: string | undefined, after: string | undefined): boolean {
  return before !== undefined && after !== undefined && SPACED.test(before) && SPACED.test(after)
}
const SPACED = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hangul}\p{N}\p{M}]/u

/** The first of the phrases that the text holds; empty phrases are in no text. */
export function firstHeld(text: string, phrases: readonly string[]): string | undefined {
  return phrases.find((phrase) => phrase.trim() !== '' && holds(text, phrase))
}

/** Two lines that share this much of their letter pairs say the same. */
export const ALIKE = 0.8

/** How much two lines say the same, 0 … 1: the Dice coefficient of their letter pairs, signs and spaces left out. */
export function likeness(a: string, b: string): number {
  return shared(letterPairs(a), letterPairs(b))
}

/** What `likeness` compares, for a line that is compared more than once. */
export interface LetterPairs {
  counts: ReadonlyMap<string, number>
  total: number
}

export function letterPairs(text: string): LetterPairs {
  const letters = [`^`, ...fold(text).replace(/[^\p{L}\p{N}]/gu, ''), '$']
  const counts = new Map<string, number>()
  for (let at = 1; at < letters.length; at++) {
    const pair = letters[at - 1]! + letters[at]!
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  return { counts, total: letters.length - 1 }
}

export function shared(left: LetterPairs, right: LetterPairs): number {
  let both = 0
  for (const [pair, times] of left.counts) both += Math.min(times, right.counts.get(pair) ?? 0)
  const total = left.total + right.total
  return total === 0 ? 1 : (2 * both) / total
}
