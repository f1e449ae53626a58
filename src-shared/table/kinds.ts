import type { ColumnKind } from '../document/table.ts'

/** Ends of names of files that the library takes as pictures. */
export const PICTURE_NAME = /\.(?:png|jpe?g|webp|avif|tiff?|gif|svg)$/i
const SHA256 = /^[0-9a-f]{64}$/
const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i
const FLAG = /^(?:yes|no|y|n|true|false|on|off|是|否|0|1)$/i

/** A picture of the library, as a cell names it. */
export const isAsset = (cell: string): boolean => SHA256.test(cell)
export const isPicture = (cell: string): boolean => isAsset(cell) || PICTURE_NAME.test(cell)

/** What the filled cells of a column have in common; text when there are none, or nothing. */
export function kindOf(name: string, cells: readonly string[]): ColumnKind {
  const filled = cells.filter((cell) => cell !== '')
  if (filled.length === 0) return PICTURE_NAME.test(name) ? 'picture' : 'text'
  if (filled.every(isPicture)) return 'picture'
  if (filled.every((cell) => COLOUR.test(cell))) return 'colour'
  // A column of ones is rather a number of things.
  const digits = new Set(filled.filter((cell) => cell === '0' || cell === '1'))
  if (filled.every((cell) => FLAG.test(cell)) && digits.size !== 1) return 'flag'
  return 'text'
}
