import type { Easel, Press } from './easel.svelte.ts'
import { RULER } from './rulers.ts'
import { guideUnder } from './tools/guide.ts'
import { toolOf } from './tools/tools.ts'

interface Held {
  space: boolean
  dragging: boolean
}

const ALONG = { x: 'ew-resize', y: 'ns-resize' } as const

/** What the pointer looks like; undefined: as it does already. */
export function cursorFor(easel: Easel, press: Press | undefined, { space, dragging }: Held): string | undefined {
  const { view } = easel
  if (space || view.tool === 'hand') return dragging ? 'grabbing' : 'grab'
  if (dragging) return undefined
  if (press && view.rulers && press.screen.y < RULER) return ALONG.y
  if (press && view.rulers && press.screen.x < RULER) return ALONG.x
  const guide = press && view.tool === 'move' ? guideUnder(easel, press) : undefined
  return guide ? ALONG[guide.axis] : toolOf(view.tool).cursor(easel, press)
}
