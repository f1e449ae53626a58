import { z } from 'zod'
import { planSpecSchema } from '../batch/plan.ts'
import { MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS } from '../document/table.ts'
import type { StudioErrorData } from '../errors.ts'
import type { Overflow } from '../scene/overflow.ts'
import type { TakeawayFile } from './exports.ts'

/** A batch: a plan that is carried out in the service, file by file, whether or not a window looks. */

const id = z.string().min(1).max(100)

const rowSchema = z.record(z.string().max(64), z.string().max(MOST_IN_CELL))
const rowsSchema = z
  .array(rowSchema.refine((row) => Object.keys(row).length <= MOST_COLUMNS, `at most ${MOST_COLUMNS} columns`))
  .max(MOST_ROWS)

const plan = {
  /** src-shared/document, whole: its own table is used when `rows` is left out. */
  document: z.unknown(),
  spec: planSpecSchema,
  /** Values by column, instead of the document's table. */
  rows: rowsSchema.optional(),
}

export const estimateRequest = z.strictObject(plan)
export const startRequest = z.strictObject({
  ...plan,
  name: z.string().min(1).max(200),
  /** A folder that the shell was told by the user; left out: a new one in the data folder. */
  place: id.optional(),
  /** The project that the document is of, for windows. */
  project: id.optional(),
  /** Go on with what an earlier run of the plan left in that folder. */
  resume: z.boolean().default(false),
})

/** Places in the order of files, from 1. */
const indexes = z.array(z.number().int().min(1)).max(100_000)
export const batchOnly = z.strictObject({ id })
export const CELL_FILTERS = ['all', 'waiting', 'done', 'failed', 'starred', 'locked', 'overflowing'] as const
export type CellFilter = (typeof CELL_FILTERS)[number]
export const cellsRequest = z.strictObject({
  id,
  filter: z.enum(CELL_FILTERS).default('all'),
  /** Left out so many of those that the filter lets through. */
  from: z.number().int().min(0).default(0),
  count: z.number().int().min(1).max(1000).default(200),
})
export const deviceOnly = planSpecSchema.pick({ device: true })
export const rerollRequest = z.strictObject({ id, cells: indexes })
export const lockRequest = z.strictObject({ id, cells: indexes, locked: z.boolean() })
export const starRequest = z.strictObject({ id, cells: indexes, starred: z.boolean() })

export type EstimateRequest = z.input<typeof estimateRequest>
export type StartRequest = z.input<typeof startRequest>
export type CellsRequest = z.input<typeof cellsRequest>

export interface BatchEstimate {
  /** Exact. */
  files: number
  /** Pictures and briefs that still have to be made; equal ones once, those in the library not at all. */
  pictures: number
  lines: number
  /** Undefined as long as nothing of the kind was ever measured here. */
  seconds?: number
  bytes?: number
  problems: BatchProblem[]
}

export interface BatchProblem {
  /** `stops`: the batch is refused; `skips`: these rows come to no files, the rest does. */
  kind: 'stops' | 'skips'
  error: StudioErrorData
  /** From 1. */
  rows?: number[]
}

/**
 * `preparing`: what can be known is checked, the pace is tried. `paused`: by somebody, or with an `error` by a full disk;
 * `resume` goes on. `done`: every file is there or has failed.
 */
export type BatchState = 'preparing' | 'running' | 'finishing' | 'paused' | 'done' | 'cancelled' | 'failed'

export interface Batch {
  id: string
  name: string
  state: BatchState
  project?: string
  /** The folder of the files, for people. */
  place: string
  files: number
  waiting: number
  making: number
  done: number
  failed: number
  /** Pictures and briefs: made of all that have to be. */
  pictures: { made: number; all: number }
  /** Written so far. */
  bytes: number
  /** Undefined while nothing is known, or nothing runs. */
  secondsLeft?: number
  /** What was expected before the first file. */
  estimate?: Pick<BatchEstimate, 'seconds' | 'bytes'>
  /** Seconds of work so far, pauses left out. */
  seconds: number
  /** Why it is paused or has failed. */
  error?: StudioErrorData
  /** Milliseconds since 1970. */
  started: number
  ended?: number
}

export type CellState = 'waiting' | 'making' | 'done' | 'failed'

/** One file of a batch. */
export interface BatchCell {
  /** From 1, in the order of the plan. */
  index: number
  state: CellState
  /** From 1: row of the table, alternative of the pictures, alternative of the copy. */
  row: number
  picture: number
  copy: number
  seed: number
  artboard: string
  /** Name of the size when the artboard is laid out for another one. */
  size?: string
  format: string
  /** In the batch's folder, with `/`. */
  path: string
  /** Of the file, when it is done. Its picture: `GET /batches/{id}/files/{index}?side=256&sha256=…`. */
  sha256?: string
  bytes?: number
  /** px */
  width?: number
  height?: number
  error?: StudioErrorData
  overflows: Overflow[]
  locked: boolean
  starred: boolean
  /** Values that filled it, pictures by sha256. */
  values: Record<string, string>
}

export interface Cells {
  /** How many the filter lets through. */
  total: number
  cells: BatchCell[]
}

/** The calls of the contract, and what only hosts may ask: they are the ones who get paths from the user. */
export interface Batches {
  /** What a plan comes to, without starting it. */
  estimate(request: EstimateRequest, options?: { signal?: AbortSignal }): Promise<BatchEstimate>
  /** Throws when nothing can be made on it here. */
  requireDevice(device: string): Promise<void>
  /** Checked whole before the first file; what cannot be is refused with why. */
  start(request: StartRequest): Promise<{ id: string }>
  /** Files under way are finished. */
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  /** What is there stays; the rest is not made. */
  cancel(id: string): Promise<void>
  /** Newest first. */
  list(): Promise<Batch[]>
  get(id: string): Promise<Batch>
  cells(request: CellsRequest): Promise<Cells>
  /** Make these again with the next seed; locked ones keep their bytes. */
  reroll(id: string, cells: readonly number[]): Promise<void>
  lock(id: string, cells: readonly number[], locked: boolean): Promise<void>
  star(id: string, cells: readonly number[], starred: boolean): Promise<void>
  /** The starred files as a ZIP, at `GET /exports/{id}`. */
  exportStarred(id: string, options?: { signal?: AbortSignal }): Promise<TakeawayFile>
  /** Off the list. The files stay. */
  remove(id: string): Promise<void>

  /** Where the user wants a batch: an id for `place`. */
  registerPlace(path: string): string
  /** Start in a folder, or go on with what an earlier run left there. */
  startIn(request: Omit<StartRequest, 'place'> & { folder: string }): Promise<{ id: string }>
  /** Resolves when it is done, cancelled, failed or paused by an error. */
  settled(id: string): Promise<Batch>
  /** A file as a picture at most `side` px wide and high (one of PYRAMID_SIDES). */
  picture(id: string, index: number, side: number): Promise<{ path: string; type: string }>
  /** The finished file itself. */
  file(id: string, index: number): Promise<{ path: string; name: string }>
  /** Every file that is there, for an archive. */
  contents(id: string): Promise<{ name: string; files: { path: string; name: string }[] }>
}
