import type { QueuedJob } from '#shared/contract/events.ts'

/** Where a run of several jobs stands, as the button says it. */
export interface Progress {
  /** The picture that is being made, counted from 1. */
  at: number
  of: number
  /** 0 … 1 */
  value: number
  secondsLeft?: number
  /** Nothing of it has begun: other jobs come first. */
  waiting: boolean
}

type Part = Pick<QueuedJob, 'state' | 'step' | 'steps' | 'secondsLeft'>

const isOver = ({ state }: Part) => state !== 'queued' && state !== 'running'

/** Undefined when nothing of the run is left to do. */
export function progressOf(run: readonly Part[]): Progress | undefined {
  const over = run.filter(isOver).length
  if (over === run.length) return undefined
  const parts = run.filter((job) => !isOver(job))
  const begun = parts.reduce((sum, job) => sum + (job.state === 'running' ? shareOf(job) : 0), 0)
  const whole = wholeOf(parts.find(({ state, secondsLeft }) => state === 'running' && secondsLeft !== undefined))
  const times = parts.map(({ secondsLeft }) => secondsLeft ?? whole)
  return {
    at: over + 1,
    of: run.length,
    value: (over + begun) / run.length,
    // A part without an estimate would make the sum a lie.
    ...(times.includes(undefined) ? {} : { secondsLeft: times.reduce<number>((sum, time) => sum + time!, 0) }),
    waiting: over === 0 && parts.every(({ state }) => state === 'queued'),
  }
}

/** How long a part takes from beginning to end, by the one that is being made: its sisters take as long. */
function wholeOf(running: Part | undefined): number | undefined {
  if (!running || shareOf(running) === 0 || shareOf(running) === 1) return undefined
  return running.secondsLeft! / (1 - shareOf(running))
}

export const shareOf = ({ step, steps }: Part): number => (step && steps ? Math.min(1, step / steps) : 0)
