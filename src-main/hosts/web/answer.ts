import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type ErrorCode, StudioError, toStudioError } from '#shared/errors.ts'

/** Answers of the HTTP side: files, JSON, and failures as data. */

/** What every answer says: this page loads nothing but itself, and nobody else loads it. */
export function guardHeaders(...hosts: string[]): OutgoingHttpHeaders {
  return {
    'content-security-policy': [
      "default-src 'self'",
      // Components set style attributes; scripts come from files only.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' blob: data:",
      `connect-src 'self' ${hosts.map((host) => `ws://${host}`).join(' ')}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  }
}

const STATUS: Record<ErrorCode, number> = {
  usage: 400,
  'not-found': 404,
  'invalid-file': 422,
  integrity: 409,
  'invalid-model': 422,
  'invalid-input': 422,
  'out-of-memory': 507,
  timeout: 504,
  'worker-died': 502,
  quarantined: 409,
  cancelled: 499,
  'no-space': 507,
  'not-writable': 500,
  locked: 423,
  unsupported: 501,
  internal: 500,
}

export const statusOf = ({ code }: StudioError): number => STATUS[code]

/** What may be told: a bug's own words stay here, they may name anything. */
export function forOthers(thrown: unknown): StudioError {
  const error = toStudioError(thrown)
  if (error.code !== 'internal' || thrown instanceof StudioError) return error
  return new StudioError({
    code: 'internal',
    message: 'something went wrong in the studio service',
    remedy: 'Try it again; if it happens again, it is a mistake in Broadside.',
  })
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

export function sendError(response: ServerResponse, thrown: unknown, status?: number): void {
  if (response.headersSent) {
    response.destroy() // half a file is no answer; the client sees that it broke off
    return
  }
  const error = forOthers(thrown)
  sendJson(response, error.toJSON(), status ?? statusOf(error))
}

/**
 * An answer of JSON lines, each as it happens: `{event: …}` first, `{done: …}` or `{failed: …}` last. Who goes away has
 * said stop.
 */
export async function sendLines<T>(
  response: ServerResponse,
  work: (tell: (event: object) => void, signal: AbortSignal) => Promise<T>,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' })
  const line = (value: object) => response.write(`${JSON.stringify(value)}\n`)
  try {
    line({ done: await work((event) => line({ event }), gone.signal) })
  } catch (thrown) {
    line({ failed: forOthers(thrown).toJSON() })
  }
  response.end()
}

export interface FileAnswer {
  path: string
  type: string
  /** The address names the content, so it never changes. */
  immutable?: boolean
  /** Saved under this name instead of shown. */
  saveAs?: string
}

export async function sendFile(request: IncomingMessage, response: ServerResponse, file: FileAnswer): Promise<void> {
  const { size } = await stat(file.path).catch((error) => {
    throw toStudioError(error)
  })
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': size,
    'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    ...(file.saveAs === undefined ? {} : { 'content-disposition': attachment(file.saveAs) }),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  await pipeline(createReadStream(file.path), response).catch((error) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error // who asked has gone
  })
}

/** What is made while it is sent, and so has no length yet. */
export async function sendStream(
  request: IncomingMessage,
  response: ServerResponse,
  stream: NodeJS.ReadableStream,
  { type, saveAs }: { type: string; saveAs: string },
): Promise<void> {
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'content-disposition': attachment(saveAs) }
  response.writeHead(200, headers)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  await pipeline(stream, response).catch((error) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error // who asked has gone
  })
}

/** RFC 6266: a plain name for old readers, the real one in UTF-8. */
function attachment(name: string): string {
  const plain = name.replace(/[^\w .-]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

export function notThere(what: string): StudioError {
  return new StudioError({ code: 'not-found', message: `there is nothing at ${what.slice(0, 200)}` })
}
