import { readFile } from 'node:fs/promises'

/**
 * The last pictures of running jobs, in memory: the worker's files go with the job's folder. Two per job, so that a
 * window that asks for one while the next arrives still gets it.
 */
export interface Previews {
  /** Gives false when a newer one came meanwhile, or the file has gone with its job. */
  keep(job: string, step: number, path: string): Promise<boolean>
  get(job: string, step: number): Uint8Array | undefined
  forget(job: string): void
}

const KEPT = 2

export function createPreviews(): Previews {
  const shelves = new Map<string, Map<number, Uint8Array>>()
  return {
    async keep(job, step, path) {
      const shelf = shelves.get(job) ?? new Map<number, Uint8Array>()
      shelves.set(job, shelf)
      const pixels = await readFile(path).catch(() => undefined)
      if (pixels === undefined || shelves.get(job) !== shelf || Math.max(0, ...shelf.keys()) > step) return false
      shelf.set(step, pixels)
      for (const old of [...shelf.keys()].slice(0, -KEPT)) shelf.delete(old)
      return true
    },
    get: (job, step) => shelves.get(job)?.get(step),
    forget: (job) => void shelves.delete(job),
  }
}
