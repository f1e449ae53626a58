import { randomUUID } from 'node:crypto'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { QueuedJob, StudioEvent } from '#shared/contract/events.ts'
import type { JobEvent, JobRequest, UsableModel } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { Job } from './jobs.ts'
import { checkMeant, modelFor, perform, readingOf } from './make.ts'
import { paceKey, type Stopwatch, startStopwatch, stepsOf, usualPace, wholeOf } from './pace.ts'
import { createPreviews, type Previews } from './previews.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

/**
 * The line of jobs: made one at a time per device, in order, whether or not a window looks. Everything is journalled
 * before it is told; what waits when the service ends waits again when it starts.
 */
export interface Queue {
  submit(jobs: readonly JobRequest[]): Promise<string[]>
  cancel(ids: readonly string[]): void
  retry(id: string): Promise<string>
  move(id: string, before?: string): void
  clear(): void
  /** Everything as it is now, and what a snapshot does not hold: the lines so far, the newest previews. */
  present(): StudioEvent[]
  readonly previews: Pick<Previews, 'get'>
  /** A job runs or waits. */
  readonly isBusy: boolean
  /** Jobs of the project run or wait. */
  hasJobs(project: string): boolean
  /** Nothing runs and nothing waits. */
  isIdle(): boolean
  /** Make what waits. */
  resume(): void
  /** Running jobs go back into the line. */
  close(): Promise<void>
}

/** A job that is being made. */
interface Running {
  job: Job
  abort: AbortController
  watch: Stopwatch
  progress: { stage?: string; step?: number; steps?: number }
  lines: string[]
  preview?: Extract<StudioEvent, { type: 'preview' }>
  /** Somebody said stop, which is told and journalled; the worker may still be busy with it. */
  cancelled: boolean
  over: Promise<void>
}

/** Ended jobs that a snapshot tells. */
const REMEMBERED = 200
/** Pixels of a preview that are told with it. bytes */
const COMES_ALONG = 16_384
/** When the journal cannot be written (a full disk), the line stands still and tries again. */
const PAUSE_MS = 5000

