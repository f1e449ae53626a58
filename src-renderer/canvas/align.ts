import { boundsOf, boundsOfBoxes, type Rect } from './geometry.ts'
import type { Held } from './held.ts'

/** Lining up and spreading out. What is seen counts: a turned layer by the upright rectangle about it. */

export type Edge = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'
export type Direction = 'horizontally' | 'vertically'

export interface Shift {
  held: Held
  x: number
  y: number
}

/** One layer lines up with its artboard, several with each other. */
export function aligned(held: readonly Held[], edge: Edge, artboard: Rect): Shift[] {
  const rects = held.map(({ box }) => boundsOfBoxes([box]))
  const to = held.length > 1 ? unionOf(rects) : artboard
  return held.map((each, index) => ({ held: each, ...offset(rects[index]!, to, edge) }))
}

function offset(rect: Rect, to: Rect, edge: Edge): { x: number; y: number } {
  const [wide, high] = [to.width - rect.width, to.height - rect.height]
  switch (edge) {
    case 'left':
      return { x: to.x - rect.x, y: 0 }
    case 'centre':
      return { x: to.x + wide / 2 - rect.x, y: 0 }
    case 'right':
      return { x: to.x + wide - rect.x, y: 0 }
    case 'top':
      return { x: 0, y: to.y - rect.y }
    case 'middle':
      return { x: 0, y: to.y + high / 2 - rect.y }
    case 'bottom':
      return { x: 0, y: to.y + high - rect.y }
  }
}

/** Equal gaps between the first and the last, which stay. Overlapping ones overlap equally. */
export function distributed(held: readonly Held[], direction: Direction): Shift[] {
  const [at, side] = direction === 'horizontally' ? (['x', 'width'] as const) : (['y', 'height'] as const)
  const row = held
    .map((each) => ({ held: each, rect: boundsOfBoxes([each.box]) }))
    .sort((a, b) => a.rect[at] + a.rect[side] / 2 - (b.rect[at] + b.rect[side] / 2))
  const [first, last] = [row[0], row.at(-1)]
  if (row.length < 3 || !first || !last) return []
  const room = last.rect[at] + last.rect[side] - first.rect[at]
  const gap = (room - row.reduce((sum, { rect }) => sum + rect[side], 0)) / (row.length - 1)
  let next = first.rect[at]
  return row.map(({ held: each, rect }) => {
    const by = next - rect[at]
    next += rect[side] + gap
    return { held: each, x: at === 'x' ? by : 0, y: at === 'y' ? by : 0 }
  })
}

const unionOf = (rects: readonly Rect[]): Rect =>
  boundsOf(
    rects.flatMap(({ x, y, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
  )
