/** One line of the benchmark's table: a number, what it may be at most (or at least), and what it was measured on. */
export interface Reading {
  group: string
  name: string
  value: number
  unit: string
  /** The bar: `most` for costs, `least` for qualities. */
  most?: number
  least?: number
  note?: string
}

export interface Bench {
  name: string
  run(): Promise<Reading[]>
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const high = sorted[half]
  if (high === undefined) return Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[half - 1] ?? high) + high) / 2
}

/** Spread of the readings as text, so that a noisy machine shows. */
export function spread(values: readonly number[], digits = 3): string {
  const sorted = [...values].sort((a, b) => a - b)
  return `${sorted[0]?.toFixed(digits)}…${sorted.at(-1)?.toFixed(digits)}, n=${sorted.length}`
}

export const met = ({ value, most, least }: Reading): boolean =>
  (most === undefined || value <= most) && (least === undefined || value >= least)

/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
