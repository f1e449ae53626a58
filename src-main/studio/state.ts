import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { ServiceAddress } from '#shared/contract/studio-api.ts'
import { ensureFolder, removeWhole } from './files.ts'
import { type Jobs, openJobs } from './jobs.ts'
import { type Library, openLibrary, type ReadBack } from './library.ts'
import { type LockOptions, lockFolder } from './lock.ts'

/** The data folder, locked and opened. */
export interface State {
  library: Library
  jobs: Jobs
  /** A new empty folder for the pixels of one job; the caller removes it. */
  scratch(job: string): Promise<string>
  /** Leave a note where this process serves. */
  announce(address: ServiceAddress): Promise<void>
  close(): Promise<void>
}

export interface StateOptions extends LockOptions {
  /** Something is new in the library. */
  onAdopted(artifact: Artifact): void
  now: () => number
  /** What a file of the library says about itself, when the index has to be made again. */
  readBack(path: string, extension: string): Promise<ReadBack>
}

/** Lock first, then everything else: what another process left unfinished can be swept without asking whose it is. */
export async function openState(home: string, options: StateOptions): Promise<State> {
  const lock = await lockFolder(home, options)
  const opened: { close(): void }[] = []
  try {
    const scratch = join(home, 'scratch')
    await removeWhole(scratch)
    await sweepAdding(join(home, 'models'))
    const jobs = openJobs(home, options.now)
    opened.push(jobs)
    const library = await openLibrary(home, options.now)
    opened.push(library)
    if (library.needsRebuild) await library.rebuild(options.readBack)
    return {
      library: {
        ...library,
        async adopt(file, artifact) {
          const adopted = await library.adopt(file, artifact)
          options.onAdopted(adopted)
          return adopted
        },
      },
      jobs,
      async scratch(job) {
        const folder = join(scratch, job)
        await ensureFolder(folder)
        return folder
      },
      announce: (address) => lock.announce(address),
      async close() {
        for (const one of opened) one.close()
        await removeWhole(scratch)
        await lock.release()
      },
    }
  } catch (error) {
    for (const one of opened) one.close()
    await lock.release()
    throw error
  }
}

/** Half-imported packages. */
async function sweepAdding(models: string): Promise<void> {
  const names = await readdir(models).catch(() => [])
  for (const name of names) if (name.startsWith('.adding-')) await removeWhole(join(models, name))
}
