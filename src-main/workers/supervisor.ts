import { fromWireError } from '#shared/contract/error-data.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import {
  type FromWorker,
  type Lane,
  type ResultOf,
  type RunOptions,
  type Task,
  taskResults,
} from '#shared/work/tasks.ts'
import { MEMORY_CAP_NOTICE } from './guard.ts'
import { residentBytes } from './memory.ts'
import { type Ending, startProcess, type WorkerProcess } from './process.ts'

export interface LaneOptions {
  /** The worker's entry file. */
  entry: URL | string
  /** What it is called in messages: "inference worker". */
  name?: string
  /** Resident bytes at which the worker is killed. Default 4 GiB. */
  memoryCapBytes?: number
  /** Milliseconds a task may take unless the task says otherwise. Default 10 minutes. */
  wallClockMs?: number
  /** Milliseconds between the cancel message and the kill. Default 1,500. */
  cancelDeadlineMs?: number
  /** Keep a second process ready, so that a kill costs no start. A service wants it, one command does not. */
  spare?: boolean
  /** Work that nobody waits for: whoever else wants the processor goes first. */
  background?: boolean
  env?: Record<string, string>
}

export interface WorkerLane extends Lane {
  /** Start the process now, so that the first task does not wait for it. */
  warm(): void
  /** Nothing runs and nothing waits. */
  readonly isIdle: boolean
  /** Process id of the worker in use, for tests and `doctor`. */
  readonly pid: number | undefined
  /** Highest resident bytes seen while a task ran. */
  readonly peakBytes: number
}

interface Job {
  id: number
  task: Task
  options: RunOptions
  resolve(result: unknown): void
  reject(error: StudioError): void
  detach(): void
}

/** Why we killed the worker; undefined when it ended by itself. */
type Verdict = 'cancelled' | 'timeout' | 'out-of-memory' | 'nonsense' | undefined

const GiB = 2 ** 30
const DEADLY = 2 // worker deaths until a task is quarantined
const LOOK_EVERY_MS = 50
/** A process on a busy machine may take this long to come up; the task's clock starts when it is there. */
const START_MS = 30_000

/**
 * One worker process and the queue before it: one task at a time, each under a memory cap and a wall clock. When the
 * worker dies, its task fails with a typed error, and the next task runs in a fresh process.
 */
export function openLane(options: LaneOptions): WorkerLane {
  const name = options.name ?? 'worker'
  const memoryCapBytes = options.memoryCapBytes ?? 4 * GiB
  const wallClockMs = options.wallClockMs ?? 600_000
  const cancelDeadlineMs = options.cancelDeadlineMs ?? 1500

  const queue: Job[] = []
  const deaths = new Map<string, number>()
  let current: Running | undefined
  let worker: WorkerProcess | undefined
  let spare: WorkerProcess | undefined
  let nextId = 1
  let peakBytes = 0
  let closed = false

  interface Running {
    job: Job
    verdict: Verdict
    timers: NodeJS.Timeout[]
  }

  function start(): WorkerProcess {
    const started: WorkerProcess = startProcess({
      entry: options.entry,
      memoryCapBytes,
      ...(options.background ? { background: true } : {}),
      ...(options.env ? { env: options.env } : {}),
      onMessage: (message) => {
        if (started === worker) hear(message)
      },
      onNonsense: () => kill(started, 'nonsense'),
    })
    started.ended.then((ending) => bury(started, ending))
    return started
  }

  function warm(): void {
    if (!closed) worker ??= takeSpare() ?? start()
  }

  function takeSpare(): WorkerProcess | undefined {
    const taken = spare
    spare = undefined
    return taken
  }

  function pump(): void {
    if (current || closed) return
    const job = queue.shift()
    if (!job) return
    const key = job.options.quarantineKey
    if (key !== undefined && (deaths.get(key) ?? 0) >= DEADLY) {
      finish(job, () => job.reject(quarantined(name, DEADLY)))
      pump()
      return
    }
    try {
      job.options.onStart?.()
    } catch (error) {
      finish(job, () => job.reject(toStudioError(error)))
      pump()
      return
    }
    warm()
    const running: Running = { job, verdict: undefined, timers: [] }
    current = running
    const limit = job.options.wallClockMs ?? wallClockMs
    const serving = worker!
    const starting = setTimeout(() => kill(serving, 'timeout'), limit + START_MS)
    running.timers.push(
      starting,
      setInterval(() => void weigh(serving), LOOK_EVERY_MS),
    )
    serving.ready.then((ready) => {
      if (ready && current === running) {
        clearTimeout(starting)
        running.timers.push(setTimeout(() => kill(serving, 'timeout'), limit))
        serving.send({ type: 'run', id: job.id, task: job.task })
      }
      if (ready && options.spare && !closed) spare ??= start()
    })
  }

  async function weigh(serving: WorkerProcess): Promise<void> {
    const bytes = await residentBytes(serving.pid)
    if (bytes === undefined || serving !== worker) return
    peakBytes = Math.max(peakBytes, bytes)
    if (bytes > memoryCapBytes) kill(serving, 'out-of-memory')
  }

  function kill(target: WorkerProcess, verdict: Verdict): void {
    if (target === worker && current) current.verdict ??= verdict
    target.kill()
  }

  function hear(message: FromWorker): void {
    if (!current || message.type === 'ready' || message.id !== current.job.id) return
    const { job } = current
    if (message.type === 'event') {
      job.options.onEvent?.(message.event)
      return
    }
    settle(() => {
      if (job.options.signal?.aborted) return job.reject(cancelled())
      if (message.type === 'failed') return job.reject(fromWireError(message.error))
      const result = taskResults[job.task.task].safeParse(message.result)
      if (result.success) return job.resolve(result.data)
      job.reject(
        new StudioError({ code: 'internal', message: `the ${name} answered "${job.task.task}" with something else` }),
      )
    })
  }

  /** A process is gone: whoever it served gets the reason, and the next task a fresh process. */
  function bury(dead: WorkerProcess, ending: Ending): void {
    if (dead === spare) spare = undefined
    if (dead !== worker) return
    worker = undefined
    if (!current || closed) return
    const { job } = current
    const verdict = current.verdict ?? verdictOf(job, ending)
    const key = job.options.quarantineKey
    if (key !== undefined && verdict !== 'cancelled') deaths.set(key, (deaths.get(key) ?? 0) + 1)
    settle(() =>
      job.reject(causeOfDeath(name, verdict, ending, memoryCapBytes, job.options.wallClockMs ?? wallClockMs)),
    )
  }

  function settle(answer: (job: Job) => void): void {
    const running = current
    if (!running) return
    for (const timer of running.timers) clearInterval(timer)
    current = undefined
    finish(running.job, () => answer(running.job))
    pump()
  }

  function finish(job: Job, answer: () => void): void {
    job.detach()
    answer()
  }

  function cancel(job: Job): void {
    const waiting = queue.indexOf(job)
    if (waiting >= 0) {
      queue.splice(waiting, 1)
      finish(job, () => job.reject(cancelled()))
    }
    if (current?.job !== job || !worker) return
    const serving = worker
    spare ??= start() // by the time the deadline passes it is ready
    serving.send({ type: 'cancel', id: job.id })
    current.timers.push(setTimeout(() => kill(serving, 'cancelled'), cancelDeadlineMs))
  }

  return {
    warm,
    get isIdle() {
      return current === undefined && queue.length === 0
    },
    get pid() {
      return worker?.pid
    },
    get peakBytes() {
      return peakBytes
    },
    run<T extends Task>(task: T, runOptions: RunOptions = {}): Promise<ResultOf<T>> {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new StudioError({ code: 'cancelled', message: `the ${name} is closed` }))
        const { signal } = runOptions
        if (signal?.aborted) return reject(cancelled())
        const onAbort = () => cancel(job)
        const job: Job = {
          id: nextId++,
          task,
          options: runOptions,
          resolve: (result) => resolve(result as ResultOf<T>),
          reject,
          detach: () => signal?.removeEventListener('abort', onAbort),
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        queue.push(job)
        pump()
      })
    },
    async close() {
      closed = true
      const open = [worker, spare].filter((one) => one !== undefined)
      for (const job of queue.splice(0)) finish(job, () => job.reject(cancelled()))
      settle((job) => job.reject(cancelled()))
      for (const one of open) one.kill()
      await Promise.all(open.map((one) => one.ended))
    },
  }
}

