import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { Row } from '#shared/batch/expand.ts'
import { type PlanSpec, parsePlan } from '#shared/batch/plan.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import { bindingsOf, pictureOf } from '#shared/document/resolve.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { ReadTable } from '#shared/table/table.ts'
import type { Host } from './host.ts'

/** A plan as it lies on the disk: its document inside it, or beside it as a project or a JSON file. */
export interface PlanFile {
  document: Document
  spec: PlanSpec
  /** Where the pictures of the document's own table are looked for. */
  folder: string
}

const MOST_BYTES = 32 << 20

/** `device` takes the place of the plan's own. */
export async function readPlan({ studio }: Host, path: string, device?: string): Promise<PlanFile> {
  const value = await readJson(path, 'plan')
  const { document, ...axes } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (document === undefined) throw invalid(path, 'the plan has no document', 'document')
  const {
    document: _,
    format: __,
    kind: ___,
    ...spec
  } = within(path, () => parsePlan({ ...axes, ...(device === undefined ? {} : { device }), document }))
  if (typeof document !== 'string')
    return { document: within(path, () => parseDocument(document)), spec, folder: dirname(resolve(path)) }
  const file = resolve(dirname(path), document)
  const isJson = file.toLowerCase().endsWith('.json')
  const own = isJson ? await readJson(file, 'document') : await studio.documents.read(file)
  const read = within(file, () => parseDocument(own))
  return { document: read, spec, folder: dirname(file) }
}

export async function readJson(path: string, what: string): Promise<unknown> {
  try {
    const { size } = await stat(path)
    if (size > MOST_BYTES) throw invalid(path, `the ${what} has more than ${MOST_BYTES >> 20} MiB`)
    return JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(path, `the ${what} is no JSON: ${error.message}`)
    throw toStudioError(error, { file: path })
  }
}

/** What is wrong in a file says which one. */
function within<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    const error = toStudioError(thrown)
    throw new StudioError({ ...error.toJSON(), where: { file, ...error.where } }, { cause: error })
  }
}

const invalid = (file: string, message: string, field?: string) =>
  new StudioError({
    code: 'usage',
    message,
    where: { file, ...(field === undefined ? {} : { field }) },
    remedy: 'A plan is JSON: {"format": 1, "kind": "batch", "document": …, "artboards": [{"id": …}]}.',
  })

export const rowsOfTable = ({ columns, rows }: ReadTable): Row[] =>
  rows.map((cells) => Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? ''])))

export interface PictureCells {
  document: Document
  /** Columns that the table itself calls pictures. */
  columns: readonly string[]
  /** Paths count from here. */
  folder: string
  /** Nothing above that folder: who fills the table is not who runs the command. */
  inside?: boolean
}

/**
 * Rows whose picture cells name files: those come into the library, and the cells hold their sha256. A file that is not
 * there or no picture leaves its cell as it is, so that only its row fails.
 */
export async function bringPictures(
  { studio, output, signal }: Host,
  rows: readonly Row[],
  { document, columns, folder, inside = false }: PictureCells,
): Promise<Row[]> {
  const shown = document.layers.flatMap(bindingsOf).filter((bound) => bound.as === 'picture')
  const pictures = new Set([...columns, ...shown.map(({ variable }) => variable)])
  const brought = new Map<string, string>()

  async function bring(cell: string): Promise<string> {
    const known = brought.get(cell)
    if (known !== undefined) return known
    const path = resolve(folder, cell)
    const below = relative(folder, path)
    if (inside && (below.startsWith(`..${sep}`) || below === '..' || isAbsolute(below))) return cell
    const sha256 = await studio.pictures.bring(path, { signal }).then(
      (artifact) => artifact.sha256,
      (thrown) => {
        const error = toStudioError(thrown)
        if (error.code === 'cancelled' || error.code === 'no-space') throw error
        output.note(error.toLine())
        return cell
      },
    )
    brought.set(cell, sha256)
    return sha256
  }

  const all: Row[] = []
  for (const row of rows) {
    const filled: Record<string, string> = { ...row }
    for (const column of pictures) {
      const cell = row[column]?.trim()
      if (cell && pictureOf(cell) === undefined) filled[column] = await bring(cell)
    }
    all.push(filled)
  }
  return all
}
