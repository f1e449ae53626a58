import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { OpenProject, Saved } from '#shared/contract/project.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import type { Patch } from '#shared/document/patch.ts'
import { everyAssetOf } from '#shared/document/resolve.ts'
import { pruneSession, type Session } from '#shared/document/session.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { inScratch } from '../compose.ts'
import { exists } from '../files.ts'
import type { FileLock } from './file-lock.ts'
import { JOURNAL_FORMAT, Journal, type JournalHead, type StepsEntry, stepsLine } from './journal.ts'
import { LiveDocument } from './live-document.ts'
import { bringIn, missingFrom } from './pictures.ts'
import { identityOf, requireFolder, serialise, writeProject } from './project-file.ts'
import type { Registry } from './registry.ts'
import type { ProjectsRoom } from './room.ts'
import { drawThumbnail, thumbnailPath } from './thumbnails.ts'

export const journalPath = (home: string, id: string): string => join(home, 'journals', `${id}.jsonl`)

/** Where a project's file is, and our lock on it. */
export interface Place {
  path: string
  lock: FileLock
}

/** What an opening starts from. */
export interface Start {
  id: string
  name: string
  path?: string
  lock?: FileLock
  /** Of the file when it was read. */
  identity?: string
  live: LiveDocument
  revision: number
  savedRevision: number
  head: JournalHead
  /** Of an existing journal. */
  length?: number
  /** In that journal; so that a window which sends its last steps again is not refused. */
  steps?: readonly StepsEntry[]
  session?: Session
  readOnly?: string
  recovered: boolean
  lost: string[]
  warnings: string[]
  /** A document was given, or edits were: closing it keeps it. */
  worthKeeping: boolean
}

interface Target extends Place {
  name: string
  /** Take the place of a file that is there. */
  replace: boolean
}

interface Written {
  revision: number
  stamp: string
  document: Document
  thumbnail?: string
  warnings: string[]
}

/** Steps that are in the document here and not yet on the disk. */
interface Pending {
  base: number
  takeBack(): void
}

interface Appended {
  /** Of the steps. */
  digest: string
  /** After them. */
  revision: number
  written: Promise<unknown>
}

/** Steps of so many characters take a few ms to write down. */
const LARGE = 200_000
/** Remembered appends: more than a window ever has under way. */
const REMEMBERED = 200
/** A save waits this long for a new thumbnail; a later one is for the list, and for the next save. */
const THUMBNAIL_MS = 800

/** A project that is open in a window: the document, its journal, and the lock on its file. */
export class Opening {
  readonly #room: ProjectsRoom
  readonly #registry: Registry
  handle = randomUUID() as string
  /** The window that has it, as it calls itself; not every caller says. */
  window: string | undefined
  /** Its window went away; it may come back, or another may take over. */
  orphaned = false

  #start: Start
  #journal: Journal
  #savedAt: number
  #pending: Pending[] = []
  readonly #appended = new Map<number, Appended>()
  /** Steps on their way into the document, one after another. */
  #entering: Promise<unknown> = Promise.resolve()
  /** Saves, reverts and closes, one after another. */
  #queue: Promise<unknown> = Promise.resolve()
  /** A thumbnail under way. */
  #drawing: Promise<void> | undefined
  /** Steps wait while the ground under them is moved. */
  #barrier: Promise<unknown> | undefined

