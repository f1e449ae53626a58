import type { Artboard } from '#shared/document/document.ts'
import type { Gesture } from '#shared/document/store.ts'
import { say } from '../../app/language.svelte.ts'
import { copied, pasteInto, topOrder } from '../copies.ts'
import type { Drag, Easel, Press } from '../easel.svelte.ts'
import { boundsOfBoxes, centreOf, type Point, shifted } from '../geometry.ts'
import { targetsOn } from '../guides.ts'
import { boxOfAll, hold, moved, placed } from '../held.ts'
import { lastingGesture } from '../lasting.ts'
import { snapMove } from '../snap.ts'
import { words } from '../words.ts'

/** Screen px over which edges attract. */
export const ATTRACTION = 6

/** Drags the selection. Shift keeps to one axis, Alt drags a copy, Ctrl leaves snapping off. */
export function moveSelection(easel: Easel, from: Press): Drag | undefined {
  const { store, view, stage } = easel
  if (easel.held().length === 0) return undefined
  const originals = view.selection
  const gesture = lastingGesture(store, say(from.alt ? words.duplicate : words.move))
  if (from.alt) copySelection(easel, gesture)
  const held = easel.held()
  const box = boxOfAll(held)!
  const { layer } = held[0]!
  const board = store.artboardOf(layer.id)!
  const guides = view.guides ? view.guideLines : []
  const targets = targetsOn(store, board, guides, new Set(view.selection), layer.parent)
  stage.lift(view.selection, true)
  easel.show({ quiet: true, hover: undefined })
  let last = { x: 0, y: 0 }
  return {
    move(press) {
      const way = { x: press.point.x - from.point.x, y: press.point.y - from.point.y }
      const fixed = press.shift ? (Math.abs(way.x) > Math.abs(way.y) ? 'y' : 'x') : undefined
      if (fixed) way[fixed] = 0
      const rect = boundsOfBoxes([shifted(box, way.x, way.y)])
      const snap = view.snap && !press.mod ? snapMove(rect, targets, easel.px(ATTRACTION)) : undefined
      const by = { x: way.x + rest(rect.x, snap?.x), y: way.y + rest(rect.y, snap?.y) }
      if (fixed) by[fixed] = 0
      easel.show({ lines: snap?.lines ?? [], gaps: snap?.gaps ?? [] })
      if (by.x === last.x && by.y === last.y) return
      last = by
      easel.write(gesture, moved(held, by.x, by.y))
    },
    end() {
      adopt(easel, gesture, view.selection)
      gesture.commit()
      stage.drop()
      easel.clearAids()
    },
    cancel() {
      gesture.cancel()
      view.selection = originals
      stage.drop()
      easel.clearAids()
    },
  }
}

function copySelection(easel: Easel, gesture: Gesture): void {
  const { store, view } = easel
  const taken = copied(
    store,
    easel.held().map(({ layer }) => layer.id),
  )
  let copies: string[] = []
  gesture.update((edit) => {
    copies = pasteInto(edit, store, taken, undefined)
  })
  view.selection = copies
}

/** Attracted: exactly there. Otherwise to the next whole px, where type and edges are sharp. */
const rest = (at: number, attraction: number | undefined): number => attraction || Math.round(at) - at

/** A layer whose middle was dragged onto another artboard belongs to that one from now on. */
function adopt(easel: Easel, gesture: Gesture, ids: readonly string[]): void {
  const { store } = easel
  gesture.update((edit) => {
    for (const held of hold(store, ids)) {
      const to = easel.boardAt(centreOf(held.box))
      const from = store.artboardOf(held.layer.id)
      if (!to || held.groups.length > 0 || to.id === from?.id) continue
      for (const { id, fields } of placed({ ...held, corner: to }, held.box)) edit.update(id, fields)
      edit.update(held.layer.id, { parent: to.id, order: topOrder(store, to.id) + 1 })
      easel.view.artboard = to.id
    }
  })
}

export function moveArtboard(easel: Easel, from: Press, board: Artboard): Drag | undefined {
  if (easel.readOnly) return undefined
  const gesture = lastingGesture(easel.store, say(words.moveArtboard))
  const at = (press: Press): Point => ({
    x: Math.round(board.x + press.point.x - from.point.x),
    y: Math.round(board.y + press.point.y - from.point.y),
  })
  return {
    move: (press) =>
      gesture.update((edit) => {
        edit.update(board.id, { ...at(press) })
      }),
    end: () => void gesture.commit(),
    cancel: () => gesture.cancel(),
  }
}
