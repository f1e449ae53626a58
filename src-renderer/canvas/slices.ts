/** ms of one frame */
const MOST = 4

/** Work that came all at once, done for a few ms per frame. What is added twice before its turn is done once. */
export class Slices<T> {
  readonly #waiting = new Set<T>()
  readonly #work: (item: T) => void
  #asked = false

  constructor(work: (item: T) => void) {
    this.#work = work
  }

  add(item: T): void {
    this.#waiting.add(item)
    this.#ask()
  }

  #ask(): void {
    if (this.#asked || this.#waiting.size === 0) return
    this.#asked = true
    requestAnimationFrame(() => {
      this.#asked = false
      const deadline = performance.now() + MOST
      for (const item of this.#waiting) {
        this.#waiting.delete(item)
        this.#work(item)
        if (performance.now() > deadline) break
      }
      this.#ask()
    })
  }
}
