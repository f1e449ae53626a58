import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../src-main/hosts/cli/main.ts', import.meta.url))
const START_MS = 30_000

/** The studio's service with a data folder of its own, started as a user starts it. */
export interface Service {
  /** With the token; open it once per browser context. */
  readonly url: string
  readonly home: string
  readonly pid: number
  /** As the system does it when memory is short: no goodbye. */
  kill(): Promise<void>
  /** At the same address, with the same data folder and token. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function startService(): Promise<Service> {
  const home = await mkdtemp(join(tmpdir(), 'broadside-e2e-'))
  let started = await launch(home)
  const port = new URL(started.url).port
  const token = new URL(started.url).searchParams.get('token') ?? ''
  return {
    get url() {
      return started.url
    },
    home,
    get pid() {
      return started.child.pid!
    },
    async kill() {
      await ended(started.child, 'SIGKILL')
    },
    async restart() {
      await ended(started.child, 'SIGKILL')
      started = await launch(home, port, token)
    },
    async stop() {
      await ended(started.child, 'SIGTERM')
      await rm(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

interface Started {
  child: ChildProcess
  url: string
}

function launch(home: string, port?: string, token?: string): Promise<Started> {
  const child = spawn(
    process.execPath,
    [CLI, 'serve', ...(port === undefined ? [] : ['--port', port]), '--home', home],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DISPLAY: '', ...(token ? { BROADSIDE_TOKEN: token } : {}) },
    },
  )
  return new Promise((resolve, reject) => {
    const said: string[] = []
    const fail = (reason: string) => reject(new Error(`the service ${reason}:\n${said.join('\n')}`))
    const timer = setTimeout(() => fail('did not start'), START_MS)
    child.once('exit', (code) => fail(`ended with ${code}`))
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line)
        const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(line)?.[0]
        if (!url) return
        clearTimeout(timer)
        resolve({ child, url })
      })
    }
  })
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}
