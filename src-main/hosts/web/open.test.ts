import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { programFile } from '#main/studio/program.ts'
import { SHELL_SERVICE } from '../shell-messages.ts'
import { howToShow, runElectron } from './open.ts'

let electron: string
beforeEach(() => {
  electron = mkdtempSync(join(tmpdir(), 'broadside-electron-'))
})
afterEach(() => rmSync(electron, { recursive: true, force: true }))

function install(): void {
  mkdirSync(join(electron, 'dist'))
  writeFileSync(join(electron, 'path.txt'), 'electron')
  writeFileSync(join(electron, 'dist/electron'), '')
}

const linux = (env: Record<string, string>) => howToShow({ platform: 'linux', env, electron })

test('without a screen nothing opens, and the line says what to do', () => {
  install()
  expect(linux({})).toMatchObject({ by: 'nothing', why: expect.stringContaining('no screen') })
})

test('with a screen it is Electron where its binary is, else the browser, and the line says why', () => {
  expect(linux({ DISPLAY: ':0' })).toMatchObject({ by: 'browser', why: expect.stringContaining('not installed') })
  install()
  for (const env of [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }])
    expect(linux(env)).toMatchObject({ by: 'electron', program: join(electron, 'dist/electron') })
})

test('a package whose binary never came is as good as none, on every system', () => {
  writeFileSync(join(electron, 'path.txt'), 'electron')
  for (const platform of ['darwin', 'win32']) expect(howToShow({ platform, env: {}, electron }).by).toBe('browser')
})

test('another place for the binary is looked at, as the package itself does', () => {
  writeFileSync(join(electron, 'electron'), '')
  const env = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: electron }
  expect(linux(env)).toMatchObject({ by: 'electron', program: join(electron, 'electron') })
})

test('what is served already is shown there: the page in the browser, the window by its own shell', () => {
  install()
  const served = (what: string) => howToShow({ platform: 'linux', env: { DISPLAY: ':0' }, electron, served: what })
  expect(served('serve')).toMatchObject({ by: 'browser', why: expect.stringContaining('served already') })
  expect(served(SHELL_SERVICE)).toMatchObject({ by: 'electron', why: expect.stringContaining('open in Electron') })
})

describe.skipIf(process.platform === 'win32')('Electron', () => {
  const said = () => JSON.parse(readFileSync(join(electron, 'said.json'), 'utf8'))
  /** A stand-in that notes how it was started, then does what it is told. */
  function standIn(then: string): string {
    const program = join(electron, 'electron')
    const note = `require('node:fs').writeFileSync(${JSON.stringify(join(electron, 'said.json'))}, JSON.stringify({ args: process.argv.slice(2), env: process.env }))`
    writeFileSync(program, `#!${process.execPath}\n${note}\n${then}\n`)
    chmodSync(program, 0o755)
    return program
  }
  const run = (program: string, signal = new AbortController().signal) =>
    runElectron({ program, home: join(electron, 'home'), port: 4711, signal })

  test('is started on the program, with the data folder and a Node for its service', async () => {
    process.env.ELECTRON_RUN_AS_NODE = '1'
    try {
      await run(standIn(''))
    } finally {
      delete process.env.ELECTRON_RUN_AS_NODE
    }
    const { args, env } = said()
    expect(args).toEqual([fileURLToPath(programFile('.'))])
    expect(env).toMatchObject({ BROADSIDE_HOME: join(electron, 'home'), BROADSIDE_PORT: '4711' })
    expect(env.npm_node_execpath).toBe(process.execPath)
    expect(env).not.toHaveProperty('ELECTRON_RUN_AS_NODE')
    expect(existsSync(join(electron, 'home'))).toBe(false) // that is its service's to take
  })

  test('that fails is told, with another way', async () => {
    await expect(run(standIn('process.exit(3)'))).rejects.toMatchObject({
      code: 'unsupported',
      message: 'Electron ended with exit code 3',
      remedy: expect.stringContaining('broadside serve'),
    })
    await expect(run(join(electron, 'nothing'))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is told to end by Ctrl-C, and waited for', async () => {
    const stop = new AbortController()
    const done = join(electron, 'done')
    const ends = `setInterval(() => {}, 1000)
process.on('SIGTERM', () => setTimeout(() => { require('node:fs').writeFileSync(${JSON.stringify(done)}, ''); process.exit(0) }, 100))`
    const running = run(standIn(ends), stop.signal)
    await expect.poll(() => existsSync(join(electron, 'said.json')), { timeout: 20_000 }).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 200))
    stop.abort()
    await running
    expect(existsSync(done)).toBe(true)
  })
})
