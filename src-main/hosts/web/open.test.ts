import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { howToShow } from './open.ts'

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
