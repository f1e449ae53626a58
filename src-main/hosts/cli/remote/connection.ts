import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import { fromWireError, type WireError } from '#shared/contract/error-data.ts'
import type { ServiceAddress } from '#shared/contract/studio-api.ts'
import type { Contract } from '#shared/contract/wire.ts'
import { StudioError, type StudioErrorData, toStudioError } from '#shared/errors.ts'

/** A running service as a command talks to it: calls over a WebSocket, bytes over HTTP, failures as StudioErrors. */
export interface Connection {
  api: ContractRouterClient<Contract>
  /** A request with the token; an answer that is a failure is thrown. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): void
}

const PATIENCE_MS = 5000

/** Undefined when nobody listens there: the service has just ended. */
export async function connect({ url, token }: ServiceAddress): Promise<Connection | undefined> {
  const headers = { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}rpc`, { headers, handshakeTimeout: PATIENCE_MS })
  socket.binaryType = 'arraybuffer'
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true))
    socket.on('error', () => resolve(false)) // later ones end the calls, which say so
  })
  if (!isOpen) return undefined
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  return {
    api: createORPCClient(link),
    async fetch(path, init = {}) {
      const response = await asked(fetch(new URL(path, url), { ...init, headers: { ...init.headers, ...headers } }))
      if (response.ok) return response
      throw fromWireError((await response.json().catch(() => serviceGone().toJSON())) as WireError)
    },
    close: () => socket.close(),
  }
}

/** A call whose failure is a StudioError. */
export async function asked<T>(call: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await call
  } catch (thrown) {
    throw told(thrown, signal)
  }
}

/** Who says stop hears so at once; the call itself ends with the connection, on both sides. */
export async function unlessStopped<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const stop = () => stopped.reject(cancelled())
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    return await Promise.race([call, stopped.promise])
  } finally {
    signal?.removeEventListener('abort', stop)
    call.catch(() => {}) // of a call that was left
  }
}

function told(thrown: unknown, signal?: AbortSignal): StudioError {
  if (thrown instanceof StudioError) return thrown
  if (thrown instanceof ORPCError && thrown.code === 'STUDIO') return fromWireError(thrown.data as StudioErrorData)
  if (signal?.aborted) return cancelled()
  // What is under way when the connection ends is broken off: by oRPC as "aborted", by fetch as "failed".
  const { name } = thrown as Error
  return name === 'AbortError' || thrown instanceof TypeError ? serviceGone() : toStudioError(thrown)
}

export const cancelled = () => new StudioError({ code: 'cancelled', message: 'cancelled' })

export const serviceGone = () =>
  new StudioError({
    code: 'worker-died',
    message: 'the studio that has the data folder ended in the middle of this',
    remedy: 'Run the command again; what was made before is kept.',
  })
