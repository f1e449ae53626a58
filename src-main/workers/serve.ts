import { StudioError, type StudioErrorData, toStudioError } from '#shared/errors.ts'
import type { FromWorker, ResultOf, Task, TaskContext, TaskEvent, TaskHandler, ToWorker } from '#shared/work/tasks.ts'
import { ignoreInterrupt, standGuard } from './guard.ts'

/** What a worker can do: one function per task name. Tasks left out are answered with `unsupported`. */
export type Handlers = { [K in Task['task']]?: TaskHandler<Extract<Task, { task: K }>> }

/** The worker's end of the channel. `process` is one when the process was started with `child_process.fork`. */
export interface Port {
  send(message: FromWorker): void
  onMessage(listener: (message: ToWorker) => void): void
  onDisconnect(listener: () => void): void
}

export interface ServeOptions {
  port?: Port
  /** Tasks that may run side by side; the others wait in order of arrival. */
  atOnce?: number
}

interface Entry {
  id: number
  task: Task
  abort: AbortController
}

/**
 * The message loop of every worker: run, report, answer, cancel. Each `run` gets exactly one `done` or `failed`;
 * after that its events are dropped. A worker without a parent has no purpose: it ends when the channel closes.
 */
export function serve(handlers: Handlers, { port = parentPort(), atOnce = 1 }: ServeOptions = {}): void {
  const waiting: Entry[] = []
  const running = new Map<number, Entry>()

  const fail = (id: number, thrown: unknown) => port.send({ type: 'failed', id, error: bounded(toStudioError(thrown)) })

  const start = async ({ id, task, abort }: Entry): Promise<void> => {
    const context: TaskContext = {
      signal: abort.signal,
      report: (event: TaskEvent) => {
        if (running.has(id)) port.send({ type: 'event', id, event })
      },
    }
    try {
      const result = await handle(handlers, task, context)
      running.delete(id)
      port.send({ type: 'done', id, result })
    } catch (thrown) {
      running.delete(id)
      // Whatever a library throws when it is told to stop, the reason is the user's.
      fail(id, abort.signal.aborted ? cancelled() : thrown)
    }
    next()
  }

  const next = () => {
    while (running.size < atOnce) {
      const entry = waiting.shift()
      if (!entry) return
      running.set(entry.id, entry)
      void start(entry)
    }
  }

  const cancel = (id: number) => {
    running.get(id)?.abort.abort()
    const at = waiting.findIndex((entry) => entry.id === id)
    if (at < 0) return
    waiting.splice(at, 1)
    fail(id, cancelled())
  }

  port.onMessage((message) => {
    if (message.type === 'cancel') return cancel(message.id)
    waiting.push({ id: message.id, task: message.task, abort: new AbortController() })
    next()
  })
  port.onDisconnect(() => process.exit(0))
  port.send({ type: 'ready' })
}

async function handle<T extends Task>(handlers: Handlers, task: T, context: TaskContext): Promise<ResultOf<T>> {
  // The table is typed by task name, which TypeScript cannot follow through an index by a generic.
  const handler = handlers[task.task] as TaskHandler<T> | undefined
  if (!handler) throw new StudioError({ code: 'unsupported', message: `this worker has no task "${task.task}"` })
  return handler(task, context)
}

const cancelled = () => new StudioError({ code: 'cancelled', message: 'cancelled' })

/** Native libraries put whole paths and graphs into their messages; the service takes 10,000 characters. */
function bounded(error: StudioError): StudioErrorData {
  const data = error.toJSON()
  const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
  return {
    ...data,
    message: cut(data.message, 4000),
    ...(data.remedy ? { remedy: cut(data.remedy, 1000) } : {}),
  }
}

function parentPort(): Port {
  if (!process.send) {
    throw new StudioError({
      code: 'usage',
      message: 'a worker only runs as a child of the studio',
      remedy: 'Start the studio with `npm start` or `broadside`.',
    })
  }
  ignoreInterrupt()
  process.once('message', standGuard)
  return {
    send: (message) => {
      // The parent may be gone between two messages; the disconnect listener then ends this process.
      if (process.connected) process.send?.(message, undefined, undefined, () => {})
    },
    onMessage: (listener) => process.on('message', listener),
    onDisconnect: (listener) => process.on('disconnect', listener),
  }
}
