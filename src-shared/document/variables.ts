import type { Document } from './document.ts'

const HOLE = /\{\{\s*([A-Za-z0-9][A-Za-z0-9_-]{0,63})\s*\}\}/g

/** Text with its holes filled. A hole that nothing fills stays as written, so that it is seen before printing. */
export function fillHoles(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(HOLE, (hole, name: string) => values.get(name) ?? hole)
}

/** Names of the variables that a text uses. */
export const holesOf = (text: string): string[] => [...new Set([...text.matchAll(HOLE)].map(([, name]) => name!))]

/** The document's own values, with `given` (a batch row) over them. */
export function valuesOf(document: Document, given: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map([...document.variables.map(({ id, value }) => [id, value] as const), ...Object.entries(given)])
}

/** The same document with other values; unknown names become variables. */
export function withValues(document: Document, given: Readonly<Record<string, string>>): Document {
  const values = valuesOf(document, given)
  return { ...document, variables: [...values].map(([id, value]) => ({ type: 'variable', id, value })) }
}
