import type { StudioErrorData } from '../errors.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Artifact } from './artifact.ts'
import type { Batch, BatchCell } from './batch.ts'
import type { Device, JobRun, JobState, Reading } from './job.ts'

/** A job as every window sees it. */
export interface QueuedJob {
  id: string
  state: JobState
  recipe: Recipe
  recipeHash: string
  /** Device asked for: "cpu", "webgpu". */
  device: string
  /** What the window that asked wants done with the result; kept with the job, so that a window opened later does it. */
  target?: JobTarget
  artifacts: Artifact[]
  error?: StudioErrorData
  reading?: Reading
  /** Of a job that is done. */
  ran?: JobRun
  /** Of the step loop; absent before it. */
  step?: number
  steps?: number
  /** Estimated from the steps done, or from earlier jobs of the model. Of a waiting job: how long it will run. */
  secondsLeft?: number
  /** Milliseconds since 1970. */
  queued: number
  started?: number
  ended?: number
}

/** Where a result belongs. The service only carries it. */
export interface JobTarget {
  project: string
  /** `place`: a new layer; `fill`: the picture of this layer; `results`: the grid alone. */
  action: 'place' | 'fill' | 'results'
  /** Artboard or layer. */
  id?: string
  /** px of the artboard: where a new layer goes. */
  box?: { x: number; y: number; width: number; height: number }
  /** sha256 of a mask that the new layer wears: what was painted outside it stays as it was. */
  mask?: string
  /** The window that asked. */
  window: string
}

/** What happens in the service. Every event has a sequence number; a window that reconnects asks from its last one. */
export type StudioEvent =
  /** Everything at once: the first event of a stream, and after a gap that the service no longer remembers. */
  | { type: 'snapshot'; queue: QueuedJob[] }
  /** A job is new or has changed its state. */
  | { type: 'job'; job: QueuedJob }
  /** Waiting jobs in the order in which they will run. */
  | { type: 'order'; ids: string[] }
  /** Finished jobs that were cleared away. */
  | { type: 'cleared'; ids: string[] }
  | { type: 'progress'; id: string; stage?: string; step?: number; steps?: number; secondsLeft?: number }
  /**
   * Raw pixels (RGB, 8 bit) of this step or a later one are at `GET /previews/{id}/{step}`, their size in
   * `x-picture-size`. Those of a small one come along, in base64: the first look saves a way there and back.
   */
  | { type: 'preview'; id: string; step: number; width: number; height: number; pixels?: string }
  /** A line now reads its first `from` code units (all when left out), then `text`. */
  | { type: 'token'; id: string; line: number; text: string; from?: number }
  | { type: 'library'; artifact: Artifact }
  | { type: 'discarded'; sha256: string }
  /** All devices were tried; until then `hello` knows the processor. */
  | { type: 'devices'; devices: Device[] }
  /** A batch is new, has changed its state or got on: four times a second at most. */
  | { type: 'batch'; batch: Batch }
  /** Cells of a batch that changed since the last time. */
  | { type: 'batch-cells'; id: string; cells: BatchCell[] }
  /** Off the list. */
  | { type: 'batch-removed'; id: string }
  /** A project was saved, by whomever. */
  | { type: 'saved'; project: string; revision: number; at: number }

/** An event and its number. Some have none: a window that breaks off there asks from the last number it has. */
export interface NumberedEvent {
  id?: string
  event: StudioEvent
}
