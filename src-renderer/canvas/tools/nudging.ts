import type { Gesture } from '#shared/document/store.ts'
import { say } from '../../app/language.svelte.ts'
import type { Easel } from '../easel.svelte.ts'
import { type Held, moved } from '../held.ts'
import { lastingGesture } from '../lasting.ts'
import { words } from '../words.ts'

/** Arrow keys: presses that follow each other quickly, or a key that is held, are one step. */
interface Nudging {
  gesture: Gesture
  held: readonly Held[]
  x: number
  y: number
  timer: ReturnType<typeof setTimeout>
}

const QUIET_MS = 450
const open = new WeakMap<Easel, Nudging>()

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function nudge(easel: Easel, event: KeyboardEvent): boolean {
  const arrow = ARROWS[event.key]
  if (!arrow || event.ctrlKey || event.metaKey || event.altKey || easel.readOnly) return false
  const nudging = open.get(easel) ?? begin(easel)
  if (!nudging) return false
  const by = event.shiftKey ? 10 : 1
  nudging.x += arrow[0] * by
  nudging.y += arrow[1] * by
  clearTimeout(nudging.timer)
  nudging.timer = setTimeout(() => settle(easel), QUIET_MS)
  easel.write(nudging.gesture, moved(nudging.held, nudging.x, nudging.y))
  return true
}

function begin(easel: Easel): Nudging | undefined {
  const held = easel.held()
  if (held.length === 0) return undefined
  const gesture = lastingGesture(easel.store, say(words.nudge))
  const nudging = { gesture, held, x: 0, y: 0, timer: setTimeout(() => settle(easel), QUIET_MS) }
  open.set(easel, nudging)
  return nudging
}

/** The step is finished: before anything else is pressed, undo above all. */
export function settle(easel: Easel): void {
  const nudging = open.get(easel)
  if (!nudging) return
  clearTimeout(nudging.timer)
  open.delete(easel)
  nudging.gesture.commit()
}
