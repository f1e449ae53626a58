import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { programFile } from '#main/studio/program.ts'

/** What the page is made of, in a checkout; a packed program has none of it, and its page is built. */
const SOURCES = ['src-renderer', 'src-shared', 'package.json', 'electron.config.ts']

/** Build the page when it is missing or older than its sources. Says what was done, or nothing when it is fresh. */
export async function buildPage(): Promise<string | undefined> {
  const root = fileURLToPath(programFile('.'))
  const page = join(root, 'out/renderer/index.html')
  if (!existsSync(join(root, 'src-renderer/index.html'))) return undefined
  const built = existsSync(page) ? statSync(page).mtimeMs : 0
  if (newestOf(SOURCES.map((source) => join(root, source))) <= built) return undefined
  const started = performance.now()
  // Only a checkout gets here, and only a checkout has these.
  const [{ build }, { default: config }] = await Promise.all([
    import('vite'),
    import(pathToFileURL(join(root, 'electron.config.ts')).href),
  ])
  await build({ configFile: false, logLevel: 'error', ...config.renderer })
  return `built the page in ${((performance.now() - started) / 1000).toFixed(1)} s`
}

/** Milliseconds since 1970 of the newest file. */
function newestOf(paths: readonly string[]): number {
  const times = paths.filter(existsSync).map((path) => {
    const { mtimeMs } = statSync(path)
    if (!statSync(path).isDirectory()) return mtimeMs
    const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return Math.max(mtimeMs, ...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs))
  })
  return Math.max(0, ...times)
}
