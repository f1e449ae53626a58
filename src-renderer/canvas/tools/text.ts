import type { TextLayer } from '#shared/document/layers/text.ts'
import { say } from '../../app/language.svelte.ts'
import { newId, topOrder } from '../copies.ts'
import type { Easel, Press, Tool } from '../easel.svelte.ts'
import type { Rect } from '../geometry.ts'
import { hitsAt } from '../hit.ts'
import { lastingGesture } from '../lasting.ts'
import { styleFor } from '../text-style.ts'
import { words } from '../words.ts'
import { drawBox } from './drawn-box.ts'

/** A click on a text edits it; elsewhere it makes a new one, as wide as it gets. A drag makes a text in a box. */
export const text: Tool = {
  cursor: () => 'text',
  down(easel, press) {
    const there = textUnder(easel, press)
    if (there) {
      easel.select([there.id])
      easel.view.editing = there.id
      return undefined
    }
    return drawBox(
      easel,
      press,
      ({ artboard, box }) => begin(easel, artboard, box, false),
      (artboard, { x, y }) => {
        const { size } = styleFor(easel.store, artboard)
        begin(easel, artboard, { x, y: Math.round(y - size / 2), width: size * 2, height: size }, true)
      },
    )
  },
}

function textUnder(easel: Easel, { point }: Press): TextLayer | undefined {
  const board = easel.boardAt(point)
  if (!board) return undefined
  const path = hitsAt(easel.store, board.id, { x: point.x - board.x, y: point.y - board.y })[0]
  const layer = path?.at(-1)
  return layer?.type === 'text' ? layer : undefined
}

function begin(easel: Easel, artboard: string, box: Rect, grows: boolean): void {
  const { store, view } = easel
  const id = newId()
  const gesture = lastingGesture(store, say(words.typeText))
  gesture.update((edit) => {
    const order = topOrder(store, artboard) + 1
    edit.add({ type: 'text', id, parent: artboard, order, ...box, text: '', ...styleFor(easel.store, artboard) })
  })
  easel.select([id])
  easel.typing = { id, gesture, isNew: true, grows }
  view.editing = id
  view.tool = 'move'
}
