import type { Easel, Tool } from '../easel.svelte.ts'
import { Paint, paintedBox } from '../paint.ts'
import { canvasRegion, type Painted } from '../region.svelte.ts'
import { brushKeys, showRing, strokeOn } from './brushing.ts'

/** Paints the area that is to be made anew, in red that is seen through. Alt or E erases. */
export const brush: Tool = {
  cursor: () => 'none',
  hover: showRing,
  down(easel, press) {
    const board = easel.boardFor(press.point)
    if (!board) return undefined
    const region = canvasRegion(easel.project)
    const before = region.painted
    const painted = before?.artboard === board.id ? before : blank(easel, board.id)
    if (!painted) return undefined
    const undone = painted.paint.copy()
    region.frame = undefined
    region.painted = painted
    const scale = painted.paint.canvas.width / painted.area.width
    return strokeOn(
      easel,
      press,
      { paint: painted.paint, scale, place: ({ x, y }) => ({ x: (x - board.x) * scale, y: (y - board.y) * scale }) },
      (cancelled) => {
        if (cancelled) region.painted = before && { ...before, paint: undone }
        else region.painted = measured(painted, scale)
      },
    )
  },
  key(easel, event) {
    const region = canvasRegion(easel.project)
    if (region.painted && ['Escape', 'Delete', 'Backspace'].includes(event.key)) {
      region.painted = undefined
      return true
    }
    return brushKeys(easel, event)
  },
  leave: (easel) => easel.show({ ring: undefined }),
}

/** px of the longer side: the model's pictures are smaller than that. */
const MOST = 2048

function blank(easel: Easel, artboard: string): Painted | undefined {
  const board = easel.store.artboard(artboard)
  if (!board) return undefined
  const { width, height } = board
  const scale = Math.min(1, MOST / Math.max(width, height))
  const area = { x: 0, y: 0, width, height }
  const layer = easel.project.selected.find(({ type }) => type === 'image')?.id
  const paint = new Paint(width * scale, height * scale)
  return { artboard, ...(layer === undefined ? {} : { layer }), paint, area, box: area }
}

/** Nothing left: nothing painted. */
function measured(painted: Painted, scale: number): Painted | undefined {
  const found = paintedBox(painted.paint.canvas)
  if (!found) return undefined
  const { x, y, width, height } = found
  return { ...painted, box: { x: x / scale, y: y / scale, width: width / scale, height: height / scale } }
}
