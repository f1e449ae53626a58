import { expect, test } from 'vitest'
import { ADDRESS, ORIGIN, openShell } from './fixtures/shell.ts'
import { POLICY } from './guard.ts'

const EVIL = ['https://evil.test/', 'file:///etc/passwd', 'http://127.0.0.1:4712/', `${ORIGIN}.evil.test/`, 'nonsense']

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s: only to itself', async (event) => {
  const { now } = await openShell()
  const { webContents } = now()
  expect(webContents.attempt(event, ADDRESS)).toBe('allowed')
  expect(webContents.attempt(event, `${ORIGIN}/`)).toBe('allowed')
  for (const url of [...EVIL, `${ORIGIN}/artifacts/x`, `${ORIGIN}/exports/x`, `blob:${ORIGIN}/x`])
    expect([url, webContents.attempt(event, url)]).toEqual([url, 'refused'])
})

test('before the service serves there is nowhere to go', async () => {
  const { now, guards } = await openShell({ slow: true })
  expect(now().webContents.attempt('will-navigate', `${ORIGIN}/`)).toBe('refused')
  expect(requests(guards, `${ORIGIN}/`)).toBe('refused')
})

test('no windows, no webviews, no downloads', async () => {
  const { now, session } = await openShell()
  expect(now().webContents.openHandler?.({ url: ADDRESS })).toEqual({ action: 'deny' })
  expect(now().webContents.attempt('will-attach-webview', ADDRESS)).toBe('refused')
  let stopped = false
  session.emit('will-download', { preventDefault: () => (stopped = true) })
  expect(stopped).toBe(true)
})

test('permissions: to copy out, on the studio’s own page', async () => {
  const { guards, now } = await openShell()
  const check = (permission: string, origin: string) =>
    guards.permissionCheck!(...([null, permission, origin] as never[]))
  const request = (permission: string) => {
    let granted: unknown
    guards.permissionRequest!(...([now().webContents, permission, (given: boolean) => (granted = given)] as never[]))
    return granted
  }
  const others = [
    'clipboard-read',
    'local-fonts',
    'media',
    'geolocation',
    'notifications',
    'fullscreen',
    'openExternal',
    'fileSystem',
    'usb',
    'unknown',
  ]
  expect([check('clipboard-sanitized-write', ORIGIN), request('clipboard-sanitized-write')]).toEqual([true, true])
  expect(others.filter((permission) => check(permission, ORIGIN) || request(permission))).toEqual([])
  expect(check('clipboard-sanitized-write', 'https://evil.test')).toBe(false)
  expect(guards.device!(...([{}] as never[]))).toBe(false)
  let streams: unknown
  guards.displayMedia!(...([{}, (given: unknown) => (streams = given)] as never[]))
  expect(streams).toEqual({})
})

function requests(guards: Record<string, (...args: never[]) => unknown>, url: string): string {
  let cancelled: boolean | undefined
  guards.beforeRequest!(...([{ url }, ({ cancel }: { cancel: boolean }) => (cancelled = cancel)] as never[]))
  return cancelled ? 'refused' : 'allowed'
}

test('requests reach the service and nothing beyond it', async () => {
  const { guards } = await openShell()
  for (const url of [
    `${ORIGIN}/a.png`,
    'ws://127.0.0.1:4711/rpc',
    `blob:${ORIGIN}/1`,
    'data:image/png;base64,',
    'devtools://x',
  ])
    expect([url, requests(guards, url)]).toEqual([url, 'allowed'])
  for (const url of [...EVIL, 'wss://127.0.0.1:4711/rpc', 'ws://127.0.0.1:4712/rpc', 'http://localhost:4711/'])
    expect([url, requests(guards, url)]).toEqual([url, 'refused'])
})

test('an answer without a content policy gets one; the service’s own stays', async () => {
  const { guards } = await openShell()
  const headers = (responseHeaders?: Record<string, string[]>) => {
    let given: unknown
    const answer = (response: unknown) => (given = response)
    guards.headersReceived!(...([{ responseHeaders }, answer] as never[]))
    return given
  }
  expect(headers()).toEqual({ responseHeaders: { 'Content-Security-Policy': [POLICY] } })
  const own = { 'content-security-policy': ["default-src 'self'"], etag: ['1'] }
  expect(headers(own)).toEqual({ responseHeaders: own })
  expect(POLICY).toMatch(/^default-src 'none'; script-src 'self';/)
  expect(POLICY).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|\*/)
})
