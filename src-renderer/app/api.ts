import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import WebSocket from 'partysocket/ws'
import type { Artifact } from '#shared/contract/artifact.ts'
import { fromWireError, type WireError } from '#shared/contract/error-data.ts'
import type { Contract } from '#shared/contract/wire.ts'
import { StudioError, type StudioErrorData } from '#shared/errors.ts'

/** Calls to the service. Every failure is a StudioError: wrap a call in `asked(…)` or catch with `told(…)`. */
export type Api = ContractRouterClient<Contract>

export interface Connection {
  api: Api
  socket: WebSocket
}

export function connect(): Connection {
  const { protocol, host } = location
  const socket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/rpc`, undefined, {
    minReconnectionDelay: 200,
    maxReconnectionDelay: 2000,
    maxEnqueuedMessages: 0,
  })
  socket.binaryType = 'arraybuffer'
  // partysocket writes readyState as a plain number.
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  return { api: createORPCClient(link), socket }
}

/** What went wrong in a call, as the service says it; a lost connection is `unsupported` now and may work later. */
export function told(thrown: unknown): StudioError {
  if (thrown instanceof StudioError) return thrown
  if (thrown instanceof ORPCError && thrown.code === 'STUDIO') return fromWireError(thrown.data as StudioErrorData)
  if (thrown instanceof ORPCError) return new StudioError({ code: 'internal', message: thrown.message })
  if (thrown instanceof Error && isCutOff(thrown))
    return new StudioError({
      code: 'cancelled',
      message: 'the connection to the studio service was interrupted',
      remedy: 'It is being started again; repeat the last action.',
    })
  return new StudioError({ code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) })
}

/** Without the service a call that is under way ends as aborted, and a new one finds the socket closed. */
const isCutOff = ({ name, message }: Error) => name === 'AbortError' || message.includes('WebSocket is not open')

/** A call whose failure is a StudioError. */
export async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (thrown) {
    throw told(thrown)
  }
}

/** Pixels of the library. `side` asks for a small version that fits a square of so many px. */
export const pictureUrl = (sha256: string, side?: 128 | 256 | 512 | 1024 | 2048): string =>
  `/artifacts/${sha256}${side === undefined ? '' : `?side=${side}`}`

/** A picture at exactly this size, as an export scales it. */
export const exactUrl = (sha256: string, { width, height }: { width: number; height: number }): string =>
  `/artifacts/${sha256}?width=${width}&height=${height}`

/** px of the whole picture that an answer shows a version of. */
export function wholeSize({ headers }: Response): { width: number; height: number } | undefined {
  const [width, height] = (headers.get('x-picture-size') ?? '').split('x').map(Number)
  return width && height ? { width, height } : undefined
}

/** The whole picture as a window can show it: browsers know no TIFF, and a WebP they show as it lies, however it is turned. */
export async function wholeUrl(sha256: string): Promise<string> {
  const response = await fetch(pictureUrl(sha256), { method: 'HEAD' })
  const whole = wholeSize(response)
  const isShown = !/tiff|webp/.test(response.headers.get('content-type') ?? '')
  return isShown || !whole ? pictureUrl(sha256) : exactUrl(sha256, whole)
}

/** Its size without its bytes; undefined when the library has no such picture. */
export async function sizeOf(sha256: string): Promise<{ width: number; height: number } | undefined> {
  const response = await fetch(pictureUrl(sha256), { method: 'HEAD' }).catch((error) => {
    throw told(error)
  })
  if (response.ok || response.status === 404) return wholeSize(response)
  throw fromWireError(unreadable(response))
}

/** Bring a picture into the library. `width` is what an SVG is drawn at, px. */
export async function bringPicture(file: Blob, name: string, width?: number): Promise<Artifact> {
  const query = width === undefined ? '' : `?width=${Math.round(width)}`
  return post(`/pictures${query}`, file, name)
}

/** The bytes at an address of the service; throws what it says went wrong. */
export async function fetched(path: string): Promise<Blob> {
  const response = await fetch(path).catch((error) => {
    throw told(error)
  })
  if (response.ok) return response.blob()
  throw fromWireError((await response.json().catch(() => unreadable(response))) as WireError)
}

/** POST a file; gives what the service answers, throws what it says went wrong. */
export async function post<T>(path: string, file: Blob, name: string): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    body: file,
    headers: { 'x-file-name': encodeURIComponent(name) },
  }).catch((error) => {
    throw told(error)
  })
  if (response.ok) return (await response.json()) as T
  throw fromWireError((await response.json().catch(() => unreadable(response))) as WireError)
}

const unreadable = ({ status }: Response): WireError => ({
  code: 'internal',
  message: `the service answered with status ${status}`,
})
