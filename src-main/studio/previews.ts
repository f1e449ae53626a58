import { readFile } from 'node:fs/promises'
import type { Preview } from '#shared/contract/job.ts'

/** The newest picture of every running job, in memory: the worker's files go with the job's folder. */
export interface Previews {
  /** Gives its pixels; undefined when a newer one came meanwhile, or the file has gone with its job. */
  keep(
    job: string,
    step: number,
    picture: { path: string; width: number; height: number },
  ): Promise<Uint8Array | undefined>
  /** Of that step, or of a later one, which may be of another size: who asks late wants to see where it is now. */
  get(job: string, step: number): Preview | undefined
  forget(job: string): void
}

interface Newest {
  step: number
  preview?: Preview
}

export function createPreviews(): Previews {
  const shelf = new Map<string, Newest>()
  return {
    async keep(job, step, { path, width, height }) {
      const newest = shelf.get(job) ?? { step: 0 }
      shelf.set(job, newest)
      const pixels = await readFile(path).catch(() => undefined)
      if (pixels === undefined || shelf.get(job) !== newest || newest.step > step) return undefined
      newest.step = step
      newest.preview = { width, height, pixels }
      return pixels
    },
    get(job, step) {
      const newest = shelf.get(job)
      return newest && newest.step >= step ? newest.preview : undefined
    },
    forget: (job) => void shelf.delete(job),
  }
}
