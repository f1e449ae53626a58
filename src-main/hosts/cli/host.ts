import { defaultHome } from '#main/studio/program.ts'
import { createStudio } from '#main/studio/studio.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import type { Output } from './output.ts'

/** What a command is given: where to write, when to stop, and the studio. */
export interface Host {
  output: Output
  signal: AbortSignal
  studio: StudioApi
  home: string
}

export interface CommonFlags {
  json?: boolean
  home?: string
}

/** Commands wait this long for another one that has the data folder. */
const WAIT_MS = 15_000

/** Run a command with a studio that is closed afterwards, whatever happens. */
export async function withHost<T>(
  flags: CommonFlags,
  what: string,
  output: Output,
  signal: AbortSignal,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const home = flags.home ?? defaultHome()
  const studio = createStudio({
    home,
    what,
    waitMs: WAIT_MS,
    onWait: (holder) => output.note(`waiting for ${holder}, which has the data folder …`),
  })
  try {
    return await work({ output, signal, studio, home })
  } finally {
    await studio.close()
  }
}
