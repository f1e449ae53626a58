import { FORMAT, parseDocument } from '#shared/document/document.ts'
import { everyAssetOf } from '#shared/document/resolve.ts'
import { type Session, sessionSchema } from '#shared/document/session.ts'
import { StudioError } from '#shared/errors.ts'
import { inScratch } from '../compose.ts'
import { exists, removeWhole } from '../files.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import { LiveDocument } from './live-document.ts'
import { nameOfFile } from './names.ts'
import { headOf, journalPath, type Start } from './opening.ts'
import { bringIn, missingFrom } from './pictures.ts'
import { identityOf, readProject, requireFile, sweepSaving, whyReadOnly } from './project-file.ts'
import { type Base, readJournal, recover, setAside } from './recovery.ts'
import type { Entry, Registry } from './registry.ts'
import type { ProjectsRoom } from './room.ts'
import { keepThumbnail } from './thumbnails.ts'

/** How an opening begins: from the file, with what the journal has beyond it, or from the journal alone. */

export async function beginningOf(room: ProjectsRoom, registry: Registry, entry: Entry): Promise<Start> {
  if (entry.path === undefined) return fromJournal(room, entry)
  // The program ended between choosing the place of the first file and writing it.
  if (!(await exists(entry.path)) && (await wasNeverSaved(room, entry))) return withoutFile(room, registry, entry)
  const start = await fromFile(room, registry, entry, entry.path)
  if (start) return start
  // There is a file, but not this project's: it was about to be replaced, and is left to its owner.
  return withoutFile(room, registry, entry)
}

/** What the file says, with its pictures in the library. */
export async function load(room: ProjectsRoom, registry: Registry, id: string, path: string) {
  const state = await room.state()
  return inScratch(state, async (scratch) => {
    const identity = await identityOf(path)
    const file = await readProject(room.files, path, scratch)
    const wanted = everyAssetOf(file.document)
    const inside = new Set(file.pictures)
    const missing = await missingFrom(state, wanted)
    const takeable = missing.filter((sha256) => inside.has(sha256))
    await bringIn(room, path, takeable)
    if (file.thumbnail !== undefined && registry.get(id)?.thumbnail === undefined) {
      const thumbnail = await keepThumbnail(room.home, file.thumbnail)
      if (thumbnail !== undefined) registry.update(id, { thumbnail })
    }
    const { stamp, revision, document } = file
    const name = nameOfFile(path)
    const head = headOf({ id, name, path, revision, stamp })
    const lost = await missingFrom(state, wanted)
    return { file, identity, name, head, live: new LiveDocument(document), revision, lost }
  })
}

/** Undefined when the journal says that the project was never saved there. */
async function fromFile(
  room: ProjectsRoom,
  registry: Registry,
  entry: Entry,
  path: string,
): Promise<Start | undefined> {
  await requireFile(path)
  const { lock, reason } = await lockForWriting(room, path)
  try {
    if (lock) await sweepSaving(path)
    const { file, identity, name, head, live, revision, lost } = await load(room, registry, entry.id, path)
    const readOnly = file.newer === undefined ? reason : newerFormat(file.newer)
    const session = sessionOf(entry) ?? file.session
    const fresh: Start = {
      ...{ id: entry.id, name, path, live, revision, savedRevision: revision, head, lost },
      ...{ recovered: false, warnings: [], worthKeeping: true },
      ...(lock ? { lock } : {}),
      ...(identity === undefined ? {} : { identity }),
      ...(session ? { session } : {}),
      ...(readOnly === undefined ? {} : { readOnly }),
    }
    const start = await withJournal(room, fresh, file)
    if (!start) lock?.release()
    return start
  } catch (error) {
    lock?.release()
    throw error
  }
}

/** The lock, or why the file cannot be written. */
async function lockForWriting(room: ProjectsRoom, path: string): Promise<{ lock?: FileLock; reason?: string }> {
  const reason = await whyReadOnly(path)
  if (reason !== undefined) return { reason }
  try {
    return { lock: lockFile(path, room.what) }
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'not-writable')) throw error
    return { reason: 'Its folder cannot be written. Save it under another name to edit it.' }
  }
}

async function withoutFile(room: ProjectsRoom, registry: Registry, entry: Entry): Promise<Start> {
  registry.update(entry.id, { path: null })
  return fromJournal(room, entry)
}

/** A project that was never saved is in its journal alone. */
async function fromJournal(room: ProjectsRoom, entry: Entry): Promise<Start> {
  const journal = await readJournal(journalPath(room.home, entry.id))
  if (journal?.head.document === undefined) throw vanished(entry)
  const session = sessionOf(entry)
  const fresh = {
    ...{ id: entry.id, name: entry.name, live: new LiveDocument(EMPTY), revision: 0, savedRevision: 0 },
    ...{ head: journal.head, recovered: false, lost: [], warnings: [], worthKeeping: true },
    ...(session ? { session } : {}),
  }
  return (await withJournal(room, fresh, undefined)) ?? fresh
}

/** The edits that the file does not have. */
async function withJournal(room: ProjectsRoom, fresh: Start, file: Base | undefined): Promise<Start | undefined> {
  const path = journalPath(room.home, fresh.id)
  const journal = await readJournal(path)
  if (!journal) return fresh
  const found = await recover(path, journal, file)
  if (!found) {
    if (journal.entries.every(({ entry }) => entry.type !== 'steps')) {
      await removeWhole(path)
      return fresh
    }
    const aside = await setAside(path)
    const warning = `The file was changed elsewhere since edits were made here that were not saved. They are kept as ${aside}.`
    return { ...fresh, warnings: [warning] }
  }
  if (file && !found.onFile) return undefined
  const { live, revision, savedRevision, steps, head, length, crashed, warning } = found
  return {
    ...fresh,
    ...{ live, revision, savedRevision, steps, head, length },
    recovered: crashed && steps.length > 0,
    lost: await missingFrom(await room.state(), everyAssetOf(live.document)),
    warnings: warning === undefined ? [] : [warning],
  }
}

async function wasNeverSaved(room: ProjectsRoom, { id }: Entry): Promise<boolean> {
  return (await readJournal(journalPath(room.home, id)))?.head.document !== undefined
}

function sessionOf({ session }: Entry): Session | undefined {
  return session === undefined ? undefined : sessionSchema.safeParse(JSON.parse(session)).data
}

export const EMPTY = parseDocument({ format: FORMAT, artboards: [], layers: [] })

const newerFormat = (format: number) =>
  `It was written by a newer Broadside (format ${format}). A copy under another name can be edited.`

const vanished = ({ name }: Entry) =>
  new StudioError({
    code: 'not-found',
    message: `“${name}” was never saved and has no edits`,
    remedy: 'Take it off the list.',
  })