  constructor(room: ProjectsRoom, registry: Registry, start: Start, window?: string) {
    this.#room = room
    this.#registry = registry
    this.#start = start
    this.window = window
    this.#savedAt = room.now()
    this.#journal = this.#openJournal(start.head, start.length)
    for (const { revision, steps } of start.steps ?? [])
      this.#remember(revision - steps.length, {
        ...{ digest: digestOf(JSON.stringify(steps)), revision, written: Promise.resolve() },
      })
  }

  get id(): string {
    return this.#start.id
  }

  get path(): string | undefined {
    return this.#start.path
  }

  get view(): OpenProject {
    const { id, name, path, live, revision, savedRevision, session, readOnly, recovered, lost, warnings } = this.#start
    const { document } = live
    return {
      handle: this.handle,
      id,
      name,
      document,
      revision,
      savedRevision,
      recovered,
      lost,
      ...(path === undefined ? {} : { path }),
      ...(session ? { session: pruneSession(session, document) } : {}),
      ...(readOnly === undefined ? {} : { readOnly }),
      ...(warnings.length > 0 ? { warnings } : {}),
    }
  }

  /** Something of it is left when it is closed. */
  get isKept(): boolean {
    const { path, worthKeeping, revision } = this.#start
    return path !== undefined || worthKeeping || revision > 0
  }

  /** For a project that has no file: its document is in the journal before anything else happens. */
  begin(): Promise<void> {
    return this.#journal.restart(this.#start.head)
  }

  /** Steps arrive in the order in which they are given, and are on the disk when it resolves. */
  async append(base: number, steps: readonly Patch[]): Promise<{ revision: number }> {
    const entering = this.#entering.then(() => this.#enter(base, steps))
    this.#entering = entering.catch(() => {}) // who asked is told
    const { revision, written } = await entering
    await written
    return { revision }
  }

  /** Steps that were given before are in the document. */
  async entered(): Promise<void> {
    await this.#entering
  }

  /** Into the document and the line of what is written. A large step lets others have their turn on its way. */
  async #enter(base: number, steps: readonly Patch[]): Promise<{ revision: number; written: Promise<unknown> }> {
    const json = JSON.stringify(steps)
    const pause = async () => json.length > LARGE && (await setImmediate())
    await pause()
    const revision = base + steps.length
    const [digest, line] = [digestOf(json), stepsLine(revision, json)]
    await pause()
    while (this.#barrier) await this.#barrier
    const start = this.#start
    const known = this.#appended.get(base)
    if (known?.digest === digest) return known // the answer got lost on its way, not the steps
    if (base !== start.revision) throw outOfStep(base, start.revision)
    const takeBack = start.live.applyAll(steps)
    start.revision = revision
    this.#pending.push({ base, takeBack })
    const written = this.#journal.write(line).then(() => {
      this.#pending.shift() // lines are written in order
    })
    this.#remember(base, { digest, revision, written })
    return { revision, written }
  }

  look(session: Session): void {
    this.#start.session = session
    this.#registry.update(this.id, { session })
  }

  /** `choose` gives a place to a project that has no file yet. */
  save(choose: () => Promise<Target>): Promise<Saved> {
    return this.#inTurn(async () => {
      const { path, name, lock, readOnly, revision, savedRevision, identity } = this.#start
      if (path === undefined) return this.#firstSave(await choose())
      if (readOnly !== undefined || !lock) throw refuseToSave(path, readOnly)
      const now = await identityOf(path)
      if (now !== undefined && now !== identity) throw changedElsewhere(path)
      if (now !== undefined && revision === savedRevision) return { revision, at: this.#savedAt }
      const { end, written } = await this.#writeMarked({ path, name, lock, replace: true })
      return this.#saved(written, (head) => this.#journal.fold(end, head))
    })
  }

  /**
   * Goes on under another name, at another place. A project without a file gets one; one that has a file becomes
   * another project, `id`, and the old file stays as it was saved last.
   */
  saveAs(id: string, target: Target): Promise<Saved> {
    return this.#alone(async () => {
      const old = this.#start
      if (old.path === undefined) return this.#firstSave(target)
      const written = await this.#releasingUnless(target.lock, () => this.#write(target))
      const { readOnly: _, ...kept } = old
      const { name, path, lock } = target
      this.#registry.add({ id, name, path })
      const journal = this.#journal
      this.#start = { ...kept, id, name, path, lock, recovered: false, warnings: [] }
      this.#start.live.rename(name)
      if (old.session) this.#registry.update(id, { session: old.session })
      await journal.discard(old.head)
      old.lock?.release()
      return this.#saved(written, async (head) => {
        this.#journal = this.#openJournal(head)
      })
    })
  }

  /** Back to the file, or to how a project without one began. */
  revert(read: (path: string) => Promise<Pick<Start, 'head' | 'live' | 'lost' | 'revision'>>): Promise<void> {
    return this.#alone(async () => {
      const start = this.#start
      if (start.path === undefined) {
        await this.#journal.restart(start.head)
        start.live = new LiveDocument(parseDocument(start.head.document))
        start.revision = start.head.revision
      } else {
        const identity = await identityOf(start.path)
        const { head, live, lost, revision } = await read(start.path)
        Object.assign(start, { head, live, lost, revision }, identity === undefined ? {} : { identity })
        await this.#journal.discard(start.head)
      }
      start.savedRevision = start.revision
      start.recovered = false
      start.warnings = []
      this.#appended.clear()
    })
  }

  /** Edits that were not saved stay in the journal. Gives whether anything is left of the project. */
  close(): Promise<boolean> {
    return this.#alone(async () => {
      const { revision, savedRevision, lock, head } = this.#start
      const keep = this.isKept
      try {
        if (!keep) await this.#journal.discard(head)
        else if (revision > savedRevision) await this.#journal.write({ type: 'closed' })
        await this.#journal.close()
      } finally {
        lock?.release()
      }
      return keep
    })
  }

  async #firstSave(target: Target): Promise<Saved> {
    const { id, name } = this.#start
    // Said first, so that a file which is there after a crash is known to be ours.
    this.#registry.update(id, { path: target.path, name: target.name })
    try {
      const { end, written } = await this.#releasingUnless(target.lock, () => this.#writeMarked(target))
      Object.assign(this.#start, { path: target.path, lock: target.lock, name: target.name })
      this.#start.live.rename(target.name)
      return await this.#saved(written, (head) => this.#journal.fold(end, head))
    } catch (error) {
      if (this.#start.path === undefined) this.#registry.update(id, { path: null, name })
      throw error
    }
  }

  /** The journal learns first which file will have everything up to now: it may be all that is left to tell. */
  async #writeMarked(target: Target): Promise<{ end: number; written: Written }> {
    let end = 0
    const written = await this.#write(target, async (revision, stamp) => {
      end = await this.#journal.write({ type: 'saving', revision, stamp })
    })
    return { end, written }
  }

  /** Writes the document as it is at this moment; steps may go on meanwhile. */
  async #write(
    { path, name, replace }: Target,
    mark: (revision: number, stamp: string) => Promise<void> = async () => {},
  ): Promise<Written> {
    const { live, revision, session, path: before } = this.#start
    const document = { ...live.document, name }
    const { text, stamp } = serialise({ revision, document, ...(session ? { session } : {}) })
    await mark(revision, stamp)
    await requireFolder(path)
    const state = await this.#room.state()
    const wanted = everyAssetOf(document)
    const missing = await missingFrom(state, wanted)
    // Taken out of the library by hand, perhaps; the old file may be the last that has them.
    if (before !== undefined && missing.length > 0 && (await exists(before))) await bringIn(this.#room, before, missing)
    const pictures = wanted.flatMap((sha256) => {
      const found = state.library.pathOf(sha256)
      return found !== undefined && existsSync(found) ? [{ sha256, path: found }] : []
    })
    const warnings: string[] = []
    const lost = wanted.length - pictures.length
    if (lost > 0) warnings.push(`${lost} of its pictures are lost and could not be saved with it.`)
    const thumbnail = await this.#thumbnail(document, warnings)
    await inScratch(state, (scratch) =>
      writeProject(this.#room.files, {
        path,
        text,
        pictures,
        scratch,
        replace,
        ...(thumbnail === undefined ? {} : { thumbnail: thumbnailPath(this.#room.home, thumbnail) }),
      }),
    )
    return { revision, stamp, document, warnings, ...(thumbnail === undefined ? {} : { thumbnail }) }
  }

  /** The file is on the disk: everything else is about remembering that. */
  async #saved(written: Written, fold: (head: JournalHead) => Promise<void>): Promise<Saved> {
    const { revision, stamp, document, thumbnail, warnings } = written
    const start = this.#start
    const { id, name, path } = start
    const at = this.#room.now()
    const identity = path === undefined ? undefined : await identityOf(path)
    start.savedRevision = revision
    if (identity !== undefined) start.identity = identity
    start.head = headOf({ id, name, revision, stamp, ...(path === undefined ? {} : { path }) })
    this.#savedAt = at
    this.#registry.update(id, {
      changed: at,
      artboards: document.artboards.length,
      ...(thumbnail === undefined ? {} : { thumbnail }),
    })
    try {
      await fold(start.head)
    } catch (error) {
      // It still says which steps the file has, so nothing comes twice.
      warnings.push(`The journal could not be shortened: ${toStudioError(error).toLine()}`)
    }
    this.#room.emit({ type: 'saved', project: id, revision, at })
    return { revision, at, ...(warnings.length > 0 ? { warnings } : {}) }
  }

  /** A new one when it is quickly drawn, else the one from before; one is drawn at a time. */
  async #thumbnail(document: Document, warnings: string[]): Promise<string | undefined> {
    const { id } = this
    const before = this.#registry.get(id)?.thumbnail
    if (this.#drawing) return before
    const drawing = drawThumbnail(this.#room, document)
    this.#drawing = drawing
      .then((thumbnail) => {
        if (thumbnail !== undefined && !this.#registry.closed) this.#registry.update(id, { thumbnail })
      })
      .catch(() => {}) // told below, when somebody still listens
      .finally(() => {
        this.#drawing = undefined
      })
    const inTime = await Promise.race([
      drawing.catch((error) => {
        warnings.push(`There is no new thumbnail: ${toStudioError(error).toLine()}`)
        return undefined
      }),
      sleep(THUMBNAIL_MS, undefined, { ref: false }),
    ])
    return inTime ?? before
  }

  #openJournal(head: JournalHead, length?: number): Journal {
    return new Journal({
      path: journalPath(this.#room.home, head.project),
      head,
      onFailed: () => this.#rollBack(),
      ...(length === undefined ? {} : { length }),
    })
  }

  /** What could not be written has not happened. */
  #rollBack(): void {
    for (const { base, takeBack } of this.#pending.splice(0).reverse()) {
      takeBack()
      this.#start.revision = base
      this.#appended.delete(base)
    }
  }

  #remember(base: number, appended: Appended): void {
    this.#appended.set(base, appended)
    for (const oldest of this.#appended.keys()) {
      if (this.#appended.size <= REMEMBERED) break
      this.#appended.delete(oldest)
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(() => this.#entering).then(work)
    this.#queue = turn.catch(() => {}) // who asked was told
    return turn
  }

  /** In turn, with every step on the disk and none coming in between. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const barrier = Promise.withResolvers<void>()
      this.#barrier = barrier.promise
      try {
        await this.#journal.flushed()
        return await work()
      } finally {
        this.#barrier = undefined
        barrier.resolve()
      }
    })
  }

  async #releasingUnless<T>(lock: FileLock, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      lock.release()
      throw error
    }
  }
}

export const headOf = ({ id, ...rest }: { id: string } & Omit<JournalHead, 'type' | 'journal' | 'project'>) =>
  ({ type: 'head', journal: JOURNAL_FORMAT, project: id, ...rest }) satisfies JournalHead

const digestOf = (json: string) => createHash('sha256').update(json).digest('base64')

const outOfStep = (base: number, revision: number) =>
  new StudioError({
    code: 'usage',
    message: `the steps build on revision ${base}, the project is at ${revision}`,
    where: { field: 'base' },
    remedy: 'Open the project again; nothing that was accepted is lost.',
  })

const refuseToSave = (file: string, why = 'It is opened for reading only.') =>
  new StudioError({
    code: 'not-writable',
    message: `${basename(file)} cannot be saved. ${why}`,
    where: { file },
    remedy: 'Save it under another name.',
  })

const changedElsewhere = (file: string) =>
  new StudioError({
    code: 'usage',
    message: `${basename(file)} was changed by another program since it was opened`,
    where: { file },
    remedy: 'Save it under another name, so that neither version is lost.',
  })
