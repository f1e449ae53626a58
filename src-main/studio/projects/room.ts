import type { WorkerLane } from '#main/workers/supervisor.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import type { State } from '../state.ts'

/** Does the work after so many milliseconds; gives what calls it off. */
export type Later = (ms: number, work: () => void) => () => void

/** What projects need of the studio. */
export interface ProjectsRoom {
  home: string
  /** What this program is, for others that find a project open: "Broadside". */
  what: string
  now: () => number
  later: Later
  /** Locks and opens the data folder. */
  state(): Promise<State>
  /** Composes thumbnails. */
  imaging: WorkerLane
  /** Packs and unpacks; of its own, so that a save does not wait behind an export. */
  files: WorkerLane
  /** Told when a project was saved. */
  emit(event: Extract<StudioEvent, { type: 'saved' }>): void
  /** Jobs of the project run or wait. */
  hasJobs(project: string): boolean
}
