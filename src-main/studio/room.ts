import type { WorkerLane } from '#main/workers/supervisor.ts'
import type { Feed } from './events.ts'
import type { Models } from './models.ts'
import type { State } from './state.ts'

/** What every call of the studio works with. The data folder is locked and opened at the first call that needs it. */
export interface Room {
  readonly home: string
  readonly models: Models
  /** Of the processor; also imports and verifies packages. */
  readonly inference: WorkerLane
  /** The lane of a device: one worker, one job at a time. */
  inferenceOn(device: string): WorkerLane
  readonly imaging: WorkerLane
  readonly feed: Feed
  state(signal?: AbortSignal): Promise<State>
}
