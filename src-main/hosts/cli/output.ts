import type { Writable } from 'node:stream'
import type { StudioError } from '#shared/errors.ts'
import { drawBar, type Progress } from './progress.ts'

/** All that the command line writes: results on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean
  /** One JSON object on its own line of stdout; nothing without --json. */
  event(event: { event: string } & Record<string, unknown>): void
  /** A line of the result for people; nothing with --json. */
  say(line: string): void
  /** A remark that is not the result. */
  note(line: string): void
  /** Redraw the progress bar, when somebody looks at one. */
  progress(progress: Progress): void
  fail(error: StudioError): void
}

export interface Streams {
  stdout: Writable
  stderr: Writable & { isTTY?: boolean; columns?: number }
}

const REDRAW_EVERY_MS = 50

export function createOutput(json: boolean, { stdout, stderr }: Streams): Output {
  const bars = stderr.isTTY === true
  let barShown = false
  let drawn = 0

  function clearBar(): void {
    if (barShown) stderr.write('\r\x1b[K')
    barShown = false
  }

  return {
    json,
    event(event) {
      if (json) stdout.write(`${JSON.stringify(event)}\n`)
    },
    say(line) {
      clearBar()
      if (!json) stdout.write(`${oneLine(line)}\n`)
    },
    note(line) {
      clearBar()
      stderr.write(`${oneLine(line)}\n`)
    },
    progress(progress) {
      if (!bars) return
      const now = performance.now()
      if (barShown && now - drawn < REDRAW_EVERY_MS) return
      drawn = now
      barShown = true
      stderr.write(`\r${drawBar(progress, stderr.columns ?? 80)}\x1b[K`)
    },
    fail(error) {
      clearBar()
      if (json) stdout.write(`${JSON.stringify({ event: 'error', ...error.toJSON() })}\n`)
      stderr.write(`error: ${oneLine(error.toLine())}\n`)
    },
  }
}

/** Text from outside must neither break the line nor drive the terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  return text.replace(/\s*\n\s*/g, ' ').replace(/[\x00-\x1f\x7f-\x9f]/g, '')
}
