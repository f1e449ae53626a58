import { createStudio } from '#main/studio/studio.ts'
import type { ServiceAddress, StudioApi } from '#shared/contract/studio-api.ts'
import { openWebHost } from './server.ts'

export interface ServiceOptions {
  home: string
  port?: number
  /** When the port is taken, any other will do. */
  anyPort?: boolean
  token?: string
  /** What this process is, for others that find the data folder locked. */
  what: string
  starters?: readonly string[]
}

export interface Service {
  studio: StudioApi
  /** With the token: whoever opens it in a browser is in. */
  url: string
  close(): Promise<void>
}

/** The studio and its web host in this process. What waited in the line when the last one ended goes on. */
export async function startService({ home, port, anyPort, token, what, starters }: ServiceOptions): Promise<Service> {
  const studio = createStudio({ home, what, spare: true, ...(starters ? { starters } : {}) })
  try {
    const open = (at: number) => openWebHost({ studio, home, port: at, ...(token === undefined ? {} : { token }) })
    const host = await open(port ?? 0).catch((error) => (anyPort ? open(0) : Promise.reject(error)))
    try {
      await studio.start({ url: host.url, token: host.token })
    } catch (error) {
      await host.close()
      throw error
    }
    return {
      studio,
      url: entryOf(host),
      async close() {
        await host.close()
        await studio.close()
      },
    }
  } catch (error) {
    await studio.close()
    throw error
  }
}

/** The address that lets a browser in. */
export function entryOf({ url, token }: ServiceAddress): string {
  return `${url}?token=${token}`
}
