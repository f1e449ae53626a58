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
  const known = parts.filter(({ secondsLeft }) => secondsLeft !== undefined)
  const left = known.reduce((sum, { secondsLeft }) => sum + secondsLeft!, 0)
  return {
    at: over + 1,
    of: run.length,
    value: (over + begun) / run.length,
    // A job without an estimate would make the sum a lie.
    ...(known.length === parts.length ? { secondsLeft: left } : {}),
    waiting: over === 0 && parts.every(({ state }) => state === 'queued'),
  }
}

export const shareOf = ({ step, steps }: Part): number => (step && steps ? Math.min(1, step / steps) : 0)
