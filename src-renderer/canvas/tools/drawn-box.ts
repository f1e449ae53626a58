import type { Drag, Easel, Press } from '../easel.svelte.ts'
import { type Point, type Rect, rectBetween, roundedRect, shifted } from '../geometry.ts'
import { targetsOn } from '../guides.ts'
import { type SnapTargets, snapEdge } from '../snap.ts'
import { ATTRACTION } from './moving.ts'

export interface DrawnBox {
  artboard: string
  /** px of the artboard. */
  box: Rect
  /** Drawn from its bottom left to its top right corner, or the other way. */
  rising: boolean
}

/**
 * A rectangle drawn over an artboard. Shift makes it square, Alt draws it from its middle. `click` is for a press that
 * did not move.
 */
export function drawBox(
  easel: Easel,
  from: Press,
  done: (drawn: DrawnBox) => void,
  click: (artboard: string, point: Point) => void,
): Drag | undefined {
  const board = easel.boardFor(from.point)
  if (!board || easel.readOnly) return undefined
  const { view, store } = easel
  view.artboard = board.id
  const targets = targetsOn(store, board, view.guides ? view.guideLines : [], new Set())
  const start = pulled(easel, from, targets)
  let drawn: DrawnBox | undefined
  const drawing: Drag = {
    move(press) {
      const to = pulled(easel, press, targets)
      const rect = shaped(start, to, press)
      easel.show({
        marquee: rect,
        readout: { at: press.point, text: `${Math.round(rect.width)} × ${Math.round(rect.height)} px` },
      })
      const rising = to.x > start.x !== to.y > start.y
      drawn = { artboard: board.id, box: roundedRect(shifted(rect, -board.x, -board.y)), rising }
    },
    end() {
      easel.clearAids()
      if (drawn && (drawn.box.width > 0 || drawn.box.height > 0)) done(drawn)
    },
    cancel: () => easel.clearAids(),
  }
  return easel.whenMoved(
    from,
    () => drawing,
    ({ point }) => click(board.id, { x: Math.round(point.x - board.x), y: Math.round(point.y - board.y) }),
  )
}

/** On what attracts, or on whole px. */
function pulled({ view, camera }: Easel, { point, mod }: Press, targets: SnapTargets): Point {
  const reach = ATTRACTION / camera.zoom
  const pull = (axis: 'x' | 'y') =>
    (view.snap && !mod ? snapEdge(axis, point[axis], targets, reach) : undefined) ?? Math.round(point[axis])
  return { x: pull('x'), y: pull('y') }
}

function shaped(from: Point, to: Point, { shift, alt }: Press): Rect {
  let [dx, dy] = [to.x - from.x, to.y - from.y]
  if (shift) {
    const side = Math.max(Math.abs(dx), Math.abs(dy))
    dx = dx < 0 ? -side : side
    dy = dy < 0 ? -side : side
  }
  const end = { x: from.x + dx, y: from.y + dy }
  return alt ? rectBetween({ x: from.x - dx, y: from.y - dy }, end) : rectBetween(from, end)
}
