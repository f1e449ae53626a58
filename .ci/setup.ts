/**
 * What the tests use beyond npm packages: Chromium's software Vulkan driver, so that the WebGPU path runs on a
 * machine without a GPU, and programs of others that open what a batch writes. On Debian as root they are installed;
 * elsewhere one line says what is missing, and the tests that need it say that they were skipped.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

const say = (line: string) => process.stderr.write(`setup: ${line}\n`)

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  say(`Node 24 is needed, this is ${process.version}. npm ci brings it on Linux and Windows; on macOS install Node 24.`)
  process.exit(2)
}

const ICD = '/usr/lib/chromium/vk_swiftshader_icd.json'

const hasLoader = () => spawnSync('ldconfig', ['-p'], { encoding: 'utf8' }).stdout?.includes('libvulkan.so.1') === true
const hasDriver = () => existsSync(ICD)

/** Programs that read our files, by the package that has them. */
const READERS = { exiftool: 'libimage-exiftool-perl', identify: 'imagemagick', pdfinfo: 'poppler-utils' }
const hasProgram = (name: string) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0
const missingReaders = () => Object.entries(READERS).flatMap(([name, own]) => (hasProgram(name) ? [] : [own]))

if (process.platform === 'linux') {
  const wanted = [...(hasLoader() && hasDriver() ? [] : ['libvulkan1', 'chromium']), ...missingReaders()]
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (wanted.length > 0 && canInstall) {
    say(`installing ${wanted.join(', ')} for the tests`)
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...wanted)
  }
  if (!hasLoader() || !hasDriver())
    say('no software Vulkan (packages libvulkan1, chromium): WebGPU tests will be skipped')
  const missing = missingReaders()
  if (missing.length > 0) say(`not there: ${missing.join(', ')}; files are not opened with programs of others`)
}
