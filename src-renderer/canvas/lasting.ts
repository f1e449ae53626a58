import type { DocumentStore, Gesture } from '#shared/document/store.ts'
import { StudioError } from '#shared/errors.ts'

/**
 * A gesture that goes on when something else makes a step in its middle (a picture that was waited for is placed): what
 * was done until then is one step, the rest another.
 */
export function lastingGesture(store: DocumentStore, label: string): Gesture {
  let gesture = store.gesture(label)
  return {
    update(edit) {
      try {
        gesture.update(edit)
      } catch (error) {
        if (!isOver(error)) throw error
        gesture = store.gesture(label)
        gesture.update(edit)
      }
    },
    commit: () => gesture.commit(),
    cancel: () => gesture.cancel(),
  }
}

/** How the store refuses a gesture that was committed or cancelled. */
const isOver = (error: unknown): boolean => error instanceof StudioError && error.code === 'internal'
