import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { FileTask, Row } from '#shared/batch/expand.ts'
import { StudioError, type StudioErrorData, toStudioError } from '#shared/errors.ts'
import { csvOf } from '#shared/table/csv.ts'
import { writeWhole } from '../files.ts'
import { type Done, doneSchema } from './journal.ts'

/**
 * What a finished folder says of itself: `manifest.json` for programs, `manifest.csv` for spreadsheets. No clock and no
 * machine in them: a batch that was interrupted ends with the same bytes as one that was not.
 */
export const MANIFEST = 'manifest.json'
export const MANIFEST_CSV = 'manifest.csv'

export interface Failure {
  task: FileTask
  error: StudioErrorData
}

const manifestSchema = z.looseObject({
  format: z.literal(1),
  kind: z.literal('batch-manifest'),
  files: z.array(z.looseObject({ ...doneSchema.shape, index: z.number().int() })),
  failed: z.array(
    z.looseObject({ index: z.number().int(), error: z.looseObject({ code: z.string(), message: z.string() }) }),
  ),
})

export interface ReadManifest {
  done: Done[]
  failed: { index: number; error: StudioErrorData }[]
}

/** Undefined: there is none. Throws when what is there is something else. */
export async function readManifest(folder: string): Promise<ReadManifest | undefined> {
  const path = join(folder, MANIFEST)
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    return {
      done: manifest.files.map((file) => doneSchema.parse(pick(file))),
      failed: manifest.failed.map(({ index, error }) => ({ index, error: error as unknown as StudioErrorData })),
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw notOurs(path)
    throw toStudioError(error, { file: path })
  }
}

const pick = ({ id, path, sha256, bytes, width, height, overflows, values }: Done): Done => ({
  ...{ id, path, sha256, bytes, width, height, overflows, values },
})

export interface Contents {
  name: string
  /** In the order of the plan. */
  files: readonly { task: FileTask; done: Done }[]
  failed: readonly Failure[]
  rows: readonly Row[]
}

export async function writeManifests(folder: string, contents: Contents): Promise<void> {
  await writeWhole(join(folder, MANIFEST), manifestOf(contents))
  await writeWhole(join(folder, MANIFEST_CSV), manifestCsvOf(contents))
}

function manifestOf({ name, files, failed }: Contents): string {
  const lines = (entries: readonly object[]) => entries.map((entry) => `\n    ${JSON.stringify(entry)}`).join(',')
  const made = files.map(({ task, done }) => ({ index: task.index, ...placeOf(task), ...done }))
  const not = failed.map(({ task, error }) => ({ index: task.index, ...placeOf(task), path: task.path, error }))
  // A line per file: two manifests can be compared by eye.
  return `{
  "format": 1,
  "kind": "batch-manifest",
  "name": ${JSON.stringify(name)},
  "files": [${lines(made)}
  ],
  "failed": [${lines(not)}
  ]
}
`
}

const placeOf = ({ row, picture, copy, seed, artboard, size, format }: FileTask) => ({
  ...{ row, picture, copy, seed, artboard },
  ...(size ? { size: size.name } : {}),
  ...format,
})

const COLUMNS = [
  ...['index', 'file', 'state', 'row', 'artboard', 'size', 'picture', 'seed', 'copy', 'format'],
  ...['width', 'height', 'bytes', 'sha256', 'overflows', 'error'],
]

function manifestCsvOf({ files, failed, rows }: Contents): string {
  const columns = Object.keys(rows[0] ?? {})
  const cells = (task: FileTask, state: string, rest: (string | number)[]) => {
    const { index, path, row, artboard, size, picture, seed, copy, format } = task
    const place = [index, path, state, row, artboard, size?.name ?? '', picture, seed, copy, format.format]
    return [...place, ...rest, ...columns.map((column) => rows[row - 1]?.[column] ?? '')].map(String)
  }
  const lines = [
    ...files.map(({ task, done }) => ({
      at: task.index,
      line: cells(task, 'done', [done.width, done.height, done.bytes, done.sha256, overflowing(done), '']),
    })),
    ...failed.map(({ task, error }) => ({
      at: task.index,
      line: cells(task, 'failed', ['', '', '', '', '', error.message]),
    })),
  ].sort((a, b) => a.at - b.at)
  return csvOf([[...COLUMNS, ...columns.map((column) => `row.${column}`)], ...lines.map(({ line }) => line)])
}

const overflowing = ({ overflows }: Done) => overflows.map(({ name, how }) => `${name}: ${how}`).join('; ')

const notOurs = (file: string) =>
  new StudioError({
    code: 'usage',
    message: `the folder has a ${MANIFEST} of another program`,
    where: { file },
    remedy: 'Choose another folder.',
  })
