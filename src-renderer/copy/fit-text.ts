import { say } from '../app/language.svelte.ts'
import type { Fit } from './fitting.ts'
import { words } from './words.ts'

/** "Headline 44 pt, two lines, 6 mm to spare" */
export function fitText({ name, size, lines: count, overflows, room }: Fit): string {
  const lines =
    count === 1 ? say(words.oneLine) : count === 2 ? say(words.twoLines) : say(words.severalLines, { n: count })
  if (overflows) return room < 0 ? say(words.overflows, { name, size, lines, over: -room }) : say(words.overflowsWord)
  return room < 0.1 ? say(words.fitsTightly, { name, size, lines }) : say(words.fits, { name, size, lines, room })
}
