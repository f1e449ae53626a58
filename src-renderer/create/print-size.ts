import { type Passes, reachable } from '#shared/models/passes.ts'
import { inToMm, mmToPx } from '#shared/units/length.ts'

/** How sharp a picture prints, and what makes it sharp enough. */

/** No printer shows more, and no window draws it quickly. px of the longer side. */
export const LARGEST_SIDE = 16_384

export const dpiAt = (pictureWidth: number, printedMm: number): number => pictureWidth / (printedMm / inToMm(1))

export const pxNeeded = (printedMm: number, dpi: number): number => Math.ceil(mmToPx(printedMm, dpi))

export interface Enlargement {
  passes: Passes
  /** All together. */
  scale: number
}

/**
 * The fewest passes of the model's graphs that reach `needed` px, and of these the smallest picture. When none does, the
 * largest that may be.
 */
export function enlargementFor(
  side: number,
  needed: number,
  longer: number,
  graphs: readonly number[],
): Enlargement | undefined {
  if (needed <= side) return undefined
  const possible = reachable(graphs).filter(({ scale }) => longer * scale <= LARGEST_SIDE)
  const enough = possible.filter(({ scale }) => side * scale >= needed)
  return enough.sort((a, b) => a.passes.length - b.passes.length || a.scale - b.scale)[0] ?? possible.at(-1)
}
