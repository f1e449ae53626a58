/** Phrases that a line must or must not hold, compared as a reader would: case, width and spacing do not matter. */

export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ')
}

export function holds(text: string, phrase: string): boolean {
  return fold(text).includes(fold(phrase).trim())
}

/** The first of the phrases that the text holds; empty phrases are in no text. */
export function firstHeld(text: string, phrases: readonly string[]): string | undefined {
  return phrases.find((phrase) => phrase.trim() !== '' && holds(text, phrase))
}

/** How much two lines say the same, 0 … 1: the Dice coefficient of their letter pairs, signs and spaces left out. */
export function likeness(a: string, b: string): number {
  const left = pairs(a)
  const right = pairs(b)
  let shared = 0
  for (const [pair, times] of left) shared += Math.min(times, right.get(pair) ?? 0)
  const total = sum(left) + sum(right)
  return total === 0 ? 1 : (2 * shared) / total
}

function pairs(text: string): Map<string, number> {
  const letters = [`^`, ...fold(text).replace(/[^\p{L}\p{N}]/gu, ''), '$']
  const counts = new Map<string, number>()
  for (let at = 1; at < letters.length; at++) {
    const pair = letters[at - 1]! + letters[at]!
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  return counts
}

function sum(counts: Map<string, number>): number {
  let total = 0
  for (const times of counts.values()) total += times
  return total
}
