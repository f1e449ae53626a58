import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type FromWorker, fromWorkerSchema, type ToWorker } from '#shared/work/tasks.ts'
import { workerEnvironment } from './environment.ts'
import { canReadMemory } from './memory.ts'

/** One child process that speaks the messages of src-shared/work/tasks.ts. The lane decides; this only carries. */
export interface WorkerProcess {
  readonly pid: number
  /** Resolves when the worker said `ready`; rejects never: an early end shows in `ended`. */
  readonly ready: Promise<boolean>
  /** Resolves once, when the process is gone. */
  readonly ended: Promise<Ending>
  send(message: ToWorker): void
  kill(): void
}

export interface Ending {
  code: number | null
  signal: string | null
  /** The last lines the worker wrote to stderr, at most 4,000 characters. */
  lastWords: string
}

export interface ProcessOptions {
  entry: URL | string
  env?: Record<string, string>
  memoryCapBytes: number
  /** Whoever else wants the processor goes first. */
  background?: boolean
  onMessage(message: FromWorker): void
  /** A message that is no message of ours: the process cannot be trusted any more. */
  onNonsense(): void
}

const LAST_WORDS = 4000

export function startProcess(options: ProcessOptions): WorkerProcess {
  const child = fork(typeof options.entry === 'string' ? options.entry : fileURLToPath(options.entry), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      ...workerEnvironment(process.env),
      ...(canReadMemory ? {} : { BROADSIDE_MEMORY_CAP: String(options.memoryCapBytes) }),
      ...options.env,
    },
  })
  endWithUs(child)
  if (options.background) yieldToOthers(child)

  let lastWords = ''
  child.stdout?.resume() // nothing of ours writes there; a native library may
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS)
  })

  let sayReady = (_ready: boolean) => {}
  const ready = new Promise<boolean>((resolve) => {
    sayReady = resolve
  })
  const ended = new Promise<Ending>((resolve) => {
    const end = (code: number | null, signal: string | null) => {
      sayReady(false)
      resolve({ code, signal, lastWords })
    }
    child.once('close', end) // after the pipes are drained: the last words are complete
    child.once('error', (error) => {
      lastWords = `${lastWords}\n${error.message}`
      if (child.pid === undefined) end(null, null)
    })
  })

  child.on('message', (raw) => {
    const parsed = fromWorkerSchema.safeParse(raw)
    if (!parsed.success) options.onNonsense()
    else if (parsed.data.type === 'ready') sayReady(true)
    else options.onMessage(parsed.data)
  })

  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    send(message) {
      // A process that just died refuses the message; its end is reported by `ended`.
      if (child.connected) child.send(message, () => {})
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}

/** Before the process has threads: they inherit it. A system that forbids it loses nothing but smoothness. */
function yieldToOthers({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It then works beside the others.
  }
}

const alive = new Set<ChildProcess>()

/** No child outlives this process when it ends in an orderly way; guard.ts covers the other ways. */
function endWithUs(child: ChildProcess): void {
  if (alive.size === 0) process.on('exit', killAll)
  alive.add(child)
  child.once('exit', () => {
    alive.delete(child)
    if (alive.size === 0) process.off('exit', killAll)
  })
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL')
}
