import { say } from '../../app/language.svelte.ts'
import type { Drag, Easel, Press } from '../easel.svelte.ts'
import { type Box, centreOf, type Point } from '../geometry.ts'
import { targetsOn } from '../guides.ts'
import { draggedBox, type Handle, turnedBy } from '../handles.ts'
import { boxOfAll, resized, rotated } from '../held.ts'
import { lastingGesture } from '../lasting.ts'
import { linesFor, type SnapTargets, snapEdge } from '../snap.ts'
import { words } from '../words.ts'
import { ATTRACTION } from './moving.ts'

/** Drags a handle. Shift keeps the proportions, Alt grows to both sides, Ctrl makes letters grow with their box. */
export function resizeSelection(easel: Easel, from: Press, handle: Handle): Drag | undefined {
  const { store, view, stage } = easel
  const held = easel.held()
  const box = boxOfAll(held)
  const board = box && store.artboardOf(held[0]!.layer.id)
  if (!box || !board) return undefined
  const gesture = lastingGesture(store, say(words.resize))
  const targets = targetsOn(
    store,
    board,
    view.guides ? view.guideLines : [],
    new Set(view.selection),
    held[0]!.layer.parent,
  )
  stage.lift(view.selection, false)
  easel.show({ quiet: true, hover: undefined })
  return {
    move(press) {
      const by = { x: press.point.x - from.point.x, y: press.point.y - from.point.y }
      // Snapping pulls one edge; in proportion or turned that edge is not the pointer's.
      const snaps = view.snap && !press.shift && box.rotation === 0
      const pulled = snaps ? pulledTo(box, handle, by, targets, easel.px(ATTRACTION)) : by
      const to = draggedBox(box, handle, pulled, { ratio: press.shift, centre: press.alt })
      easel.show({
        lines: snaps ? linesFor(to, targets) : [],
        readout: { at: press.point, text: `${Math.round(to.width)} × ${Math.round(to.height)} px` },
      })
      easel.write(gesture, resized(held, to, { type: press.mod }))
    },
    end: () => finish(easel, () => gesture.commit()),
    cancel: () => finish(easel, () => gesture.cancel()),
  }
}

/** The pointer's way, so that the dragged edges lie on a line that attracts, or on a whole px. */
function pulledTo(box: Box, { across, down }: Handle, by: Point, targets: SnapTargets, reach: number): Point {
  const pull = (axis: 'x' | 'y', fraction: number) => {
    if (fraction === 0.5) return by[axis]
    const edge = box[axis] + box[axis === 'x' ? 'width' : 'height'] * fraction
    return (snapEdge(axis, edge + by[axis], targets, reach) ?? Math.round(edge + by[axis])) - edge
  }
  return { x: pull('x', across), y: pull('y', down) }
}

/** Turns about the middle of the selection; Shift in steps of 15°. */
export function turnSelection(easel: Easel, from: Press): Drag | undefined {
  const { store, view, stage } = easel
  const held = easel.held()
  const box = boxOfAll(held)
  if (!box) return undefined
  const gesture = lastingGesture(store, say(words.turn))
  stage.lift(view.selection, false)
  easel.show({ quiet: true, hover: undefined })
  return {
    move(press) {
      const by = turnedBy(box, from.point, press.point, press.shift)
      const seen = ((((box.rotation + by) % 360) + 540) % 360) - 180
      easel.show({ readout: { at: press.point, text: `${Math.round(seen * 10) / 10}°` } })
      easel.write(gesture, rotated(held, by, centreOf(box)))
    },
    end: () => finish(easel, () => gesture.commit()),
    cancel: () => finish(easel, () => gesture.cancel()),
  }
}

function finish(easel: Easel, close: () => void): void {
  close()
  easel.stage.drop()
  easel.clearAids()
}
