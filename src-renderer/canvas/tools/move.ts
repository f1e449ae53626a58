import { isOnLabel } from '../backdrop.ts'
import type { Drag, Easel, Press, Tool } from '../easel.svelte.ts'
import type { Point } from '../geometry.ts'
import { bleedArea } from '../guides.ts'
import { cursorOf, type Grip, gripAt } from '../handles.ts'
import { groupsOver, standing } from '../held.ts'
import { chosen, hitsAt, type Path } from '../hit.ts'
import { drawMarquee } from './marquee.ts'
import { moveArtboard, moveSelection } from './moving.ts'
import { nudge } from './nudging.ts'
import { resizeSelection, turnSelection } from './resizing.ts'

/** Selects, moves, resizes and turns. */
export const move: Tool = {
  cursor(easel, press) {
    const grip = press && gripUnder(easel, press)
    const box = easel.selectionBox()
    if (grip && box) return cursorOf(grip, box)
    return press && labelUnder(easel, press) ? 'move' : 'default'
  },

  hover(easel, press) {
    const path = press && !gripUnder(easel, press) ? pathUnder(easel, press)[0] : undefined
    const layer = path && chosen(path, easel.view.entered)
    const board = layer && easel.store.artboardOf(layer.id)
    const hover =
      board && !easel.view.selection.includes(layer.id)
        ? standing(layer, groupsOver(easel.store, layer), board)
        : undefined
    if (hover || easel.aids.hover) easel.show({ hover })
  },

  down(easel, press) {
    easel.show({ hover: undefined })
    const grip = gripUnder(easel, press)
    if (grip && press.clicks < 2) return grasp(easel, press, grip)
    const label = labelUnder(easel, press)
    if (label) {
      easel.view.artboard = label.id
      easel.select([])
      return easel.whenMoved(press, () => moveArtboard(easel, press, label))
    }
    const path = pathUnder(easel, press)[0]
    if (press.clicks === 2 && path) return enter(easel, path)
    if (!path) return outside(easel, press)
    return pick(easel, press, path)
  },

  key(easel, event) {
    if (event.key === 'Tab') return cycle(easel, event.shiftKey ? -1 : 1)
    if (event.key === 'Escape' && easel.view.entered !== undefined) {
      easel.select([easel.view.entered])
      easel.view.entered = undefined
      return true
    }
    if (event.key === 'Escape' && easel.view.selection.length > 0) {
      easel.select([])
      return true
    }
    if (event.key === 'Enter' && easel.view.selection.length === 1) {
      const layer = easel.store.layer(easel.view.selection[0]!)
      if (layer?.type !== 'text' || layer.locked || easel.readOnly) return false
      easel.view.editing = layer.id
      return true
    }
    return nudge(easel, event)
  },
}

function gripUnder(easel: Easel, { point }: Press): Grip | undefined {
  const box = easel.selectionBox()
  return box && !easel.readOnly && easel.held().length > 0 ? gripAt(box, point, easel.view.zoom) : undefined
}

function pathUnder(easel: Easel, { point }: Pick<Press, 'point'>): Path[] {
  const board = easel.boardAt(point)
  if (!board) return []
  return hitsAt(
    easel.store,
    board.id,
    { x: point.x - board.x, y: point.y - board.y },
    easel.px(5),
    easel.project.values,
  )
}

/** What a click with the other button is about: the selection when it lies there, or else what does. */
export function selectUnder(easel: Easel, screen: Point): void {
  const point = easel.toDocument(screen)
  const paths = pathUnder(easel, { point })
  if (paths.some((path) => path.some(({ id }) => easel.view.selection.includes(id)))) return
  const path = paths[0]
  easel.select(path ? [chosen(path, easel.view.entered).id] : [])
}

function labelUnder(easel: Easel, { screen }: Press) {
  return easel.store.document.artboards.findLast((board) => {
    const bleed = bleedArea(board)
    const { x, y } = easel.toScreen(board)
    const rect = { x, y, width: board.width * easel.view.zoom, height: board.height * easel.view.zoom }
    return isOnLabel(rect, bleed ? -bleed.y * easel.view.zoom : 0, screen)
  })
}

const grasp = (easel: Easel, press: Press, grip: Grip): Drag =>
  easel.whenMoved(press, () =>
    grip.kind === 'turn' ? turnSelection(easel, press) : resizeSelection(easel, press, grip.handle),
  )

/** A press on a layer selects it, unless it is selected: then it may be the beginning of a drag of all of them. */
function pick(easel: Easel, press: Press, path: Path): Drag {
  const { view } = easel
  if (view.entered !== undefined && !path.some(({ id }) => id === view.entered)) view.entered = undefined
  const layer = chosen(path, view.entered)
  const was = view.selection.includes(layer.id)
  // Ctrl goes straight to the layer inside a group.
  if (press.mod && !press.shift) easel.select([path.at(-1)!.id])
  else if (press.shift)
    easel.select(was ? view.selection.filter((id) => id !== layer.id) : [...view.selection, layer.id])
  else if (!was) easel.select([layer.id])
  return easel.whenMoved(
    press,
    () => (easel.readOnly ? undefined : moveSelection(easel, press)),
    () => {
      if (was && !press.shift && !press.mod) easel.select([layer.id])
    },
  )
}

/** On nothing: a rectangle that selects what it touches. */
function outside(easel: Easel, press: Press): Drag {
  const before = press.shift ? easel.view.selection : []
  if (!press.shift) {
    easel.select([])
    easel.view.entered = undefined
  }
  const board = easel.boardAt(press.point)
  if (board) easel.view.artboard = board.id
  return easel.whenMoved(press, () => drawMarquee(easel, press, before))
}

/** A double click goes one level into a group, and into a text. */
function enter(easel: Easel, path: Path): undefined {
  const layer = chosen(path, easel.view.entered)
  if (layer.type === 'group') {
    easel.view.entered = layer.id
    easel.select([chosen(path, layer.id).id])
  } else if (layer.type === 'text' && !easel.readOnly) {
    easel.select([layer.id])
    easel.view.editing = layer.id
  }
}

/**
 * The next layer in drawing order, of the artboard or the group that was entered. After the last one the key is not
 * ours: the focus goes on, and who has no mouse gets out of the canvas again.
 */
function cycle(easel: Easel, direction: 1 | -1): boolean {
  const { view, store } = easel
  const parent = view.entered ?? view.artboard
  const layers = parent === undefined ? [] : store.children(parent).filter(({ hidden, locked }) => !hidden && !locked)
  if (layers.length === 0) return false
  const at = layers.findIndex(({ id }) => id === view.selection.at(-1))
  const next = layers[at < 0 && direction < 0 ? layers.length - 1 : at + direction]
  if (!next) return false
  easel.select([next.id])
  return true
}
