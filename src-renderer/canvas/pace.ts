import type { Surface } from './surface.ts'

/** ms that one flush should take. */
const GOAL_MS = 1.5
const MOST = 64

/**
 * A browser notes what is drawn and does it later, so the clock says nothing about its cost. Copying a pixel makes it
 * draw now. How many layers are noted between two copies follows from how long the last ones took.
 */
export class Pace {
  readonly #scratch: CanvasRenderingContext2D
  #batch = 8
  #noted = 0

  constructor() {
    const canvas = document.createElement('canvas')
    canvas.width = 1
    canvas.height = 1
    this.#scratch = canvas.getContext('2d')!
  }

  drew({ element }: Surface): void {
    if (++this.#noted < this.#batch) return
    this.#noted = 0
    const began = performance.now()
    this.#scratch.drawImage(element, 0, 0, 1, 1, 0, 0, 1, 1)
    const took = performance.now() - began
    if (took > 2 * GOAL_MS) this.#batch = Math.max(1, this.#batch >> 1)
    else if (took < GOAL_MS / 2) this.#batch = Math.min(MOST, this.#batch * 2)
  }
}
