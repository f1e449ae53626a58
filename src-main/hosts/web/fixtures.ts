import { createORPCClient, getEventMeta } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { NumberedEvent, StudioEvent } from '#shared/contract/events.ts'
import type { ServiceAddress } from '#shared/contract/studio-api.ts'
import type { Contract } from '#shared/contract/wire.ts'
import { draftImage, type ImageWish } from '#shared/recipe/draft.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'

/** A window without a page: calls and events as the renderer has them. */
export interface TestWindow {
  api: ContractRouterClient<Contract>
  socket: WebSocket
  /** Events from `after` on, until `enough` of them came; then the stream is left. */
  hear(enough: (events: NumberedEvent[]) => boolean, after?: string): Promise<NumberedEvent[]>
  close(): void
}

export async function openWindow({ url, token }: ServiceAddress): Promise<TestWindow> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}rpc`, { headers: { authorization: `Bearer ${token}` } })
  socket.binaryType = 'arraybuffer'
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => {}) // the service ends in some tests
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  const api: ContractRouterClient<Contract> = createORPCClient(link)
  return {
    api,
    socket,
    async hear(enough, after) {
      const heard: NumberedEvent[] = []
      const stream = await api.system.events(undefined, after === undefined ? {} : { lastEventId: after })
      for await (const event of stream) {
        const id = getEventMeta(event)?.id
        heard.push(id === undefined ? { event } : { id, event })
        if (enough(heard)) break
      }
      return heard
    },
    close: () => socket.terminate(),
  }
}

export async function draft({ api }: TestWindow, id: string, wish: Partial<ImageWish> = {}): Promise<Recipe> {
  const model = (await api.models.list()).find((one) => one.id === id)!
  return draftImage(model.manifest!, model.hash!, { seed: 7, ...wish })
}

type EventOf<T extends StudioEvent['type']> = Extract<StudioEvent, { type: T }>

export function ofType<T extends StudioEvent['type']>(heard: readonly NumberedEvent[], type: T): EventOf<T>[] {
  return heard.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type)
}

/** Whether so many jobs have ended. */
export const ended =
  (count: number) =>
  (heard: NumberedEvent[]): boolean => {
    const over = new Set<string>()
    for (const { event } of heard) {
      if (event.type === 'snapshot') for (const job of event.queue) if (job.ended !== undefined) over.add(job.id)
      if (event.type === 'job' && event.job.ended !== undefined) over.add(event.job.id)
    }
    return over.size >= count
  }
