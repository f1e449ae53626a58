import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { sha256Schema } from '#shared/recipe/common.ts'
import { removeWhole, syncFolder } from '../files.ts'

/**
 * What of a batch is finished, in its folder while it is under way: a line per file, on the disk before the file counts
 * as done. A folder can so be gone on with by whoever has the plan. When all is done the manifest says the same.
 */
export const JOURNAL = '.broadside-batch.jsonl'

export const doneSchema = z.strictObject({
  /** Of the task; with the path it names one file of the plan. */
  id: sha256Schema,
  path: z.string().max(2000),
  sha256: sha256Schema,
  bytes: z.number().int().min(0),
  width: z.number().int(),
  height: z.number().int(),
  overflows: z
    .array(z.strictObject({ layer: z.string(), name: z.string(), how: z.enum(['shrunk', 'over']), by: z.number() }))
    .default([]),
  /** sha256 of the pictures and the words that filled it. */
  values: z.record(z.string(), z.string()).default({}),
})
export type Done = z.output<typeof doneSchema>

export const keyOf = ({ id, path }: Pick<Done, 'id' | 'path'>): string => `${id} ${path}`

const headSchema = z.strictObject({ format: z.literal(1), kind: z.literal('batch-journal') })

export interface BatchJournal {
  /** On the disk when this returns; several that come at once are written at once. */
  append(entry: Done): Promise<void>
  close(): Promise<void>
}

/** Lines that are whole; a last one that was cut off by a crash counts for nothing. Undefined: there is no journal. */
export async function readJournal(folder: string): Promise<{ done: Done[]; length: number } | undefined> {
  const path = join(folder, JOURNAL)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw toStudioError(error, { file: path })
  })
  if (!bytes) return undefined
  const end = bytes.lastIndexOf(0x0a) + 1
  const [head, ...lines] = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
  if (head === undefined) return { done: [], length: 0 }
  if (!headSchema.safeParse(parsed(head)).success) throw notOurs(path)
  const done: Done[] = []
  for (const line of lines) {
    const { data } = doneSchema.safeParse(parsed(line))
    // A line that is damaged costs its file to be made again, which finds the same bytes there.
    if (data) done.push(data)
  }
  return { done, length: end }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // no line of ours
  }
}

/** Go on after `length` bytes; `before` is written first when it begins anew. */
export async function openJournal(folder: string, length: number, before: readonly Done[]): Promise<BatchJournal> {
  const path = join(folder, JOURNAL)
  let file: FileHandle
  let end = length
  let waiting: { line: string; resolve(): void; reject(error: unknown): void }[] = []
  let writing: Promise<void> | undefined

  try {
    file = await open(path, length === 0 ? 'w' : 'r+')
  } catch (error) {
    throw toStudioError(error, { file: path })
  }

  async function write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    try {
      for (let at = 0; at < bytes.length; )
        at += (await file.write(bytes, at, bytes.length - at, end + at)).bytesWritten
      await file.datasync()
      end += bytes.length
    } catch (error) {
      await file.truncate(end).catch(() => {}) // half a line is known for what it is
      throw toStudioError(error, { file: path })
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await write(batch.map(({ line }) => line).join(''))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
  }

  try {
    await file.truncate(end)
    if (length === 0) {
      const head = { format: 1, kind: 'batch-journal' }
      await write([head, ...before].map((line) => `${JSON.stringify(line)}\n`).join(''))
      await syncFolder(folder)
    }
  } catch (error) {
    await file.close()
    throw toStudioError(error, { file: path })
  }

  return {
    append: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject })
        writing ??= drain().finally(() => {
          writing = undefined
        })
      }),
    async close() {
      await writing
      await file.close()
    },
  }
}

/** The manifest has it all now. */
export async function removeJournal(folder: string): Promise<void> {
  await removeWhole(join(folder, JOURNAL))
  await syncFolder(folder)
}

const notOurs = (file: string) =>
  new StudioError({
    code: 'invalid-file',
    message: 'this is no journal of a batch, or one of a newer Broadside',
    where: { file },
    remedy: 'Choose another folder.',
  })
