import type { Electron, Session, WebContents } from './electron.ts'

/**
 * What the page may reach: its own service on the loopback, and nothing beyond it. Each refusal stands alone, so that
 * none depends on another having worked.
 */

/** Where the page belongs: the service's origin, once it serves. */
export interface Home {
  origin: string | undefined
}

/** Told to Chromium before it starts: no name resolves and no proxy is asked, whatever a page or Chromium itself wants. */
export function closeNetwork(app: Electron['app']): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND , EXCLUDE 127.0.0.1')
  app.commandLine.appendSwitch('no-proxy-server')
  app.commandLine.appendSwitch('disable-background-networking')
  app.commandLine.appendSwitch('disable-component-update')
}

/** Copying out is a person's own doing; all else (camera, places, reading the clipboard, fonts, …) is refused. */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export function guardSession(session: Session, home: Home): void {
  const isHome = (url: string) => home.origin !== undefined && originOf(url) === home.origin
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(ALLOWED.has(permission) && isHome(contents.getURL())),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && isHome(origin))
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.setSpellCheckerEnabled(false) // its dictionaries would be fetched
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isReachable(url, home) }))
  session.webRequest.onHeadersReceived(({ responseHeaders = {} }, answer) =>
    answer({ responseHeaders: withPolicy(responseHeaders) }),
  )
  // A download would ask where to put a file under a name that the page chose; exports go through the shell.
  session.on('will-download', (event) => event.preventDefault())
}

/** Every page of the program, whoever made it. */
export function guardPages(app: Electron['app'], home: Home): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents, home))
}

function guardPage(contents: WebContents, home: Home): void {
  // The page may load itself again and nothing else; a file dropped beside the canvas would be a navigation too.
  const stay = (event: { preventDefault(): void; url: string }) => {
    if (!isPage(event.url, home)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // Closing asks nothing: every edit is in the journal already.
  contents.on('will-prevent-unload', (event) => event.preventDefault())
}

function isPage(url: string, home: Home): boolean {
  return home.origin !== undefined && originOf(url) === home.origin && new URL(url).pathname === '/'
}

/** The service, what the page made itself, and Chromium's own tools for developers. */
function isReachable(url: string, home: Home): boolean {
  if (/^(blob|data|devtools):/.test(url)) return true
  return home.origin !== undefined && originOf(url.replace(/^ws:/, 'http:')) === home.origin
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

/** The service sends its own policy with every answer; this one is for an answer that came without. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self' blob: data:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function withPolicy(headers: Record<string, string[]>): Record<string, string[]> {
  const has = Object.keys(headers).some((name) => name.toLowerCase() === 'content-security-policy')
  return has ? headers : { ...headers, 'Content-Security-Policy': [POLICY] }
}
