import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { TINY } from '#main/studio/fixtures/package-copy.ts'
import { createStudio } from '#main/studio/studio.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import { openWebHost, type WebHost } from './server.ts'

let folder: string
let studio: StudioApi
let host: WebHost
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-gate-'))
  mkdirSync(join(folder, 'page/assets'), { recursive: true })
  writeFileSync(join(folder, 'page/index.html'), '<title>Broadside</title>')
  writeFileSync(join(folder, 'page/assets/index-abc.js'), '1')
  writeFileSync(join(folder, 'secret.html'), 'secret')
  symlinkSync(join(folder, 'secret.html'), join(folder, 'page/link.html'))
  studio = createStudio({ home: join(folder, 'home'), starters: [TINY] })
  host = await openWebHost({ studio, home: join(folder, 'home'), page: join(folder, 'page') })
})
afterAll(async () => {
  await host.close()
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A request as somebody might send it: the path goes out as it is written here. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: host.port, path, method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const bearer = () => ({ authorization: `Bearer ${host.token}` })
const here = () => `127.0.0.1:${host.port}`
async function cookie(): Promise<string> {
  const { headers } = await ask(`/?token=${host.token}`)
  return headers['set-cookie']![0]!.split(';')[0]!
}

describe('the first visit', () => {
  test('with the token gives a cookie that scripts and other sites never see, and the plain address', async () => {
    const { status, headers } = await ask(`/?token=${host.token}`)
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['set-cookie']![0]).toMatch(/^broadside-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(headers['set-cookie']![0]).not.toContain(host.token)
    expect((await ask('/', { cookie: await cookie() })).body).toContain('Broadside')
  })

  test.each([
    ['no token', '/'],
    ['an empty one', '/?token='],
    ['a wrong one', `/?token=${'x'.repeat(43)}`],
    ['one with more behind it', '/?token=TOKENx'],
    ['the right one, but elsewhere', '/index.html?token=TOKEN'],
  ])('with %s is refused', async (_, path) => {
    const { status, headers, body } = await ask(path.replace('TOKEN', host.token))
    expect(status).toBe(401)
    expect(headers['set-cookie']).toBeUndefined()
    expect(JSON.parse(body).message).toContain('address that it printed')
  })

  test('under another name gets no cookie, with the right token neither', async () => {
    const { status, headers } = await ask(`/?token=${host.token}`, { host: `evil.test:${host.port}` })
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
  })
})

/** Who may not come in, with the right cookie or token on them. */
const STRANGERS: [string, () => Record<string, string>][] = [
  ['a name that points here (DNS rebinding)', () => ({ host: `evil.test:${host.port}` })],
  ['no port', () => ({ host: '127.0.0.1' })],
  ['another port', () => ({ host: '127.0.0.1:1' })],
  ['a name that begins like ours', () => ({ host: `127.0.0.1.evil.test:${host.port}` })],
  ['a name that ends like ours', () => ({ host: `evil-localhost:${host.port}` })],
  ['a trailing dot', () => ({ host: `localhost.:${host.port}` })],
  ['IPv6', () => ({ host: `[::1]:${host.port}` })],
  ['another address of this machine', () => ({ host: `0.0.0.0:${host.port}` })],
  ['another site', () => ({ origin: 'https://evil.test' })],
  ['a sandboxed page', () => ({ origin: 'null' })],
  ['another port of this machine', () => ({ origin: 'http://127.0.0.1:1' })],
  ['our other name', () => ({ origin: `http://localhost:${host.port}` })],
  ['TLS', () => ({ origin: `https://${here()}` })],
  ['an origin with a path', () => ({ origin: `http://${here()}/` })],
  ['a link or picture of another site', () => ({ 'sec-fetch-site': 'cross-site' })],
  ['a link or picture of another port', () => ({ 'sec-fetch-site': 'same-site' })],
]

/** Every address there is. */
const ROUTES: [string, string][] = [
  ['GET', '/'],
  ['GET', '/assets/index-abc.js'],
  ['GET', '/fonts.css'],
  ['GET', '/fonts/@fontsource/inter/inter-latin-400-normal.woff2'],
  ['GET', `/artifacts/${'a'.repeat(64)}`],
  ['GET', `/artifacts/${'a'.repeat(64)}?side=256`],
  ['GET', '/previews/a/1'],
  ['GET', '/exports/a'],
  ['POST', '/pictures'],
  ['POST', '/dielines'],
  ['POST', '/projects'],
]

describe.each(STRANGERS)('%s', (_, headers) => {
  test('is refused everywhere, with cookie and with token, and nothing happens', async () => {
    for (const [method, path] of ROUTES) {
      for (const key of [{ cookie: await cookie() }, bearer()]) {
        const { status } = await ask(path, { ...key, ...headers() }, method, method === 'POST' ? 'picture' : undefined)
        expect([method, path, status]).toEqual([method, path, 403])
      }
    }
    for (const key of [{ cookie: await cookie() }, bearer()]) expect(await upgrade({ ...key, ...headers() })).toBe(403)
    expect(readdirSync(folder)).not.toContain('home')
  })
})

test('without cookie and token nothing is told, not even what is there', async () => {
  for (const [method, path] of [...ROUTES, ['GET', '/nothing'] as const]) {
    for (const key of [{}, { cookie: 'broadside=1' }, { authorization: 'Bearer x' }, { authorization: 'Basic eDp5' }]) {
      const { status } = await ask(path, key as Record<string, string>, method, method === 'POST' ? 'x' : undefined)
      expect([path, status]).toEqual([path, 401])
    }
  }
  expect(await upgrade({})).toBe(401)
  expect(readdirSync(folder)).not.toContain('home')
})

test('with a cookie a page that changes something has to say who it is', async () => {
  const key = { cookie: await cookie() }
  expect((await ask('/pictures', key, 'POST', 'x')).status).toBe(403)
  expect(await upgrade(key)).toBe(403)
  expect(await upgrade({ ...key, origin: `http://${here()}` })).toBe(101)
})

/** The status of a WebSocket's upgrade. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers })
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
    socket.on('error', () => {})
  })
}

describe('paths', () => {
  test.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/%2e%2e%5csecret.html',
    '/..\\secret.html',
    '//secret.html',
    '/./../secret.html',
    '/link.html',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/fonts/@fontsource/inter/../../../package.json',
    '/fonts/@fontsource/inter/%2e%2e/package.json',
    '/fonts/@fontsource/inter/package.json',
    '/exports/..%2f..%2flock.json',
    '/previews/../../lock.json',
    '/package.json',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await ask(path, bearer())
    expect(status).toBe(404)
    expect(body).not.toContain('secret"')
    expect(JSON.parse(body).code).toBe('not-found')
  })

  test.each([
    ['/artifacts/..%2f..%2flock.json', 'sha256'],
    [`/artifacts/${'A'.repeat(64)}`, 'sha256'],
    [`/artifacts/${'a'.repeat(63)}`, 'sha256'],
    [`/artifacts/${'a'.repeat(64)}?side=100`, 'side'],
    [`/artifacts/${'a'.repeat(64)}?side=1e9`, 'side'],
  ])('%s is told which part is wrong', async (path, field) => {
    const { status, body } = await ask(path, bearer())
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code: 'usage', where: { field } })
  })

  test.each(['http://evil.test/', '*', `http://127.0.0.1:1/`])('the address %s is none of ours', async (path) => {
    expect((await ask(path, bearer())).status).toBe(404)
  })
})

test('GET and HEAD change nothing, other methods are not known', async () => {
  for (const path of ['/pictures', '/dielines', '/projects', '/rpc']) {
    expect((await ask(path, bearer())).status).toBe(404)
    expect((await ask(path, bearer(), 'HEAD')).status).toBe(404)
  }
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
    expect((await ask('/pictures', bearer(), method)).status).toBe(405)
  expect(readdirSync(folder)).not.toContain('home')
})

test('every answer keeps the page to itself', async () => {
  for (const [path, key] of [
    ['/', bearer()],
    ['/nothing', bearer()],
    ['/', {}],
  ] as const) {
    const { headers } = await ask(path, key)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain(`connect-src 'self' ws://${here()}`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src|unsafe-eval|https?:/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

test('a name in the Host header cannot write into the policy', async () => {
  const { headers } = await ask('/', { host: "x; script-src 'unsafe-inline'" })

  expect(String(headers['content-security-policy'])).not.toContain('script-src')
})

test('fonts come with the characters they hold, and for ever', async () => {
  const { body } = await ask('/fonts.css', bearer())
  expect(body.match(/font-family: "Noto Sans SC"/g)!.length).toBeGreaterThan(90)
  expect(body).toMatch(/font-family: "Inter"; font-style: italic; font-weight: 400; font-display: block;/)
  const addresses = [...body.matchAll(/url\("([^"]+)"\)/g)].map(([, address]) => address!)
  const { status, headers } = await ask(addresses[0]!, bearer(), 'HEAD')
  expect(status).toBe(200)
  expect(headers).toMatchObject({ 'content-type': 'font/woff2', 'cache-control': expect.stringContaining('immutable') })
})
