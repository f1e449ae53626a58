/** Which rows and columns are in sight: of ten thousand rows, those few are drawn. */

export interface Span {
  from: number
  /** Not part of it. */
  to: number
}

/** Lines of equal size, `beyond` more on both sides so that a scroll shows what is there already. */
export function linesInSight(scroll: number, view: number, size: number, count: number, beyond = 6): Span {
  const from = Math.max(0, Math.floor(scroll / size) - beyond)
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((scroll + view) / size) + beyond) }
}

/** Where each begins, and last where all end. px */
export function edgesOf(sizes: readonly number[]): number[] {
  const edges = [0]
  for (const size of sizes) edges.push(edges.at(-1)! + size)
  return edges
}

export function columnsInSight(scroll: number, view: number, edges: readonly number[], beyond = 200): Span {
  const count = edges.length - 1
  let from = 0
  while (from < count && edges[from + 1]! < scroll - beyond) from++
  let to = from
  while (to < count && edges[to]! <= scroll + view + beyond) to++
  return { from, to }
}

/**
 * Which of `pool` elements draws a line: one that scrolls out of sight becomes the one that scrolls in, which is much less
 * work than a new one.
 */
export const slotOf = (line: number, { from, to }: Span): number => line % Math.max(1, to - from + 1)

/** The scroll at which `from … to` is in sight, the nearest one; `before` px of the view are covered. */
export function scrolledTo(
  scroll: number,
  view: number,
  [from, to]: readonly [number, number],
  before: number,
): number {
  if (from < scroll) return Math.max(0, from)
  return to > scroll + view - before ? to - view + before : scroll
}
