import type { Guide } from '#shared/document/session.ts'
import type { Drag, Easel, Press } from '../easel.svelte.ts'
import { targetsOn } from '../guides.ts'
import { RULER } from '../rulers.ts'
import { snapEdge } from '../snap.ts'

/** Screen px from which a guide can be taken. */
const GRAB = 4

export function guideUnder({ view, store, camera }: Easel, { point }: Press): Guide | undefined {
  if (!view.guides) return undefined
  return view.guideLines.find(({ artboard, axis, at }) => {
    const board = store.artboard(artboard)
    return board && Math.abs(board[axis] + at - point[axis]) * camera.zoom <= GRAB
  })
}

/** Draws a guide out of a ruler, or moves one. Back over the ruler it is gone. */
export function dragGuide(easel: Easel, press: Press, from: { axis: 'x' | 'y' } | { guide: Guide }): Drag {
  const { view, store } = easel
  const before = view.guideLines
  const others = 'guide' in from ? before.filter((guide) => guide !== from.guide) : before
  const axis = 'guide' in from ? from.guide.axis : from.axis
  const board = 'guide' in from ? store.artboard(from.guide.artboard) : easel.boardFor(press.point)
  view.guides = true
  return {
    move(now) {
      if (!board) return
      const ruler = now.screen[axis] < RULER
      if (ruler) {
        view.guideLines = others
        return easel.show({ readout: undefined })
      }
      const targets = targetsOn(store, board, [], new Set())
      const place = view.snap && !now.mod ? snapEdge(axis, now.point[axis], targets, easel.px(5)) : undefined
      const at = (place ?? Math.round(now.point[axis])) - board[axis]
      view.guideLines = [...others, { artboard: board.id, axis, at }]
      easel.show({ readout: { at: now.point, text: `${Math.round(at * 10) / 10} px` } })
    },
    end: () => easel.clearAids(),
    cancel() {
      view.guideLines = before
      easel.clearAids()
    },
  }
}
