/** The known word that was most likely meant, or undefined when none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
  ranked.sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  if (!best) return undefined
  const containing = known.find((candidate) => candidate.includes(word) && word.length >= 3)
  if (best.distance <= Math.max(2, Math.floor(word.length / 3))) return best.candidate
  return containing
}

/** Levenshtein's distance: insertions, deletions and substitutions from one word to the other. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const substituted = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substituted))
    }
    row = next
  }
  return row[to.length]!
}
