import type { Opening } from './opening.ts'
import type { Later } from './room.ts'

/** A window that loads again, or a service's browser that was moved to another screen, is back long before that. */
export const GRACE_MS = 60_000

export const later: Later = (ms, work) => {
  const timer = setTimeout(work, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Openings whose window is gone. Each waits a while for it, then it is closed, so that others can have the file. */
export interface Orphans {
  add(opening: Opening): void
  /** A window has it again. */
  adopt(opening: Opening): void
  /** It is being closed. */
  forget(opening: Opening): void
}

export interface OrphansOptions {
  later: Later
  /** It waits on: something is still being made for it. */
  isWanted(opening: Opening): boolean
  close(opening: Opening): void
}

export function openOrphans({ later, isWanted, close }: OrphansOptions): Orphans {
  const waiting = new Map<Opening, () => void>()

  function wait(opening: Opening): void {
    const callOff = later(GRACE_MS, () => {
      waiting.delete(opening)
      if (isWanted(opening)) wait(opening)
      else close(opening)
    })
    waiting.set(opening, callOff)
  }

  function forget(opening: Opening): void {
    waiting.get(opening)?.()
    waiting.delete(opening)
  }

  return {
    add(opening) {
      opening.orphaned = true
      if (!waiting.has(opening)) wait(opening)
    },
    adopt(opening) {
      opening.orphaned = false
      forget(opening)
    },
    forget,
  }
}
