import { StudioError } from '../errors.ts'

/**
 * File names of a batch from a template: `{row.sku}_{artboard}_{seed}_{index:04}`. What comes out is legal on Windows,
 * macOS and Linux alike; `/` in the template makes folders.
 */

/** What a hole may ask for. `row.COLUMN` is any column of the table. */
export const NAME_FIELDS = [
  'artboard',
  'size',
  'width',
  'height',
  'seed',
  'picture',
  'copy',
  'format',
  'index',
  'rowIndex',
  'document',
] as const
export type NameField = (typeof NAME_FIELDS)[number]

export interface NameValues extends Record<NameField, string | number> {
  row: Readonly<Record<string, string>>
}

type Part = { text: string } | { field: NameField; pad: number } | { column: string; pad: number }

export interface NameTemplate {
  /** Columns of the table that it needs. */
  columns: string[]
  fields: NameField[]
  /** Without extension; folders with `/`. Throws when nothing is left of it. */
  fill(values: NameValues): string
}

const HOLE = /\{([^{}]*)\}/g

/** Throws a StudioError at a hole that nothing can fill. */
export function parseNameTemplate(template: string): NameTemplate {
  if (template.length > 500) throw refuse('is longer than 500 characters')
  const parts: Part[] = []
  let at = 0
  for (const hole of template.matchAll(HOLE)) {
    if (hole.index > at) parts.push({ text: template.slice(at, hole.index) })
    parts.push(partOf(hole[1]!))
    at = hole.index + hole[0].length
  }
  if (at < template.length) parts.push({ text: template.slice(at) })
  const stray = parts.find((part) => 'text' in part && /[{}]/.test(part.text))
  if (stray) throw refuse('has a bracket without its other half')
  return {
    columns: [...new Set(parts.flatMap((part) => ('column' in part ? [part.column] : [])))],
    fields: [...new Set(parts.flatMap((part) => ('field' in part ? [part.field] : [])))],
    fill(values) {
      const filled = parts.map((part) => ('text' in part ? part.text : flat(filling(part, values)))).join('')
      const folders = filled.split('/').map(legalName)
      // An empty last part has no file; empty folders in between are a slash too many.
      const name = folders.at(-1)
      if (!name) throw refuse(`gives an empty name for row ${values.rowIndex}`)
      return folders.filter((part) => part !== '').join('/')
    },
  }
}

function partOf(hole: string): Part {
  const [, name, width] = /^\s*(.*?)\s*(?::\s*0?(\d{1,2})\s*)?$/.exec(hole)!
  const pad = width === undefined ? 0 : Number(width)
  if (name!.startsWith('row.') && name!.length > 4) return { column: name!.slice(4), pad }
  const field = NAME_FIELDS.find((known) => known === name)
  if (field) return { field, pad }
  throw refuse(`has {${hole}}, which nothing fills`)
}

function filling(part: Exclude<Part, { text: string }>, { row, ...values }: NameValues): string {
  const value = 'column' in part ? row[part.column] : values[part.field]
  if (value === undefined)
    throw refuse(`needs the column "${'column' in part ? part.column : part.field}", which the table does not have`)
  return String(value).padStart(part.pad, '0')
}

/** A value never makes a folder. */
const flat = (value: string) => value.replace(/[/\\]/g, '-')

const FORBIDDEN = /[<>:"\\|?*\p{Cc}\p{Cf}]/gu
/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i
const MOST_BYTES = 200

/**
 * One part of a path that every file system takes: composed letters, no forbidden signs, no trailing dot or space, no
 * device name, at most 200 bytes (there is room for an extension and a "(2)").
 */
export function legalName(text: string): string {
  const clean = text
    .normalize('NFC')
    .replace(FORBIDDEN, '-')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
  const named = RESERVED.test(clean) ? `_${clean}` : clean
  return cutBytes(named, MOST_BYTES).replace(/[ .]+$/, '')
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function cutBytes(text: string, most: number): string {
  if (utf8Length(text) <= most) return text
  let bytes = 0
  let out = ''
  for (const { segment } of graphemes.segment(text)) {
    bytes += utf8Length(segment)
    if (bytes > most) break
    out += segment
  }
  return out
}

function utf8Length(text: string): number {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** Two names that one file system takes for the same: case and composition do not count on Windows and macOS. */
export const sameNameKey = (name: string): string => name.normalize('NFC').toLowerCase()

const refuse = (reason: string) =>
  new StudioError({
    code: 'usage',
    message: `the name template ${reason}`,
    where: { field: 'name' },
    remedy: `Holes are ${NAME_FIELDS.map((field) => `{${field}}`).join(' ')} and {row.COLUMN}; {index:04} pads with zeros.`,
  })
