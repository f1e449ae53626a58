import type { WorkerLane } from '#main/workers/supervisor.ts'
import type { Models } from './models.ts'
import type { State } from './state.ts'

/** What every call of the studio works with. The data folder is locked and opened at the first call that needs it. */
export interface Room {
  readonly home: string
  readonly models: Models
  readonly inference: WorkerLane
  readonly imaging: WorkerLane
  state(signal?: AbortSignal): Promise<State>
}
