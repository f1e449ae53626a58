import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fromWireError } from '#shared/contract/error-data.ts'
import { StudioError } from '#shared/errors.ts'
import { type ShellMessage, serviceMessageSchema } from '../shell-messages.ts'

/**
 * The studio service as the shell's child: plain Node, started, asked, restarted when it dies, told to end. The window
 * stays through all of it; `onAddress` says where its page is served.
 */
export interface Service {
  /** A project file of the user's; gives the project's id. */
  adopt(path: string): Promise<string>
  /** A file to save to; gives a place id. */
  place(path: string): Promise<string>
  /** Put a finished export there; gives the path for people. */
  exportTo(id: string, path: string): Promise<string>
  /** A folder for a batch; gives a place id. */
  batchPlace(path: string): Promise<string>
  /** The path of a batch's folder. */
  batchFolder(id: string): Promise<string>
  /** A file of the library, under a name for people. */
  takeOut(sha256: string): Promise<string>
  /** After `onTrouble`: start over. */
  tryAgain(): void
  /** Resolves when the process is gone. No restart follows. */
  quit(): Promise<void>
}

export interface ServiceOptions {
  /** Node itself, not Electron: native libraries and long runs stay out of the window's process. */
  node: string
  entry: string
  env: Record<string, string | undefined>
  /** The page is served there now: at the first start, and when a restart could not have the same port. */
  onAddress(url: string): void
  /** It failed so often that trying on by ourselves is no use. With its last words. */
  onTrouble(lastWords: string): void
  timing?: Partial<Timing>
}

export interface Timing {
  /** Milliseconds before the first restart; each further one waits twice as long. */
  backOffMs: number
  /** A service that served so long was sound: its next failure is a first one. */
  soundAfterMs: number
  /** From the start until it says where it serves. */
  readyWithinMs: number
  /** For one answer. */
  answerWithinMs: number
  /** From "quit" until it is killed. */
  quitWithinMs: number
}

const TIMING: Timing = {
  backOffMs: 250,
  soundAfterMs: 30_000,
  readyWithinMs: 30_000,
  answerWithinMs: 60_000,
  quitWithinMs: 10_000,
}

const FAILURES_UNTIL_TROUBLE = 3
const LAST_WORDS = 2000

type Ask =
  Exclude<ShellMessage, { type: 'quit' }> extends infer M ? (M extends unknown ? Omit<M, 'request'> : never) : never

interface Pending {
  resolve(value: string): void
  reject(error: StudioError): void
  timer: NodeJS.Timeout
}

export function startService(options: ServiceOptions): Service {
  const timing = { ...TIMING, ...options.timing }
  const token = randomBytes(32).toString('base64url')
  const pending = new Map<number, Pending>()
  let requests = 0
  let failures = 0
  let address: URL | undefined
  let child: ChildProcess | undefined
  let restart: NodeJS.Timeout | undefined
  let quitting = false
  /** Resolves when a service can be asked; replaced when it dies. */
  let serving = Promise.withResolvers<ChildProcess>()

  function start(): void {
    const started = fork(options.entry, [], {
      execPath: options.node,
      execArgv: [],
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...options.env, BROADSIDE_TOKEN: token, ...(address ? { BROADSIDE_PORT: address.port } : {}) },
    })
    child = started
    let lastWords = ''
    let sound: NodeJS.Timeout | undefined
    const late = setTimeout(() => started.kill('SIGKILL'), timing.readyWithinMs)

    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS)
    })
    started.on('message', (raw) => {
      const parsed = serviceMessageSchema.safeParse(raw)
      if (!parsed.success) return void started.kill('SIGKILL') // not our service, or a broken one
      const message = parsed.data
      if (message.type !== 'ready') return settle(message.request, message)
      clearTimeout(late)
      sound = setTimeout(() => {
        failures = 0
      }, timing.soundAfterMs)
      serving.resolve(started)
      const url = new URL(message.url)
      if (url.href === address?.href) return
      address = url
      options.onAddress(url.href)
    })
    const end = () => {
      if (child !== started) return
      child = undefined
      clearTimeout(late)
      clearTimeout(sound)
      died(lastWords.trim())
    }
    started.once('close', end) // after the pipes are drained: the last words are complete
    started.once('error', (error) => {
      lastWords += `\n${error.message}`
      if (started.pid === undefined) end()
    })
  }

  function died(lastWords: string): void {
    for (const request of pending.keys()) settle(request, undefined)
    refuse()
    if (quitting) return
    failures++
    if (failures === FAILURES_UNTIL_TROUBLE) options.onTrouble(lastWords)
    else {
      serving = Promise.withResolvers()
      restart = setTimeout(start, timing.backOffMs * 2 ** (failures - 1))
    }
  }

  /** Whoever waits for the service hears that it does not come; nobody has to wait. */
  function refuse(): void {
    serving.promise.catch(() => {})
    serving.reject(gone())
  }

  async function ask(message: Ask): Promise<string> {
    const asked = await serving.promise
    const request = ++requests
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(request, undefined), timing.answerWithinMs)
      pending.set(request, { resolve, reject, timer })
      asked.send({ ...message, request }, (error) => {
        if (error) settle(request, undefined)
      })
    })
  }

  function settle(
    request: number,
    message:
      | { type: 'answer'; value: string }
      | { type: 'failed'; error: Parameters<typeof fromWireError>[0] }
      | undefined,
  ): void {
    const waiting = pending.get(request)
    if (!waiting) return
    pending.delete(request)
    clearTimeout(waiting.timer)
    if (message?.type === 'answer') waiting.resolve(message.value)
    else waiting.reject(message ? fromWireError(message.error) : gone())
  }

  start()

  return {
    adopt: (path) => ask({ type: 'adopt', path }),
    place: (path) => ask({ type: 'place', path }),
    exportTo: (id, path) => ask({ type: 'export-to', id, path }),
    batchPlace: (path) => ask({ type: 'batch-place', path }),
    batchFolder: (id) => ask({ type: 'batch-folder', id }),
    takeOut: (sha256) => ask({ type: 'take-out', sha256 }),
    tryAgain() {
      if (child || quitting) return
      failures = 0
      serving = Promise.withResolvers()
      start()
    },
    async quit() {
      quitting = true
      clearTimeout(restart)
      const ending = child
      if (!ending) return
      const gone = new Promise<void>((resolve) => {
        ending.once('close', () => resolve())
      })
      const kill = setTimeout(() => ending.kill('SIGKILL'), timing.quitWithinMs)
      if (ending.connected) ending.send({ type: 'quit' } satisfies ShellMessage, () => {})
      else ending.kill('SIGKILL')
      await gone
      clearTimeout(kill)
    },
  }
}

const gone = () =>
  new StudioError({
    code: 'worker-died',
    message: 'the studio service did not answer',
    remedy: 'It is being restarted: try again in a moment.',
  })