export function openQueue(room: Room, state: State): Queue {
  const { jobs, library } = state
  const { feed } = room
  const previews = createPreviews()
  /** Waiting jobs, first to last. */
  let line = jobs.line()
  const running = new Map<string, Running>()
  /** Hash of the package that each device's worker had last. */
  const loaded = new Map<string, string>()
  let going = false
  let closing = false

  const tell = (event: StudioEvent) => feed.publish(event)
  const tellOrder = () => tell({ type: 'order', ids: line.map(({ id }) => id) })
  const tellJob = (job: Job) => tell({ type: 'job', job: shown(job) })

  function shown(job: Job): QueuedJob {
    const { id, state, recipe, recipeHash, device, target, reading, ran, error, queued, started } = job
    const now = running.get(id)
    const secondsLeft = state === 'queued' ? wholeOf(usualFor(job), stepsOf(recipe)) : now?.watch.secondsLeft()
    return {
      ...{ id, state, recipe, recipeHash, device, queued },
      ...(target ? { target } : {}),
      artifacts: job.artifacts.map((sha256) => library.get(sha256)).filter((one): one is Artifact => one !== undefined),
      ...(reading ? { reading } : {}),
      ...(ran ? { ran } : {}),
      ...(error ? { error } : {}),
      ...(now?.progress.step === undefined ? {} : { step: now.progress.step }),
      ...(now?.progress.steps === undefined ? {} : { steps: now.progress.steps }),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
      ...(started === undefined ? {} : { started }),
      ...(state === 'queued' || state === 'running' ? {} : { ended: job.changed }),
    }
  }

  const usualFor = ({ recipe, device }: Pick<Job, 'recipe' | 'device'>) =>
    usualPace(jobs.paces(paceKey(recipe, device)))

  /** Start the first job of every device that has nothing to do. */
  function pump(): void {
    if (!going || closing) return
    const busy = new Set([...running.values()].map(({ job }) => job.device))
    for (const job of line) {
      if (busy.has(job.device)) continue
      busy.add(job.device)
      begin(job)
    }
  }

  function begin(waiting: Job): void {
    const { id } = waiting
    try {
      jobs.start(id)
    } catch {
      setTimeout(pump, PAUSE_MS).unref()
      return
    }
    line = line.filter((one) => one.id !== id)
    const job = jobs.get(id)!
    const entry: Running = {
      job,
      abort: new AbortController(),
      watch: startStopwatch(usualFor(job), stepsOf(job.recipe), loaded.get(job.device) !== job.recipe.model.hash),
      progress: {},
      lines: [],
      cancelled: false,
      over: Promise.resolve(),
    }
    running.set(id, entry)
    tellJob(job)
    entry.over = run(entry).finally(pump)
  }

  async function run(entry: Running): Promise<void> {
    const { job, abort, watch } = entry
    const { id, recipe, device } = job
    try {
      const model = await modelFor(room, recipe)
      const { result, artifacts, encodeSeconds } = await perform(room, state, id, recipe, model, {
        signal: abort.signal,
        device,
        previews: feed.watched,
        onEvent: (event) => void hear(entry, event),
      })
      loaded.set(device, recipe.model.hash)
      if (entry.cancelled) return over(entry)
      jobs.done(id, {
        artifacts: artifacts.map(({ sha256 }) => sha256),
        ...readingOf(result),
        ran: { ...result.ran, encodeSeconds },
        pace: { key: paceKey(recipe, device), pace: watch.pace(result.ran.loadSeconds) },
      })
      over(entry)
      tellJob(jobs.get(id)!)
    } catch (error) {
      over(entry)
      if (entry.cancelled) return
      if (closing) jobs.putBack(id)
      else end(job, toStudioError(error))
    }
  }

  function over({ job }: Running): void {
    running.delete(job.id)
    previews.forget(job.id)
  }

  /** What windows are told holds also when the journal cannot be written. */
  function end(job: Job, error: StudioError): void {
    const state = error.code === 'cancelled' ? 'cancelled' : 'failed'
    jobs.end(job.id, state, error.toJSON())
    tellJob({ ...(jobs.get(job.id) ?? job), state, error: error.toJSON() })
  }

  async function hear(entry: Running, event: JobEvent): Promise<void> {
    const { id } = entry.job
    entry.watch.hear(event)
    switch (event.event) {
      case 'stage':
        entry.progress = { ...entry.progress, stage: event.stage }
        return tellProgress(entry)
      case 'step':
        entry.progress = { ...entry.progress, step: event.step, steps: event.steps }
        return tellProgress(entry)
      case 'token': {
        // Windows that come later get the line so far: here it is kept, and every piece says where it goes.
        const before = entry.lines[event.line] ?? ''
        const from = Math.min(event.from ?? before.length, before.length)
        entry.lines[event.line] = before.slice(0, from) + event.text
        return tell({ type: 'token', id, line: event.line, text: event.text, from })
      }
      case 'preview': {
        const { step, width, height, path } = event
        const kept = await previews.keep(id, step, { path, width, height })
        if (!kept || !running.has(id)) return
        const small = kept.byteLength <= COMES_ALONG && { pixels: Buffer.from(kept).toString('base64') }
        entry.preview = { type: 'preview', id, step, width, height, ...small }
        return tell(entry.preview)
      }
    }
  }

  function tellProgress({ job, progress, watch }: Running): void {
    const secondsLeft = watch.secondsLeft()
    tell({ type: 'progress', id: job.id, ...progress, ...(secondsLeft === undefined ? {} : { secondsLeft }) })
  }

  function lineUp(requests: readonly JobRequest[]): string[] {
    const submitted = requests.map(({ device = 'cpu', ...request }) => ({ ...request, device, id: randomUUID() }))
    const waiting = jobs.lineUp(submitted)
    line = [...line, ...waiting]
    for (const job of waiting) tellJob(job)
    tellOrder()
    pump()
    return submitted.map(({ id }) => id)
  }

  return {
    previews,
    get isBusy() {
      return running.size > 0 || (going && line.length > 0)
    },
    isIdle: () => running.size === 0 && line.length === 0,
    hasJobs: (project) =>
      [...line, ...[...running.values()].map(({ job }) => job)].some(({ target }) => target?.project === project),
    async submit(requests) {
      const models = new Map<string, UsableModel>()
      for (const [at, { recipe }] of requests.entries()) {
        try {
          const model = models.get(recipe.model.id) ?? (await room.models.get(recipe.model.id))
          models.set(recipe.model.id, model)
          checkMeant(model, recipe)
        } catch (error) {
          throw requests.length > 1 ? within(`jobs.${at}`, toStudioError(error)) : error
        }
      }
      going = true
      return lineUp(requests)
    },
    cancel(ids) {
      const meant = new Set(ids)
      const entries = [...running.values()].filter(({ job, cancelled }) => meant.has(job.id) && !cancelled)
      const stopped = [...line.filter(({ id }) => meant.has(id)), ...entries.map(({ job }) => job)]
      jobs.cancel(stopped.map(({ id }) => id))
      line = line.filter(({ id }) => !meant.has(id))
      for (const entry of entries) {
        entry.cancelled = true
        entry.abort.abort()
      }
      for (const { id } of stopped) tellJob(jobs.get(id)!)
    },
    async retry(id) {
      const { recipe, device, target } = known(id)
      await modelFor(room, recipe)
      going = true
      return lineUp([{ recipe, device, ...(target ? { target } : {}) }])[0]!
    },
    move(id, before) {
      const moved = line.find((job) => job.id === id)
      const rest = line.filter((job) => job !== moved)
      const at = before === undefined ? rest.length : rest.findIndex((job) => job.id === before)
      if (!moved) throw notWaiting(id)
      if (at < 0) throw notWaiting(before!)
      rest.splice(at, 0, moved)
      jobs.reorder(rest.map((job) => job.id))
      line = rest
      tellOrder()
    },
    clear() {
      const ids = jobs.clear()
      if (ids.length > 0) tell({ type: 'cleared', ids })
    },
    present() {
      const now = [...running.values()]
      const all = [
        ...jobs.ended(REMEMBERED).reverse(),
        ...now.filter(({ cancelled }) => !cancelled).map(({ job }) => job),
        ...line,
      ]
      return [
        { type: 'snapshot', queue: all.map(shown) },
        ...now.flatMap(({ job, lines, preview }): StudioEvent[] => [
          ...lines.map((text, line) => ({ type: 'token' as const, id: job.id, line, text: text ?? '', from: 0 })),
          ...(preview ? [preview] : []),
        ]),
      ]
    },
    resume() {
      going = true
      pump()
    },
    async close() {
      closing = true
      const ending = [...running.values()]
      for (const { abort } of ending) abort.abort()
      await Promise.all(ending.map(({ over }) => over))
    },
  }

  function known(id: string): Job {
    const job = jobs.get(id)
    if (job) return job
    throw new StudioError({ code: 'not-found', message: 'there is no such job', where: { field: 'id' } })
  }
}

function within(field: string, error: StudioError): StudioError {
  const inner = error.where?.field
  const where = { ...error.where, field: inner === undefined ? field : `${field}.${inner}` }
  return new StudioError({ ...error.toJSON(), where }, { cause: error })
}

function notWaiting(id: string): StudioError {
  return new StudioError({
    code: 'usage',
    message: `the job ${id.slice(0, 36)} does not wait`,
    where: { field: 'id' },
    remedy: 'Only waiting jobs have an order.',
  })
}