/** What a process that ended by itself ended of. One that dies while its task is being cancelled is no news. */
function verdictOf(job: Job, ending: Ending): Verdict {
  if (job.options.signal?.aborted) return 'cancelled'
  return ending.lastWords.includes(MEMORY_CAP_NOTICE) ? 'out-of-memory' : undefined
}

function cancelled(): StudioError {
  return new StudioError({ code: 'cancelled', message: 'cancelled' })
}

function quarantined(name: string, times: number): StudioError {
  return new StudioError({
    code: 'quarantined',
    message: `this job ended the ${name} ${times} times and is not run again`,
    remedy: 'Change the recipe or verify the model with "broadside models verify".',
  })
}

function causeOfDeath(name: string, verdict: Verdict, ending: Ending, capBytes: number, clockMs: number): StudioError {
  switch (verdict) {
    case 'cancelled':
      return cancelled()
    case 'timeout':
      return new StudioError({
        code: 'timeout',
        message: `the ${name} was stopped after ${seconds(clockMs)}`,
        remedy: 'Ask for less (fewer steps, a smaller size) or check the model: it may never end.',
      })
    case 'out-of-memory':
      return new StudioError({
        code: 'out-of-memory',
        message: `the ${name} passed its memory cap of ${(capBytes / GiB).toFixed(1)} GiB and was stopped`,
        remedy: 'Ask for a smaller size, or use a smaller model.',
      })
    case 'nonsense':
      return new StudioError({
        code: 'worker-died',
        message: `the ${name} sent a message that makes no sense and was stopped`,
        remedy: 'A fresh one takes the next job.',
      })
    default: {
      const how = ending.signal ? `signal ${ending.signal}` : `exit code ${ending.code ?? 'unknown'}`
      const words = lastLine(ending.lastWords)
      return new StudioError({
        code: 'worker-died',
        message: `the ${name} ended by itself (${how})${words ? `: ${words}` : ''}`,
        remedy: 'A fresh one takes the next job; a model that does this again should be removed.',
      })
    }
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  // An uncaught error of Node ends with its own version line; the error itself stands above.
  const telling = lines.filter((line) => line !== '' && !/^(Node\.js v|at |\^+$|\}$)/.test(line))
  return (telling.find((line) => /^\w*Error\b/.test(line)) ?? telling.at(-1) ?? '').slice(0, 300)
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}
