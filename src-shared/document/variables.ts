import type { Document } from './document.ts'
import type { Row } from './table.ts'

const HOLE = /\{\{\s*([\p{L}\p{N}](?:[\p{L}\p{M}\p{N} _.()%/+-]{0,62}[\p{L}\p{M}\p{N}_)%-])?)\s*\}\}/gu

/** Text with its holes filled. A hole that nothing fills stays as written, so that it is seen before printing. */
export function fillHoles(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(HOLE, (hole, name: string) => values.get(name) ?? hole)
}

/** A text with one variable called otherwise. */
export const renameHoles = (text: string, from: string, to: string): string =>
  text.replace(HOLE, (hole, name: string) => (name === from ? `{{${to}}}` : hole))

/** Names of the variables that a text uses. */
export const holesOf = (text: string): string[] => [...new Set([...text.matchAll(HOLE)].map(([, name]) => name!))]

/** The document's own values, with `given` (a batch row) over them. */
export function valuesOf(document: Document, given: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map([...document.variables.map(({ id, value }) => [id, value] as const), ...Object.entries(given)])
}

/** What a row of the table says, by column name: an empty cell is an empty text. */
export const rowValues = ({ columns }: Document, { cells }: Row): Record<string, string> =>
  Object.fromEntries(columns.map(({ id, name }) => [name, cells[id] ?? '']))

/** The same document with other values; unknown names become variables. */
export function withValues(document: Document, given: Readonly<Record<string, string>>): Document {
  const values = valuesOf(document, given)
  return { ...document, variables: [...values].map(([id, value]) => ({ type: 'variable', id, value })) }
}

const NO = /^(?:|0|no|n|false|off|hide|hidden|-|否|不|无|假|隐藏)$/iu

/** Whether a variable that a layer's visibility hangs on says yes: anything but nothing, 0, no, false, off, 否. */
export const saysYes = (value: string | undefined): boolean => value !== undefined && !NO.test(value.trim())
