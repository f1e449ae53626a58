import type { Lane } from '#shared/work/tasks.ts'
import type { WorkerLane } from './supervisor.ts'

/** Several workers of one kind behind one door: a task goes to the one with the least to do. */
export interface WorkerPool extends Lane {
  readonly size: number
  /** Start the processes now. */
  warm(): void
  /** Resident bytes that the workers had at most, one after the other. */
  readonly peakBytes: number
}

export function openPool(size: number, open: (number: number) => WorkerLane): WorkerPool {
  const lanes = Array.from({ length: size }, (_, at) => ({ lane: open(at + 1), busy: 0 }))
  return {
    size,
    warm() {
      for (const { lane } of lanes) lane.warm()
    },
    get peakBytes() {
      return lanes.reduce((sum, { lane }) => sum + lane.peakBytes, 0)
    },
    async run(task, options) {
      const least = lanes.reduce((best, one) => (one.busy < best.busy ? one : best))
      least.busy++
      try {
        return await least.lane.run(task, options)
      } finally {
        least.busy--
      }
    },
    async close() {
      await Promise.all(lanes.map(({ lane }) => lane.close()))
    },
  }
}
