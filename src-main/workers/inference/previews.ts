/** Previews may add this part to the time of the steps. */
const SHARE = 0.15

/**
 * Which steps are shown: all of them when decoding is cheap, else as many as the share pays for, spread over the loop.
 * The first one always, so that somebody sees soon where it goes.
 */
export interface PreviewBudget {
  /** The loop begins now; what comes before it is no step. */
  begun(): void
  stepped(step: number, steps: number): void
  /** Asked right before a step would be decoded. */
  allows(): boolean
  shown(): void
}

export function previewBudget(now: () => number = () => performance.now()): PreviewBudget {
  let start = now()
  let step = 0
  let steps = 1
  let shown = 0
  let decoding = 0
  let asked = 0

  return {
    begun() {
      if (step === 0) start = now()
    },
    stepped(done, of) {
      step = done
      steps = of
    },
    allows() {
      asked = now()
      if (shown === 0) return true
      const perStep = (asked - start - decoding) / step
      const affordable = Math.max(1, (SHARE * perStep * steps) / (decoding / shown))
      return shown < affordable && step - 1 >= (shown * steps) / affordable
    },
    shown() {
      shown++
      decoding += now() - asked
    },
  }
}
