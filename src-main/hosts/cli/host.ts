import { type RunningService, serviceAt } from '#main/studio/lock.ts'
import { defaultHome } from '#main/studio/program.ts'
import { createStudio } from '#main/studio/studio.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import type { CommandStudio } from './command-studio.ts'
import type { Output } from './output.ts'
import { openRemoteStudio } from './remote/studio.ts'

/** What a command is given: where to write, when to stop, and the studio. */
export interface Host<Studio = CommandStudio> {
  output: Output
  signal: AbortSignal
  studio: Studio
  home: string
}

/** For commands that need all of the studio, and so the data folder for themselves. */
export type OwnHost = Host<StudioApi>

export interface CommonFlags {
  json?: boolean
  home?: string
}

/** Commands wait this long for another one that has the data folder. */
const WAIT_MS = 15_000

export interface Running {
  flags: CommonFlags
  /** What this process is, for others that find the data folder taken. */
  what: string
  output: Output
  signal: AbortSignal
}

/** Run a command with the studio of the service that has the data folder, else with its own. */
export async function withStudio(running: Running, work: (host: Host) => Promise<void>): Promise<void> {
  const home = homeOf(running)
  const service = serviceOf(home)
  const remote = service && (await openRemoteStudio(service, home))
  return remote ? closing(running, remote, work) : withOwnStudio(running, work)
}

/** Run a command with a studio of its own that is closed afterwards, whatever happens. */
export function withOwnStudio(running: Running, work: (host: OwnHost) => Promise<void>): Promise<void> {
  const { what, output } = running
  const home = homeOf(running)
  const studio = createStudio({
    home,
    what,
    // A service does not end by itself: to wait for it is no use.
    waitMs: serviceOf(home) ? 0 : WAIT_MS,
    onWait: (holder) => output.note(`waiting for ${holder}, which has the data folder …`),
  })
  return closing(running, studio, work)
}

async function closing<Studio extends CommandStudio>(
  running: Running,
  studio: Studio,
  work: (host: Host<Studio>) => Promise<void>,
): Promise<void> {
  const { output, signal } = running
  try {
    await work({ output, signal, studio, home: homeOf(running) })
  } finally {
    await studio.close()
  }
}

const homeOf = ({ flags }: Running) => flags.home ?? defaultHome()

/** A folder that cannot even be looked at is told when something is wanted of it. */
function serviceOf(home: string): RunningService | undefined {
  try {
    return serviceAt(home)
  } catch {
    return undefined
  }
}
