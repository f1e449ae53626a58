import type { Bench, Reading } from './measure.ts'

/** It drives a browser, so it lives with the specs that do and is not part of this program. */
const ELSEWHERE = new URL('../../e2e/bench/studio.ts', import.meta.url).href

/** How the studio feels: start, preview, canvas and service, in Chromium against the real service. */
export const studio: Bench = {
  name: 'studio',
  async run() {
    return (await elsewhere()).measureStudio()
  },
}

/** The part of it that is about tables. */
export const tables: Bench = {
  name: 'table',
  async run() {
    return (await elsewhere()).measureStudio(['table'])
  },
}

const elsewhere = () => import(ELSEWHERE) as Promise<{ measureStudio(wanted?: readonly string[]): Promise<Reading[]> }>
