import { inToMm, mmToPx } from '#shared/units/length.ts'

/** How sharp a picture prints, and what makes it sharp enough. */

/** No printer shows more, and no window draws it quickly. px of the longer side. */
export const LARGEST_SIDE = 16_384

export const dpiAt = (pictureWidth: number, printedMm: number): number => pictureWidth / (printedMm / inToMm(1))

export const pxNeeded = (printedMm: number, dpi: number): number => Math.ceil(mmToPx(printedMm, dpi))

export interface Enlargement {
  /** One after the other. */
  passes: readonly number[]
  /** All together. */
  factor: number
}

/**
 * The fewest passes of the model's scales that reach `needed` px, and of these the smallest picture. When none does, the
 * largest that may be.
 */
export function enlargementFor(
  side: number,
  needed: number,
  longer: number,
  scales: readonly number[],
): Enlargement | undefined {
  if (needed <= side) return undefined
  const possible = chains(scales, MOST_PASSES).filter(({ factor }) => longer * factor <= LARGEST_SIDE)
  const enough = possible.filter(({ factor }) => side * factor >= needed)
  return (
    enough.sort((a, b) => a.passes.length - b.passes.length || a.factor - b.factor)[0] ??
    possible.sort((a, b) => b.factor - a.factor)[0]
  )
}

const MOST_PASSES = 3

function chains(scales: readonly number[], most: number): Enlargement[] {
  const sorted = [...scales].sort((a, b) => b - a)
  const grow = (chain: readonly number[]): (readonly number[])[] =>
    chain.length === most
      ? [chain]
      : [
          chain,
          ...sorted.filter((scale) => scale <= (chain.at(-1) ?? scale)).flatMap((scale) => grow([...chain, scale])),
        ]
  return grow([])
    .filter((passes) => passes.length > 0)
    .map((passes) => ({ passes, factor: passes.reduce((product, scale) => product * scale, 1) }))
}
