import type { Drag, Easel, Press, Tool } from '../easel.svelte.ts'
import { isIn, shifted } from '../geometry.ts'
import { canvasRegion, type Frame } from '../region.svelte.ts'
import { drawBox } from './drawn-box.ts'

/** Draws the frame that the next picture is made into. A drag inside it moves it, a click clears it. */
export const frame: Tool = {
  cursor: (easel, press) => (press && standingFrame(easel, press) ? 'move' : 'crosshair'),
  down(easel, press) {
    const region = canvasRegion(easel.project)
    const there = standingFrame(easel, press)
    if (there) return moveFrame(easel, press, there)
    return drawBox(
      easel,
      press,
      ({ artboard, box }) => {
        region.painted = undefined
        region.frame = { artboard, ...box }
      },
      () => {
        region.frame = undefined
      },
    )
  },
  key(easel, event) {
    const region = canvasRegion(easel.project)
    if (!region.frame || !['Escape', 'Delete', 'Backspace'].includes(event.key)) return false
    region.frame = undefined
    return true
  },
}

function standingFrame(easel: Easel, { point }: Press): Frame | undefined {
  const there = canvasRegion(easel.project).frame
  const board = there && easel.store.artboard(there.artboard)
  return board && isIn({ ...shifted(there, board.x, board.y), rotation: 0 }, point) ? there : undefined
}

function moveFrame(easel: Easel, from: Press, before: Frame): Drag {
  const region = canvasRegion(easel.project)
  return {
    move({ point }) {
      const [x, y] = [Math.round(point.x - from.point.x), Math.round(point.y - from.point.y)]
      region.frame = shifted(before, x, y)
    },
    end({ screen }) {
      if (Math.hypot(screen.x - from.screen.x, screen.y - from.screen.y) < 3) region.frame = undefined
    },
    cancel() {
      region.frame = before
    },
  }
}
