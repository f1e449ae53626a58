import type { FileTask } from '#shared/batch/expand.ts'
import type { Batch, BatchCell, CellFilter, CellState } from '#shared/contract/batch.ts'
import type { StudioErrorData } from '#shared/errors.ts'
import { type Done, keyOf } from './journal.ts'
import type { Prepared } from './prepare.ts'
import type { Entry, Marks } from './registry.ts'

/** A batch in memory: its cells and how far each is. */
export interface Live {
  entry: Entry
  prepared: Prepared
  cells: Cell[]
  /** Every file that this batch ever finished: also those that were made again since. */
  proved: Done[]
  parts: { made: number; all: number }
  running?: Running
}

export interface Cell {
  task: FileTask
  state: CellState
  done?: Done
  error?: StudioErrorData
  marks: Marks
}

export interface Running {
  stop: AbortController
  abort: AbortController
  /** What the batch is when it has stopped. */
  wanted: 'paused' | 'cancelled'
  trouble?: StudioErrorData
  since: number
  /** How far it was then, 0 … 1. */
  from: number
  over: Promise<void>
}

export const UNMARKED: Marks = { locked: false, starred: false, rerolls: 0 }

/** Cells from the plan, the marks, and what the folder proves. */
export function enliven(
  entry: Entry,
  prepared: Prepared,
  marks: ReadonlyMap<number, Marks>,
  proved: readonly Done[],
  failed: ReadonlyMap<number, StudioErrorData> = new Map(),
): Live {
  const done = new Map(proved.map((one) => [keyOf(one), one]))
  const cells = prepared.files.map((task): Cell => {
    const own = { task, marks: marks.get(task.index) ?? UNMARKED }
    const finished = done.get(keyOf(task))
    if (finished) return { ...own, state: 'done', done: finished }
    const error = failed.get(task.index)
    return error ? { ...own, state: 'failed', error } : { ...own, state: 'waiting' }
  })
  return { entry, prepared, cells, proved: [...proved], parts: { made: 0, all: 0 } }
}

export function countsOf({ cells, parts, entry }: Live): Entry['counts'] {
  const of = (state: CellState) => cells.filter((cell) => cell.state === state)
  const done = of('done')
  return {
    files: cells.length,
    done: done.length,
    failed: of('failed').length,
    bytes: done.reduce((sum, cell) => sum + (cell.done?.bytes ?? 0), 0),
    made: parts.all > 0 ? parts.made : entry.counts.made,
    parts: parts.all > 0 ? parts.all : entry.counts.parts,
  }
}

/** A batch as windows see it; `live` when it is in memory. */
export function shown(entry: Entry, live?: Live): Batch {
  const { id, name, state, project, folder, error, estimate, started, ended } = entry
  const { files, done, failed, bytes, made, parts } = live ? countsOf(live) : entry.counts
  const making = live?.cells.filter((cell) => cell.state === 'making').length ?? 0
  const secondsLeft = live && secondsLeftOf(live)
  return {
    ...{ id, name, state, place: folder, files, making, done, failed, bytes, started },
    waiting: files - making - done - failed,
    pictures: { made, all: parts },
    seconds: entry.seconds + sinceStart(live),
    ...(project === undefined ? {} : { project }),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    ...(estimate ? { estimate } : {}),
    ...(error ? { error } : {}),
    ...(ended === undefined ? {} : { ended }),
  }
}

export const sinceStart = (live: Live | undefined): number =>
  live?.running ? (performance.now() - live.running.since) / 1000 : 0

/** A picture takes as long as so many files, as long as nothing better is known. */
const FILES_PER_PART = 10
/** Before so much of it is done, its own pace says little. */
const TELLING = 0.03

/** 0 … 1, by time. */
export function progressOf({ cells, parts }: Live): number {
  const finished = cells.filter(({ state }) => state === 'done' || state === 'failed').length
  const all = cells.length + FILES_PER_PART * parts.all
  return all === 0 ? 1 : (finished + FILES_PER_PART * parts.made) / all
}

function secondsLeftOf(live: Live): number | undefined {
  const { running, entry } = live
  if (!running) return undefined
  const done = progressOf(live)
  const here = done - running.from
  if (here > TELLING) return (sinceStart(live) * (1 - done)) / here
  const whole = entry.estimate?.seconds
  return whole === undefined ? undefined : Math.max(0, whole * (1 - running.from) - sinceStart(live))
}

export function cellOf({ task, state, done, error, marks }: Cell, uses: Prepared['uses']): BatchCell {
  const { index, row, picture, copy, seed, artboard, size, format, path } = task
  const { locked, starred } = marks
  return {
    ...{ index, state, row, picture, copy, seed, artboard, path, locked, starred },
    ...(size ? { size: size.name } : {}),
    format: format.format,
    ...(done ? { sha256: done.sha256, bytes: done.bytes, width: done.width, height: done.height } : {}),
    ...(error ? { error } : {}),
    overflows: done?.overflows ?? [],
    values: done?.values ?? Object.fromEntries(Object.entries(task.values).filter(([name]) => uses.has(name))),
  }
}

export const passes = (filter: CellFilter, { state, marks, done }: Cell): boolean => {
  switch (filter) {
    case 'all':
      return true
    case 'waiting':
      return state === 'waiting' || state === 'making'
    case 'done':
    case 'failed':
      return state === filter
    case 'starred':
    case 'locked':
      return marks[filter]
    case 'overflowing':
      return (done?.overflows.length ?? 0) > 0
  }
}
