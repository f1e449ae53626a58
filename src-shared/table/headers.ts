import { variableNameSchema } from '../document/layers/layer.ts'
import { refuseTable } from './table.ts'

/** Headers of a file as names of columns, which are names of variables. */

/** Two headers that people take for the same: case, width and composition do not count. */
export const sameNameKey = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

const MOST_IN_NAME = 64

/** The nearest name that a variable may have; empty when nothing is left of it. */
export function legalColumnName(text: string): string {
  const signs = [...text.normalize('NFC')].map((sign) => (INSIDE.test(sign) ? sign : asciiOf(sign))).join('')
  const clean = signs
    .replace(/\( +/g, '(')
    .replace(/ +\)/g, ')')
    .replace(/\(\)/g, ' ')
    .replace(/ +/g, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
  const name = trimEnd(
    [...clean].reduce((kept, sign) => ((kept + sign).length > MOST_IN_NAME ? kept : kept + sign), ''),
  )
  return variableNameSchema.safeParse(name).success ? name : ''
}

const INSIDE = /^[\p{L}\p{M}\p{N} _.()%/+-]$/u

/** Full-width brackets and signs have plain sisters; what has none leaves a gap. */
function asciiOf(sign: string): string {
  const plain = sign.normalize('NFKC')
  return [...plain].every((each) => INSIDE.test(each)) ? plain : ' '
}

const trimEnd = (text: string) => text.replace(/[^\p{L}\p{M}\p{N}_)%-]+$/u, '')

export interface Named {
  names: string[]
  warnings: string[]
}

/** Throws when two headers are the same. One that is empty or no name gets one, with a warning. `row`: 0, there is none. */
export function namesOf(headers: readonly string[], row: number): Named {
  const warnings: string[] = []
  const first = new Map<string, number>()
  for (const [at, header] of headers.entries()) {
    const key = sameNameKey(header)
    if (key === '') continue
    const before = first.get(key)
    if (before !== undefined)
      throw refuseTable(
        `columns ${before + 1} and ${at + 1} are both called “${header.slice(0, 80)}”`,
        'Give every column its own name.',
        { ...(row > 0 ? { row } : {}), column: header.slice(0, 80) },
      )
    first.set(key, at)
  }
  const taken = new Set<string>()
  const names = headers.map((header, at) => {
    const shown = header.trim()
    const legal = legalColumnName(shown)
    const wish = legal === '' ? `Column ${at + 1}` : legal
    const name = freeColumnName(wish, (key) => taken.has(key) || (first.get(key) ?? at) !== at)
    taken.add(sameNameKey(name))
    if (shown === '') warnings.push(`column ${at + 1} has no header and is called “${name}”`)
    else if (name !== shown.normalize('NFC')) warnings.push(`“${shown.slice(0, 80)}” is called “${name}” here`)
    return name
  })
  return { names, warnings }
}

/** `wish`, `wish 2`, …: the first whose key is free. */
export function freeColumnName(wish: string, isTaken: (key: string) => boolean): string {
  for (let number = 1; ; number++) {
    const tail = number === 1 ? '' : ` ${number}`
    const name = `${trimEnd(wish.slice(0, MOST_IN_NAME - tail.length))}${tail}`
    if (!isTaken(sameNameKey(name))) return name
  }
}
