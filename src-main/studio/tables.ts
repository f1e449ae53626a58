import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallOptions } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type ReadTable, readTableSchema } from '#shared/table/table.ts'
import { parse } from '#shared/validate.ts'
import { inScratch } from './compose.ts'
import { signalOf } from './make.ts'
import type { Room } from './room.ts'

/** 64 MiB of CSV take a few seconds. */
const WALL_CLOCK_MS = 60_000

/** The table in a file of the user's. A worker reads it: whatever is in the file, the service stays. */
export async function readTable(room: Room, path: string, options: CallOptions = {}): Promise<ReadTable> {
  return inScratch(await room.state(options.signal), async (folder) => {
    const out = join(folder, 'table.json')
    const limits = { wallClockMs: WALL_CLOCK_MS, quarantineKey: `table ${path}` }
    await room.imaging.run({ task: 'read-table', path, out }, { ...signalOf(options), ...limits }).catch((thrown) => {
      throw tooMuch(toStudioError(thrown), path)
    })
    return parse(readTableSchema, JSON.parse(await readFile(out, 'utf8')), { what: 'table', code: 'internal' })
  })
}

/** What a worker dies of says nothing of tables. */
function tooMuch(error: StudioError, file: string): StudioError {
  if (error.code !== 'out-of-memory' && error.code !== 'timeout') return error
  return new StudioError(
    {
      code: 'invalid-file',
      message: 'the table takes more memory or time to read than any table may',
      where: { file },
      remedy: 'Open it in a spreadsheet program and save the cells that are needed as CSV.',
    },
    { cause: error },
  )
}
