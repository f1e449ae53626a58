/** How hard English copy is to read. */

const SENTENCE = /[.!?…]+/u
const WORD = /\p{Script=Latin}[\p{Script=Latin}'’-]*/gu

/**
 * Flesch–Kincaid grade of English lines (Kincaid et al. 1975): the school year that reads it with ease, rounded, at
 * least 0. Each line is at least one sentence. Undefined without English words: the formula knows no other language.
 */
export function readingGrade(lines: readonly string[]): number | undefined {
  let sentences = 0
  let words = 0
  let syllables = 0
  for (const line of lines) {
    for (const sentence of line.split(SENTENCE)) {
      const found = sentence.match(WORD)
      if (!found) continue
      sentences++
      words += found.length
      for (const word of found) syllables += syllablesOf(word)
    }
  }
  if (words === 0) return undefined
  return Math.max(0, Math.round(0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59))
}

/** By its groups of vowels: right for nine words in ten, which is as good as the formula itself. */
export function syllablesOf(word: string): number {
  const letters = word
    .toLowerCase()
    .replace(/[éè]/g, 'eh') // spoken, also at the end
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
  if (letters.length <= 3) return 1
  const spoken = letters
    .replace(/(?:[^laeiouy]es|[^td]ed|[^l]e)$/, (end) => end[0]!) // silent: "makes", "pressed", "made"
    .replace(/^y/, '')
  return Math.max(1, spoken.match(/[aeiouy]{1,2}/g)?.length ?? 1)
}
