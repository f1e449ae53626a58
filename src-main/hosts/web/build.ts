import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { programFile } from '#main/studio/program.ts'

/** Builds what is older than its sources, in a checkout. A packed program has no sources, and is built. */

const ROOT = fileURLToPath(programFile('.'))
const at = (path: string) => join(ROOT, path)
const SHARED = ['src-shared', 'package.json', 'electron.config.ts'].map(at)

/** The page alone. Says what was done, or nothing when it is fresh. */
export async function buildPage(): Promise<string | undefined> {
  if (isFresh('out/renderer/index.html', 'src-renderer')) return undefined
  return timed('the page', async () => {
    const [{ build }, { default: config }] = await Promise.all([
      import('vite'),
      import(pathToFileURL(at('electron.config.ts')).href),
    ])
    await build({ configFile: false, logLevel: 'error', ...config.renderer })
  })
}

/** Everything that Electron runs. */
export async function buildAll(): Promise<string | undefined> {
  const fresh =
    isFresh('out/renderer/index.html', 'src-renderer') &&
    ['main/main.mjs', 'main/service.mjs', 'preload/preload.cjs'].every((file) => isFresh(`out/${file}`, 'src-main'))
  if (fresh) return undefined
  return timed('the program', async () => {
    const { build } = await import('electron-vite')
    await build({ configFile: at('electron.config.ts'), logLevel: 'error' })
  })
}

async function timed(what: string, work: () => Promise<void>): Promise<string> {
  const started = performance.now()
  await work()
  return `built ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`
}

function isFresh(built: string, source: string): boolean {
  if (!existsSync(at(source))) return true
  return existsSync(at(built)) && newestOf([at(source), ...SHARED]) <= statSync(at(built)).mtimeMs
}

/** Milliseconds since 1970 of the newest file. */
function newestOf(paths: readonly string[]): number {
  const times = paths.map((path) => {
    const found = statSync(path)
    if (!found.isDirectory()) return found.mtimeMs
    const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return Math.max(0, ...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs))
  })
  return Math.max(...times)
}
