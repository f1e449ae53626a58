import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programFile } from '#main/studio/program.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { SHELL_SERVICE } from '../shell-messages.ts'

/** How the page gets onto a screen, and in one line why so. */
export type Showing =
  | { by: 'electron'; program: string; why: string }
  | { by: 'browser'; why: string }
  | { by: 'nothing'; why: string }

export interface Surroundings {
  platform: string
  env: Record<string, string | undefined>
  /** Folder of the `electron` package. */
  electron: string
  /** What the service calls itself that has the data folder already. */
  served?: string
}

export const HERE: Surroundings = {
  platform: process.platform,
  env: process.env,
  electron: fileURLToPath(programFile('node_modules/electron')),
}

export function howToShow({ platform, env, electron, served }: Surroundings): Showing {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { by: 'nothing', why: 'There is no screen here: open the address in a browser of this machine.' }
  const program = electronProgram({ platform, env, electron })
  // The shell has a service of its own; beside another one there is no room for it.
  if (served !== undefined && served !== SHELL_SERVICE)
    return { by: 'browser', why: 'Opening it in the browser: it is served already.' }
  if (program === undefined)
    return { by: 'browser', why: 'Opening it in the browser: Electron’s binary is not installed here.' }
  return served === undefined
    ? { by: 'electron', program, why: 'Opening it in Electron.' }
    : { by: 'electron', program, why: 'It is open in Electron already: showing its window.' }
}

/** As the package finds it itself, without its fetching what is not there. */
function electronProgram({ platform, env, electron }: Surroundings): string | undefined {
  const elsewhere = env.ELECTRON_OVERRIDE_DIST_PATH
  const named = join(electron, 'path.txt')
  const usual = elsewhere === undefined ? undefined : platform === 'win32' ? 'electron.exe' : 'electron'
  const name = existsSync(named) ? readFileSync(named, 'utf8').trim() : usual
  if (name === undefined) return undefined
  const program = join(elsewhere ?? join(electron, 'dist'), name)
  return existsSync(program) ? program : undefined
}

export interface ElectronRun {
  program: string
  home: string
  port?: number
  signal: AbortSignal
}

/** Runs the shell; resolves when its window was closed. It starts a service of its own, which takes the data folder. */
export function runElectron({ program, home, port, signal }: ElectronRun): Promise<void> {
  const { ELECTRON_RUN_AS_NODE: _, ...kept } = process.env // would make a plain Node of it
  const env = {
    ...kept,
    BROADSIDE_HOME: home,
    ...(port === undefined ? {} : { BROADSIDE_PORT: String(port) }),
    // What its service runs on when npm ci brought no Node along.
    npm_node_execpath: process.execPath,
  }
  const child = spawn(program, [fileURLToPath(programFile('.'))], { stdio: 'inherit', env })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  return new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(toStudioError(error, { file: program })))
    child.once('exit', (code, ended) =>
      code === 0 || signal.aborted ? resolve() : reject(electronFailed(program, ended ?? `exit code ${code}`)),
    )
  }).finally(() => signal.removeEventListener('abort', stop))
}

const electronFailed = (program: string, how: string) =>
  new StudioError({
    code: 'unsupported',
    message: `Electron ended with ${how}`,
    where: { file: program },
    remedy: 'Its own words stand above; "broadside serve" gives an address for the browser instead.',
  })

/** Opens an address with the system's own browser. */
export function openInBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open']
  const child = spawn(program!, [...args, url], { detached: true, stdio: 'ignore' })
  child.on('error', () => {}) // the address was printed
  child.unref()
}
