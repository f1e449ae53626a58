import type { Rect } from './geometry.ts'

/** Where a moved or resized box comes to rest: at edges and middles of others, and at gaps like its neighbours'. */

export type Axis = 'x' | 'y'

export interface SnapTargets {
  /** Rectangles whose edges and middles attract: other layers, the artboard. */
  rects: readonly Rect[]
  /** Lines that attract edges and middles alike: guides, the safe area. */
  lines: readonly { axis: Axis; at: number }[]
}

/** What is shown while it rests there. */
export interface SnapLine {
  axis: Axis
  /** Of the line: an x for axis x. */
  at: number
  from: number
  to: number
}

export interface SnapGap {
  axis: Axis
  from: number
  to: number
  /** Where on the other axis it is drawn. */
  across: number
}

export interface Snapped {
  x: number
  y: number
  lines: SnapLine[]
  gaps: SnapGap[]
}

const SIDE = { x: 'width', y: 'height' } as const
const OTHER = { x: 'y', y: 'x' } as const

/** How far `moving` should go from where it is. `reach` is the distance over which it is attracted, px. */
export function snapMove(moving: Rect, targets: SnapTargets, reach: number): Snapped {
  const [x, y] = [along('x', moving, targets, reach), along('y', moving, targets, reach)]
  const rested = { ...moving, x: moving.x + x.by, y: moving.y + y.by }
  return {
    x: x.by,
    y: y.by,
    lines: [...linesAt('x', rested, targets), ...linesAt('y', rested, targets)],
    gaps: [
      ...(x.gap ? gapsOf('x', rested, targets, x.gap) : []),
      ...(y.gap ? gapsOf('y', rested, targets, y.gap) : []),
    ],
  }
}

interface Attraction {
  by: number
  /** Length of the gap that it rests at. */
  gap: number | undefined
}

function along(axis: Axis, moving: Rect, targets: SnapTargets, reach: number): Attraction {
  const best: Attraction & { distance: number } = { by: 0, gap: undefined, distance: reach }
  const offer = (by: number, gap?: number) => {
    const distance = Math.abs(by)
    // An edge is as good as a gap, and says more.
    if (distance > best.distance || (distance === best.distance && (best.by !== 0 || gap !== undefined))) return
    Object.assign(best, { by, gap, distance })
  }
  for (const place of places(axis, targets)) for (const own of ownPlaces(axis, moving)) offer(place - own)
  for (const { start, gap } of equalGaps(axis, moving, targets.rects)) offer(start - moving[axis], gap)
  return { by: best.by, gap: best.gap }
}

const ownPlaces = (axis: Axis, rect: Rect): number[] => [
  rect[axis],
  rect[axis] + rect[SIDE[axis]] / 2,
  rect[axis] + rect[SIDE[axis]],
]

function* places(axis: Axis, { rects, lines }: SnapTargets): Generator<number> {
  for (const rect of rects) yield* ownPlaces(axis, rect)
  for (const line of lines) if (line.axis === axis) yield line.at
}

/** Where the box would have to start for gaps to be equal: between two neighbours, or in a row with them. */
function equalGaps(axis: Axis, moving: Rect, rects: readonly Rect[]): { start: number; gap: number }[] {
  const side = SIDE[axis]
  const row = inRow(axis, moving, rects)
  const found: { start: number; gap: number }[] = []
  for (let i = 0; i + 1 < row.length; i++) {
    const [a, b] = [row[i]!, row[i + 1]!]
    const gap = b[axis] - (a[axis] + a[side])
    if (gap <= 0) continue
    const room = gap - moving[side]
    if (room > 0) found.push({ start: a[axis] + a[side] + room / 2, gap: room / 2 })
    found.push({ start: b[axis] + b[side] + gap, gap }, { start: a[axis] - gap - moving[side], gap })
  }
  return found
}

/** Rectangles beside the box, in order; one that holds it is no neighbour. */
function inRow(axis: Axis, moving: Rect, rects: readonly Rect[]): Rect[] {
  const [other, side] = [OTHER[axis], SIDE[OTHER[axis]]]
  return rects
    .filter(
      (rect) =>
        rect[other] < moving[other] + moving[side] &&
        moving[other] < rect[other] + rect[side] &&
        !(rect[axis] <= moving[axis] && rect[axis] + rect[SIDE[axis]] >= moving[axis] + moving[SIDE[axis]]),
    )
    .sort((a, b) => a[axis] - b[axis])
}

const NEAR = 0.01
const meets = (a: number, b: number) => Math.abs(a - b) < NEAR

/** Every line on which the box now lies, as long as both that meet there. */
function linesAt(axis: Axis, box: Rect, { rects, lines }: SnapTargets): SnapLine[] {
  const [other, side] = [OTHER[axis], SIDE[OTHER[axis]]]
  const found = new Map<number, SnapLine>()
  const own = ownPlaces(axis, box)
  for (const rect of rects) {
    for (const at of ownPlaces(axis, rect)) {
      if (!own.some((place) => meets(place, at))) continue
      const known = found.get(Math.round(at * 100))
      found.set(Math.round(at * 100), {
        axis,
        at,
        from: Math.min(known?.from ?? Infinity, rect[other], box[other]),
        to: Math.max(known?.to ?? -Infinity, rect[other] + rect[side], box[other] + box[side]),
      })
    }
  }
  for (const line of lines) {
    if (line.axis === axis && own.some((place) => meets(place, line.at)) && !found.has(Math.round(line.at * 100)))
      found.set(Math.round(line.at * 100), { axis, at: line.at, from: box[other], to: box[other] + box[side] })
  }
  return [...found.values()]
}

function gapsOf(axis: Axis, box: Rect, { rects }: SnapTargets, length: number): SnapGap[] {
  const [other, side, otherSide] = [OTHER[axis], SIDE[axis], SIDE[OTHER[axis]]]
  const row = [...inRow(axis, box, rects), box].sort((a, b) => a[axis] - b[axis])
  const gaps: SnapGap[] = []
  for (let i = 0; i + 1 < row.length; i++) {
    const [a, b] = [row[i]!, row[i + 1]!]
    const [from, to] = [a[axis] + a[side], b[axis]]
    if (!meets(to - from, length)) continue
    const low = Math.max(a[other], b[other])
    const high = Math.min(a[other] + a[otherSide], b[other] + b[otherSide])
    gaps.push({ axis, from, to, across: (low + high) / 2 })
  }
  return gaps
}

/** The nearest place for one edge that is being dragged; undefined when none attracts. */
export function snapEdge(axis: Axis, at: number, targets: SnapTargets, reach: number): number | undefined {
  let best: number | undefined
  let distance = reach
  for (const place of places(axis, targets)) {
    if (Math.abs(place - at) > distance) continue
    distance = Math.abs(place - at)
    best = place
  }
  return best
}

/** Lines to show for a box whose edges came to rest. */
export const linesFor = (box: Rect, targets: SnapTargets): SnapLine[] => [
  ...linesAt('x', box, targets),
  ...linesAt('y', box, targets),
]
