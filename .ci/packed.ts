/**
 * Packs the program as electron-builder does, around a stand-in for Electron's binary, and looks at what came out: the
 * layout, the fuses, the size; then starts the service inside it (packed-studio.ts) from another folder, without the
 * checkout, without a network, and lets it make a picture. Needs a build (`npm run build`).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { build, Platform } from 'electron-builder'
import { expect, say, within } from './saying.ts'

const ELECTRON = '45.4.1'
/** By which @electron/fuses finds the switches in Electron's binary. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = 9

const root = fileURLToPath(new URL('..', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'broadside-packed-'))
process.on('exit', tidy)

const stub = await within('a stand-in for Electron', () => makeStub())
const packed = await within('packed for Linux', () => pack(stub))
await look(packed)
runMoved(packed)

/** What was checked stands whatever is left in the way here; a worker that was told to end may still be closing its files. */
function tidy(): void {
  try {
    rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 1000 })
  } catch {
    say(`left behind: ${readdirSync(work, { recursive: true }).slice(0, 20).join(', ')}`)
  }
}

/** Files of the names that a Linux distribution of Electron has; its program is its switches and nothing else. */
function makeStub(): string {
  const folder = join(work, 'electron')
  mkdirSync(join(folder, 'locales'), { recursive: true })
  mkdirSync(join(folder, 'resources'))
  const wire = Buffer.from([1, FUSES, ...Array(FUSES).fill(FuseState.ENABLE)])
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from(FUSE_SENTINEL), wire]), { mode: 0o755 })
  writeFileSync(join(folder, 'version'), ELECTRON)
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'chrome_crashpad_handler'])
    writeFileSync(join(folder, name), name)
  for (const language of ['de', 'en-US', 'zh-CN']) writeFileSync(join(folder, 'locales', `${language}.pak`), language)
  return folder
}

/** Gives the folder of the package, moved to where nothing can expect it. */
async function pack(electronDist: string): Promise<string> {
  const output = join(work, 'dist')
  await build({
    projectDir: root,
    targets: Platform.LINUX.createTarget('dir'),
    // Over electron-builder.ts, which it finds by itself.
    config: { electronDist, electronVersion: ELECTRON, directories: { output } },
  })
  const unpacked = readdirSync(output).find((name) => name.startsWith('linux'))!
  const moved = join(work, 'Broadside 画室')
  renameSync(join(output, unpacked), moved)
  return moved
}

async function look(folder: string): Promise<void> {
  const resources = join(folder, 'resources')
  const inside = insideAsar(join(resources, 'app.asar'))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

  expect('app.asar holds what Electron runs, and nothing else', () => {
    const own = ['/out/main/main.mjs', '/out/preload/preload.cjs', '/package.json']
    return [...own.filter((file) => !inside.includes(file)), ...inside.filter((file) => !own.includes(file))]
  })
  expect('what Node runs lies beside it', () =>
    [
      'app.asar.unpacked/out/main/service.mjs',
      'app.asar.unpacked/out/main/cli.mjs',
      'app.asar.unpacked/out/main/worker-inference.mjs',
      'app.asar.unpacked/out/main/worker-imaging.mjs',
      'app.asar.unpacked/out/renderer/index.html',
      'app.asar.unpacked/package.json',
      'node',
      'icon.png',
      'models/poster-diffusion/model.json',
      'licenses/broadside.txt',
      'licenses/NOTICE.txt',
      'licenses/node.txt',
      'licenses/service.md',
      'licenses/page.md',
    ].filter((file) => !exists(join(resources, file))),
  )
  expect('libraries of this system and processor only', () => {
    const { platform, arch } = process
    const foreign = /(darwin|win32|linux|linuxmusl|android|freebsd)[-/](arm64|x64|arm|ia32|riscv64|ppc64|s390x)/g
    const here = (match: string) => match.replace('/', '-') === `${platform}-${arch}`
    const natives = files.filter((file) => file.includes('node_modules'))
    return natives.filter((file) => [...file.slice(folder.length).matchAll(foreign)].some(([match]) => !here(match)))
  })
  expect('no sources, no tests, no tools', () =>
    [...inside, ...files].filter((file) =>
      /\.(ts|svelte|test\.\w+|map)$|\/(e2e|training|tiny|adm-zip|vite)\//.test(file),
    ),
  )
  expect('languages of the studio only', () => files.filter((file) => file.endsWith('/de.pak')))

  const fuses = await getCurrentFuseWire(join(folder, 'broadside'))
  const set = (option: FuseV1Options) => fuses[option] === FuseState.ENABLE
  expect('the fuses are set', () => {
    const wanted = new Map<FuseV1Options, boolean>([
      [FuseV1Options.RunAsNode, false],
      [FuseV1Options.EnableCookieEncryption, true],
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
      [FuseV1Options.EnableNodeCliInspectArguments, false],
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, true],
      [FuseV1Options.OnlyLoadAppFromAsar, true],
      [FuseV1Options.GrantFileProtocolExtraPrivileges, false],
    ])
    return [...wanted].filter(([option, on]) => set(option) !== on).map(([option]) => FuseV1Options[option]!)
  })

  const megabytes = (under: string) =>
    Math.round(files.filter((file) => file.startsWith(under)).reduce((sum, file) => sum + statSync(file).size, 0) / 1e6)
  const parts = ['node', 'app.asar.unpacked/node_modules', 'app.asar.unpacked/out', 'fonts', 'models']
  say(
    `${megabytes(resources)} MB without Electron: ${parts.map((part) => `${part} ${megabytes(join(resources, part))}`).join(', ')}`,
  )
}

interface AsarEntry {
  files?: Record<string, AsarEntry>
  unpacked?: boolean
}

/** The files that lie in the archive itself: its header, a pickled JSON, says of each where it is. */
function insideAsar(path: string): string[] {
  const bytes = readFileSync(path)
  const header: AsarEntry = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)))
  const walk = (entry: AsarEntry, at: string): string[] =>
    entry.files
      ? Object.entries(entry.files).flatMap(([name, inner]) => walk(inner, `${at}/${name}`))
      : entry.unpacked
        ? []
        : [at]
  return walk(header, '')
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** With a loopback and nothing else, where the system lets us take the network away. */
function runMoved(folder: string): void {
  const script = join(root, '.ci', 'packed-studio.ts')
  const args = [script, join(folder, 'resources'), root, work]
  const loopback = 'ip link set lo up && exec "$@"'
  const works = (flag: string) => spawnSync('unshare', [flag, 'sh', '-c', loopback, 'sh', 'true']).status === 0
  const alone = ['-n', '-rn'].find(works)
  if (!alone) say('the network cannot be taken away here (unshare, ip): this part is not checked')
  const [program, ...rest] = alone
    ? ['unshare', alone, 'sh', '-c', loopback, 'sh', process.execPath, ...args]
    : [process.execPath, ...args]
  const { status } = spawnSync(program!, rest, { stdio: 'inherit', cwd: '/' })
  if (status !== 0) process.exitCode = 1
}
