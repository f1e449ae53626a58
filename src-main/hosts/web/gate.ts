import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may ask: the page that this service gave out itself, in a browser that was given the token, under exactly our
 * name. One gate for every request and for the WebSocket's upgrade. Any website may send requests to 127.0.0.1, under a
 * name of its own that it points there, or from a page of another port with our cookie on it: Host, Origin and token
 * each stop what the others let through.
 */
export interface Gate {
  /** Undefined: come in. */
  refuse(request: IncomingMessage): Refusal | undefined
  /** Whether it comes with the token itself, which no page has. */
  isProgram(request: IncomingMessage): boolean
  /** Whether this is a first visit with the right token; answered with a cookie and the page's plain address. */
  opens(request: IncomingMessage, url: URL): boolean
  readonly cookie: string
}

export interface Refusal {
  status: 401 | 403
  why: string
}

export interface Keys {
  token: string
  port: number
}

export function createGate({ token, port }: Keys): Gate {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  // Browsers send cookies to every port of a machine: neighbours may see this one, so it is not the token. It follows
  // from it, so that a window stays let in when its shell starts the service again with the same one.
  const session = createHmac('sha256', token).update('session').digest('base64url')
  const cookieName = `broadside-${port}`

  const rightHost = ({ headers }: IncomingMessage) => hosts.includes(headers.host ?? '')

  /** Said by a browser, or not said by a program; a wrong one is never right. */
  function rightOrigin({ headers, method }: IncomingMessage, bySession: boolean): boolean {
    const { origin } = headers
    const site = headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
    if (origin !== undefined) return origin === `http://${headers.host}`
    const changes = method !== 'GET' && method !== 'HEAD'
    // A browser always names the origin of what could change something.
    return !bySession || (!changes && headers.upgrade === undefined)
  }

  function bearer({ headers }: IncomingMessage): string | undefined {
    return /^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1]
  }

  function cookieOf({ headers }: IncomingMessage): string | undefined {
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
    return pairs.find(([name]) => name === cookieName)?.[1]
  }

  return {
    cookie: `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    refuse(request) {
      if (!rightHost(request)) return { status: 403, why: 'this is not the name of this service' }
      const given = bearer(request)
      const byToken = given !== undefined && same(given, token)
      const cookie = cookieOf(request)
      const bySession = !byToken && cookie !== undefined && same(cookie, session)
      if (!rightOrigin(request, bySession)) return { status: 403, why: 'this page belongs to somebody else' }
      if (byToken || bySession) return undefined
      return { status: 401, why: 'open Broadside with the address that it printed when it started' }
    },
    isProgram(request) {
      const given = bearer(request)
      return given !== undefined && same(given, token) && request.headers['sec-fetch-site'] === undefined
    },
    opens(request, url) {
      const given = url.searchParams.get('token')
      return (
        request.method === 'GET' && url.pathname === '/' && given !== null && rightHost(request) && same(given, token)
      )
    },
  }
}

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** In the same time whatever differs: hashes first, as the lengths may differ too. */
function same(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(right))
}
