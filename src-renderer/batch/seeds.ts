/** Seeds as people write them: "1-8", "3, 7, 20-22", one after the other. */

export const MOST_SEEDS = 1000
const LARGEST = 0xffff_ffff

export type SeedsProblem = 'unreadable' | 'large' | 'many'
export type ReadSeeds = { seeds: number[] } | { problem: SeedsProblem; part: string }

const RANGE = /^(\d+)(?:\s*(?:[-–—~～…至]|\.\.\.?)\s*(\d+))?$/u

/** Each seed once, in the order written; a range may run downwards. Nothing written is no seed. */
export function readSeeds(text: string): ReadSeeds {
  const seeds = new Set<number>()
  // A space separates, except around a dash.
  const parts = text
    .trim()
    .replace(/\s*([-–—~～…至])\s*/gu, '$1')
    .split(/[\s,，、;；]+/u)
  for (const part of parts.filter(Boolean)) {
    const range = RANGE.exec(part)
    if (!range) return { problem: 'unreadable', part }
    const first = Number(range[1])
    const last = Number(range[2] ?? range[1])
    if (Math.max(first, last) > LARGEST) return { problem: 'large', part }
    if (Math.abs(last - first) >= MOST_SEEDS) return { problem: 'many', part }
    const by = last < first ? -1 : 1
    for (let seed = first; seed !== last + by; seed += by) seeds.add(seed)
    if (seeds.size > MOST_SEEDS) return { problem: 'many', part }
  }
  return { seeds: [...seeds] }
}

/** The shortest way to write them: three or more in a row are a range. */
export function seedsText(seeds: readonly number[]): string {
  const runs: number[][] = []
  for (const seed of seeds) {
    const run = runs.at(-1)
    if (run && seed === run.at(-1)! + 1) run.push(seed)
    else runs.push([seed])
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]}-${run.at(-1)}`] : run.map(String))).join(', ')
}
