import type { PipelineContext } from '../pipeline.ts'

/** A screen shows no more than 30 pictures a second, and each event is a message between processes. */
const EVERY_MS = 33
/** The event schema's bound. */
const MOST = 4000

export interface LineStream {
  /** The line reads like this now. */
  show(text: string): void
  /** It stays like this. */
  settle(text: string): void
}

/**
 * Tell whoever watches how a line grows, as changes: keep the first `from` code units of what stands and append `text`.
 * A line that is trimmed or begun anew steps back with a smaller `from`.
 */
export function streamLine(line: number, report: PipelineContext['report'], now: () => number): LineStream {
  let shown = ''
  let last = Number.NEGATIVE_INFINITY
  const send = (text: string) => {
    let from = commonLength(shown, text)
    if (from === shown.length && from === text.length) return
    do {
      const part = text.slice(from, from + MOST)
      report({ type: 'token', line, text: part, from })
      from += part.length
    } while (from < text.length)
    shown = text
    last = now()
  }
  return {
    show: (text) => {
      if (now() - last >= EVERY_MS) send(text)
    },
    settle: send,
  }
}

/** Never between the halves of a surrogate pair: an event is text. */
function commonLength(a: string, b: string): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  const before = a.charCodeAt(at - 1)
  return before >= 0xd800 && before <= 0xdbff ? at - 1 : at
}
