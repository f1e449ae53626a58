import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)

/** "Broadside 0.1.0": what a made file names as its maker. */
export const PROGRAM = `Broadside ${JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')).version}`

/** Sources run as they are; a build puts every entry into one folder. */
const BUILT = import.meta.url.endsWith('.mjs')

/** The file that a worker process starts with. */
export function workerEntry(name: 'inference' | 'imaging'): URL {
  return new URL(BUILT ? `./worker-${name}.mjs` : `../workers/${name}.ts`, import.meta.url)
}

/** A file that comes with the program. */
export function programFile(path: string): URL {
  return new URL(path, ROOT)
}

/** The packages shipped with the program; BROADSIDE_STARTERS names another folder, for tests. */
export function starterFolder(): string {
  const { BROADSIDE_STARTERS } = process.env
  return BROADSIDE_STARTERS ? BROADSIDE_STARTERS : fileURLToPath(new URL('models/starter', ROOT))
}

/** The data folder: BROADSIDE_HOME, or the place where this system keeps a program's data. */
export function defaultHome(): string {
  const { BROADSIDE_HOME, XDG_DATA_HOME, LOCALAPPDATA } = process.env
  if (BROADSIDE_HOME) return BROADSIDE_HOME
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Broadside')
    case 'win32':
      return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Broadside')
    default:
      return join(XDG_DATA_HOME ? XDG_DATA_HOME : join(homedir(), '.local', 'share'), 'broadside')
  }
}
