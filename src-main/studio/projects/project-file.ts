import { createHash, randomBytes } from 'node:crypto'
import { access, constants, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { WorkerLane } from '#main/workers/supervisor.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import { type Session, sessionSchema } from '#shared/document/session.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { parse } from '#shared/validate.ts'
import { exists, publish } from '../files.ts'

/** The `.broadside` file as the service sees it. Its ZIP is the imaging worker's (imaging/archive.ts). */

export const FILE_FORMAT = 1

type Migration = (older: Record<string, unknown>) => Record<string, unknown>
/** MIGRATIONS[0] makes format 2 of format 1. Each comes with a fixture of the format before. */
const MIGRATIONS: Migration[] = []

export interface ProjectContent {
  revision: number
  document: Document
  session?: Session
}

export interface ReadProject extends ProjectContent {
  /** sha256 of document.json: which content this is, whatever the file is called. */
  stamp: string
  /** The format it was written in, when that is newer than ours. */
  newer?: number
  /** sha256 of the pictures in it. */
  pictures: string[]
  /** Where its thumbnail was unpacked to. */
  thumbnail?: string
}

/** A disk at 20 MB/s writes 30 GB in this time; what takes longer hangs. */
const COPYING_MS = 30 * 60_000

// ── writing ─────────────────────────────────────────────────────────────────────────────────────

/** document.json, and its stamp. */
export function serialise({ revision, document, session }: ProjectContent): { text: string; stamp: string } {
  const text = JSON.stringify({ format: FILE_FORMAT, revision, document, session })
  return { text, stamp: stampOf(text) }
}

const stampOf = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')

export interface WriteRequest {
  path: string
  /** document.json */
  text: string
  pictures: { sha256: string; path: string }[]
  thumbnail?: string
  /** Empty, for what goes to the worker. */
  scratch: string
  /** Take the place of a file that is there. */
  replace: boolean
}

/** The whole file or none: it is packed beside its place and takes it when it is on the disk. */
export async function writeProject(worker: WorkerLane, request: WriteRequest): Promise<void> {
  const { path, text, pictures, thumbnail, scratch, replace } = request
  const document = join(scratch, 'document.json')
  const out = savingBeside(path)
  try {
    await writeFile(document, text)
    const task = { task: 'pack', document, pictures, out, ...(thumbnail === undefined ? {} : { thumbnail }) } as const
    await worker.run(task, { wallClockMs: COPYING_MS })
    await publish(out, path, { replace })
  } catch (thrown) {
    await rm(out, { force: true }).catch(() => {}) // the first failure is the one to tell
    const error = toStudioError(thrown)
    throw error.where?.file === out ? about(path, error) : error
  }
}

/** What a save that was killed left. Only for who holds the project's lock: nobody else is saving then. */
export async function sweepSaving(path: string): Promise<void> {
  const names = await readdir(dirname(path))
  const left = names.filter((name) => name.startsWith(`.${basename(path)}.`) && name.endsWith('.saving'))
  for (const name of left) await rm(join(dirname(path), name), { force: true })
}

/** Never the same twice: the worker of a killed program may write on for a moment. */
const savingBeside = (path: string) =>
  join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.saving`)

function about(file: string, error: StudioError): StudioError {
  const remedy =
    error.code === 'no-space'
      ? 'Free some space, or save it under another name on another disk. Your edits are kept in the journal.'
      : error.remedy
  return new StudioError({ ...error.toJSON(), where: { file }, ...(remedy ? { remedy } : {}) }, { cause: error })
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────

const envelope = {
  revision: z.number().int().min(0),
  document: z.unknown(),
  session: z.unknown().optional(),
}
const ours = z.strictObject({ format: z.literal(FILE_FORMAT), ...envelope })
/** A newer format may have more beside what we know. */
const theirs = z.object({ format: z.number().int().min(1), ...envelope })

/** `scratch` is an empty folder. */
export async function readProject(worker: WorkerLane, path: string, scratch: string): Promise<ReadProject> {
  await requireFile(path)
  const { pictures, thumbnail } = await worker.run({ task: 'unpack', path, out: scratch })
  const bytes = await readFile(join(scratch, 'document.json'))
  const content = parseContent(bytes.toString(), path)
  return {
    ...content,
    stamp: stampOf(bytes),
    pictures,
    ...(thumbnail ? { thumbnail: join(scratch, 'thumbnail.webp') } : {}),
  }
}

function parseContent(text: string, path: string): ProjectContent & { newer?: number } {
  const raw = jsonOf(text, path)
  const { format } = parse(theirs, raw, damaged(path))
  const newer = format > FILE_FORMAT
  const older = MIGRATIONS.slice(format - 1).reduce((value, next) => next(value), raw as Record<string, unknown>)
  const { revision, document, session } = parse(newer ? theirs : ours, older, damaged(path))
  const seen = sessionSchema.safeParse(session)
  return {
    revision,
    document: documentOf(document, path, newer ? format : undefined),
    ...(seen.success ? { session: seen.data } : {}),
    ...(newer ? { newer: format } : {}),
  }
}

function documentOf(value: unknown, path: string, newer: number | undefined): Document {
  try {
    return parseDocument(value)
  } catch (thrown) {
    const error = toStudioError(thrown)
    // What a newer format changed is not damage.
    if (error.code === 'unsupported' || newer !== undefined) throw tooNew(path, newer, error)
    throw new StudioError(
      { ...damaged(path), message: `the project is damaged: ${error.message}`, where: { ...error.where, file: path } },
      { cause: error },
    )
  }
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StudioError({ ...damaged(path), message: 'the project is damaged: its document is no JSON' }, { cause })
  }
}

const damaged = (file: string) =>
  ({
    what: 'document.json',
    code: 'invalid-file',
    where: { file },
    remedy: 'Open an older copy of the file.',
  }) as const

function tooNew(file: string, format: number | undefined, cause: StudioError): StudioError {
  const which = format === undefined ? '' : ` (format ${format})`
  return new StudioError(
    {
      code: 'unsupported',
      message: `${basename(file)} was written by a newer Broadside${which} and cannot be shown: ${cause.message}`,
      where: { file },
      remedy: 'Open it with the newer Broadside.',
    },
    { cause },
  )
}

/** Takes pictures out of a file; those whose bytes are not what their name says are left out. */
export async function takePictures(
  worker: WorkerLane,
  path: string,
  pictures: string[],
  scratch: string,
): Promise<{ sha256: string; path: string }[]> {
  const task = { task: 'unpack-pictures', path, pictures, out: scratch } as const
  const { files } = await worker.run(task, { wallClockMs: COPYING_MS })
  return files.map(({ sha256, name }) => ({ sha256, path: join(scratch, name) }))
}

/** A file that vanished is told apart from a disk that is not there. */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw toStudioError(error, { file: path })
  })
  if (found?.isFile()) return
  await requireFolder(path)
  throw new StudioError({
    code: 'not-found',
    message: `${basename(path)} is not there any more: it was moved, renamed or deleted`,
    where: { file: path },
    remedy: 'Open it from where it is now, or take it off the list.',
  })
}

export async function requireFolder(path: string): Promise<void> {
  if (await exists(dirname(path))) return
  throw new StudioError({
    code: 'not-found',
    message: `the folder of ${basename(path)} is not there any more`,
    where: { file: path },
    remedy: 'Connect the disk it is on, or choose another place.',
  })
}

/** Why the file cannot be saved where it is. */
export async function whyReadOnly(path: string): Promise<string | undefined> {
  const may = (target: string) =>
    access(target, constants.W_OK).then(
      () => true,
      () => false,
    )
  if (!(await may(path))) return 'The file is write-protected. Save it under another name to edit it.'
  if (!(await may(dirname(path)))) return 'Its folder cannot be written. Save it under another name to edit it.'
  return undefined
}

/** Tells whether somebody else has written the file since. */
export async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.ino}:${found.size}:${found.mtimeNs}`
}
