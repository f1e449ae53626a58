import { RPCHandler } from '@orpc/server/ws'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import { asContractError, type createCalls, type Window } from './calls.ts'

/** One window's connection: calls and events over a WebSocket, as fast as the window reads and no faster. */
export function createSockets(
  calls: ReturnType<typeof createCalls>,
  /** The connection ended; its projects stay as they are until a window takes them over. */
  left: (window: Window) => void,
): (socket: WebSocket) => void {
  const handler = new RPCHandler(calls, {
    clientInterceptors: [
      ({ next }) =>
        next().catch((thrown: unknown) => {
          throw asContractError(thrown)
        }),
    ],
  })
  return (socket) => {
    socket.on('error', () => socket.terminate()) // a frame that is none, or too large: nothing to answer to
    const window: Window = { handles: new Set(), gone: false }
    socket.on('close', () => {
      window.gone = true
      left(window)
    })
    const peer = {
      send: paced(socket) as WebSocket['send'],
      addEventListener: ((type: 'message' | 'close', listener: (event: { data: string }) => void) => {
        if (type === 'close') socket.on('close', () => listener({ data: '' }))
        else
          socket.on('message', (data, isBinary) => {
            const text = isBinary ? undefined : asText(data)
            if (text !== undefined && isFrame(text)) listener({ data: text })
            else socket.close(MALFORMED, 'this is no call')
          })
      }) as unknown as WebSocket['addEventListener'],
    }
    void handler.upgrade(peer, { context: window })
  }
}

export const MALFORMED = 1007

const asText = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8')

/** What oRPC's peer takes apart without looking: a number, a kind, and for a call its path. */
const frameSchema = z.discriminatedUnion('t', [
  z.strictObject({ i: z.string().min(1).max(64), t: z.literal(3), p: z.looseObject({ e: z.string() }) }),
  z.strictObject({ i: z.string().min(1).max(64), t: z.literal(4), p: z.unknown().optional() }),
])
const callSchema = z.strictObject({
  i: z.string().min(1).max(64),
  t: z.literal(1).optional(),
  p: z.strictObject({
    u: z.string().regex(/^\/[\w/%-]{1,200}$/),
    b: z.unknown().optional(),
    h: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    m: z.literal('POST').optional(),
  }),
})

function isFrame(text: string): boolean {
  try {
    const frame: unknown = JSON.parse(text)
    return callSchema.safeParse(frame).success || frameSchema.safeParse(frame).success
  } catch {
    return false
  }
}

const FULL = 1 << 20
/** Messages after which a stream that never waits lets others run. */
const TURN = 64

/**
 * oRPC waits for what `send` returns before it asks a stream for more. So a window that does not read costs one
 * megabyte and holds its own streams up, and a stream that has much to say lets the service breathe.
 */
function paced(socket: WebSocket): (message: string) => Promise<void> | undefined {
  let sent = 0
  return (message) => {
    if (socket.bufferedAmount > FULL) return new Promise((resolve) => socket.send(message, () => resolve()))
    socket.send(message, () => {}) // one that closed meanwhile ends its calls by itself
    return ++sent % TURN ? undefined : new Promise((resolve) => setImmediate(resolve))
  }
}
