export interface Progress {
  what: string
  /** 0 … 1 */
  done: number
  /** Seconds, when there is enough to tell. */
  secondsLeft?: number
}

/** `fox 2/4  ███████░░░░░  58 %  6 s left`, at most `columns` wide. */
export function drawBar({ what, done, secondsLeft }: Progress, columns: number): string {
  const percent = `${String(Math.floor(clamp(done) * 100)).padStart(3)} %`
  const left = secondsLeft === undefined ? '' : `  ${spell(secondsLeft)} left`
  const room = columns - 1
  const width = Math.max(0, Math.min(30, room - what.length - percent.length - left.length - 4))
  const full = Math.round(clamp(done) * width)
  const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`
  return `${what}  ${bar}  ${percent}${left}`.slice(0, room)
}

/** Seconds left from what is done since the start; nothing in the first moments, when it would only jump. */
export function createEstimate(
  now: () => number = () => performance.now() / 1000,
): (done: number) => number | undefined {
  const started = now()
  return (done) => {
    const elapsed = now() - started
    return elapsed < 0.5 || done < 0.02 ? undefined : (elapsed / done) * (1 - clamp(done))
  }
}

function spell(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

function clamp(done: number): number {
  return Math.min(1, Math.max(0, done))
}
