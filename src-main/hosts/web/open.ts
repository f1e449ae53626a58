import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programFile } from '#main/studio/program.ts'
import { toStudioError } from '#shared/errors.ts'

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
}

const HERE: Surroundings = {
  platform: process.platform,
  env: process.env,
  electron: fileURLToPath(programFile('node_modules/electron')),
}

export function howToShow({ platform, env, electron }: Surroundings = HERE): Showing {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { by: 'nothing', why: 'There is no screen here: open the address in a browser of this machine.' }
  const program = electronProgram(electron, env)
  return program === undefined
    ? { by: 'browser', why: 'Opening it in the browser: Electron’s binary is not installed here.' }
    : { by: 'electron', program, why: 'Opening it in Electron.' }
}

/** As the package finds it itself, without its fetching what is not there. */
function electronProgram(folder: string, env: Surroundings['env']): string | undefined {
  const named = join(folder, 'path.txt')
  if (!existsSync(named)) return undefined
  const program = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(named, 'utf8').trim())
  return existsSync(program) ? program : undefined
}

/** Runs the shell; resolves when its window was closed. It starts a service of its own. */
export function runElectron(program: string, home: string, signal: AbortSignal): Promise<void> {
  const env = { ...process.env, BROADSIDE_HOME: home }
  const child = spawn(program, [fileURLToPath(programFile('.'))], { stdio: 'inherit', env, signal })
  return new Promise((resolve, reject) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => (signal.aborted ? resolve() : reject(toStudioError(error, { file: program }))))
  })
}

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
