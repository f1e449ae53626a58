import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fromWireError, type WireError } from '#shared/contract/error-data.ts'
import type { CallOptions, JobEvent, Remade } from '#shared/contract/studio-api.ts'
import { upload } from './bytes.ts'
import { asked, type Connection, cancelled, serviceGone } from './connection.ts'

/** Lines of the answer to `POST /remakes`. */
type Line = { event: JobEvent } | { done: Remade } | { failed: WireError }

/** The service reads the recipe in the file and compares: a command opens no picture itself. */
export async function remake(
  connection: Connection,
  path: string,
  { signal, device, onEvent }: CallOptions,
): Promise<Remade> {
  const query = device === undefined ? '' : `?device=${encodeURIComponent(device)}`
  const answer = async (): Promise<Remade> => {
    const { body } = await upload(connection, `/remakes${query}`, path, signal)
    for await (const text of createInterface({ input: Readable.fromWeb(body!) })) {
      const line = JSON.parse(text) as Line
      if ('done' in line) return line.done
      if ('failed' in line) throw fromWireError(line.failed)
      onEvent?.(line.event)
    }
    throw signal?.aborted ? cancelled() : serviceGone()
  }
  return asked(answer(), signal)
}
