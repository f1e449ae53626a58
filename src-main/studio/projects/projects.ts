import { randomUUID } from 'node:crypto'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join } from 'node:path'
import type { OpenProject, ProjectSummary, Projects } from '#shared/contract/project.ts'
import { FORMAT, parseDocument } from '#shared/document/document.ts'
import { type Session, sessionSchema } from '#shared/document/session.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { inScratch } from '../compose.ts'
import { copyWhole, ensureFolder, exists, removeWhole, sweepTemporaries } from '../files.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import { LiveDocument } from './live-document.ts'
import { EXTENSION, freePath, nameOfFile } from './names.ts'
import { headOf, journalPath, Opening, type Start } from './opening.ts'
import { bringIn, missingFrom, picturesOf } from './pictures.ts'
import { identityOf, readProject, requireFile, sweepSaving, whyReadOnly } from './project-file.ts'
import { isLeftBehind, readJournal, recover, setAside } from './recovery.ts'
import { type Entry, openRegistry, type Registry } from './registry.ts'
import type { ProjectsRoom } from './room.ts'
import { keepThumbnail, sweepThumbnails, thumbnailPath } from './thumbnails.ts'

interface Folder {
  registry: Registry
  /** Ids with steps that nobody has seen since their program ended. */
  leftBehind: Set<string>
}

export function openProjects(room: ProjectsRoom): Projects {
  const { home } = room
  const projectsFolder = join(home, 'projects')
  const openings = new Map<string, Opening>()
  const byHandle = new Map<string, Opening>()
  /** Being opened or removed right now. */
  const busy = new Set<string>()
  const places = new Map<string, string>()
  let opened: Promise<Folder> | undefined

  function folder(): Promise<Folder> {
    opened ??= openFolder(room).catch((error) => {
      opened = undefined
      throw error
    })
    return opened
  }

  function openingOf(handle: string): Opening {
    const opening = byHandle.get(handle)
    if (!opening) throw noHandle()
    opening.orphaned = false
    return opening
  }

  function enter(opening: Opening): OpenProject {
    openings.set(opening.id, opening)
    byHandle.set(opening.handle, opening)
    return opening.view
  }

  /** Nobody else opens or removes it meanwhile. */
  async function reserving<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (busy.has(id)) throw inUse()
    busy.add(id)
    try {
      return await work()
    } finally {
      busy.delete(id)
    }
  }

  async function lostOf(pictures: string[]): Promise<string[]> {
    return missingFrom(await room.state(), pictures)
  }

  /** What the file says, with its pictures in the library. */
  async function load(id: string, path: string) {
    const state = await room.state()
    return inScratch(state, async (scratch) => {
      const identity = await identityOf(path)
      const file = await readProject(room.files, path, scratch)
      const wanted = picturesOf(file.document)
      const missing = await missingFrom(state, wanted)
      const inside = new Set(file.pictures)
      await bringIn(
        room,
        path,
        missing.filter((sha256) => inside.has(sha256)),
      )
      const { registry } = await folder()
      if (file.thumbnail !== undefined && registry.get(id)?.thumbnail === undefined) {
        const thumbnail = await keepThumbnail(home, file.thumbnail)
        if (thumbnail !== undefined) registry.update(id, { thumbnail })
      }
      const { stamp, revision } = file
      const name = nameOfFile(path)
      const head = headOf({ id, name, path, revision, stamp })
      return { file, identity, name, head, live: new LiveDocument(file.document), revision, lost: await lostOf(wanted) }
    })
  }

  async function openFile(entry: Entry, path: string): Promise<Start> {
    await requireFile(path)
    let readOnly = await whyReadOnly(path)
    let lock: FileLock | undefined
    if (readOnly === undefined) {
      try {
        lock = lockFile(path, room.what)
      } catch (error) {
        if (!(error instanceof StudioError && error.code === 'not-writable')) throw error
        readOnly = 'Its folder cannot be written. Save it under another name to edit it.'
      }
    }
    try {
      if (lock) await sweepSaving(path)
      const { file, identity, name, head, live, revision, lost } = await load(entry.id, path)
      if (file.newer !== undefined)
        readOnly = `It was written by a newer Broadside (format ${file.newer}). A copy under another name can be edited.`
      const session = sessionOf(entry) ?? file.session
      const fresh: Start = {
        ...{ id: entry.id, name, path, live, revision, savedRevision: revision, head, lost },
        ...{ recovered: false, warnings: [], worthKeeping: true },
        ...(lock ? { lock } : {}),
        ...(identity === undefined ? {} : { identity }),
        ...(session ? { session } : {}),
        ...(readOnly === undefined ? {} : { readOnly }),
      }
      return await withJournal(fresh, { ...file, document: live.document })
    } catch (error) {
      lock?.release()
      throw error
    }
  }

  /** The edits that the file does not have. */
  async function withJournal(fresh: Start, file: Parameters<typeof recover>[2]): Promise<Start> {
    const path = journalPath(home, fresh.id)
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
    const { live, revision, savedRevision, steps, head, length, crashed, warning } = found
    return {
      ...fresh,
      ...{ live, revision, savedRevision, steps, head, length },
      recovered: crashed && steps.length > 0,
      lost: await lostOf(picturesOf(live.document)),
      warnings: warning === undefined ? [] : [warning],
    }
  }

  /** A project that was never saved is in its journal alone. */
  async function openUnsaved(entry: Entry): Promise<Start> {
    const path = journalPath(home, entry.id)
    const journal = await readJournal(path)
    if (journal?.head.document === undefined) throw vanished(entry)
    const start = {
      ...{ id: entry.id, name: entry.name, live: new LiveDocument(EMPTY), revision: 0, savedRevision: 0 },
      ...{ head: journal.head, recovered: false, lost: [], warnings: [], worthKeeping: true },
    }
    const session = sessionOf(entry)
    return withJournal({ ...start, ...(session ? { session } : {}) }, undefined)
  }

  async function openEntry(registry: Registry, entry: Entry): Promise<Start> {
    if (entry.path === undefined) return openUnsaved(entry)
    if (!(await exists(entry.path)) && (await wasNeverSaved(entry))) {
      registry.update(entry.id, { path: null })
      return openUnsaved(entry)
    }
    return openFile(entry, entry.path)
  }

  /** The program ended between choosing the place of its first file and writing it. */
  async function wasNeverSaved({ id }: Entry): Promise<boolean> {
    return (await readJournal(journalPath(home, id)))?.head.document !== undefined
  }

  async function closeOpening(opening: Opening): Promise<void> {
    const { registry } = await folder()
    try {
      if (!(await opening.close())) registry.remove(opening.id)
    } finally {
      openings.delete(opening.id)
      byHandle.delete(opening.handle)
    }
  }

  /** A new file in the data folder, under a name that is free. */
  async function newPlace(registry: Registry, name: string) {
    await ensureFolder(projectsFolder)
    const path = await freePath(projectsFolder, name, (path) => registry.at(path) !== undefined)
    return { path, name: nameOfFile(path), lock: lockFile(path, room.what), replace: false }
  }

  /** What the user agreed to replace is no project of its own any more. */
  async function clearPlace(registry: Registry, opening: Opening, path: string): Promise<void> {
    const other = registry.at(path)
    if (!other || other.id === opening.id) return
    if (openings.has(other.id) || busy.has(other.id)) throw inUse(path)
    registry.remove(other.id)
    if (await exists(journalPath(home, other.id))) await setAside(journalPath(home, other.id))
  }

  return {
    async list() {
      const { registry, leftBehind } = await folder()
      await findNew(registry, projectsFolder)
      return Promise.all(registry.list().map((entry) => summary(entry, openings, leftBehind)))
    },

    async create({ name, document }) {
      const { registry } = await folder()
      const parsed = document === undefined ? { ...EMPTY, name } : { ...parseDocument(document), name }
      const { id } = registry.add({ name })
      const live = new LiveDocument(parsed)
      const head = headOf({ id, name, revision: 0, document: parsed })
      const opening = new Opening(room, registry, {
        ...{ id, name, live, revision: 0, savedRevision: 0, head, recovered: false, warnings: [] },
        lost: await lostOf(picturesOf(parsed)),
        worthKeeping: document !== undefined,
      })
      try {
        await opening.begin()
      } catch (error) {
        registry.remove(id)
        throw error
      }
      registry.update(id, { artboards: parsed.artboards.length })
      return enter(opening)
    },

    async open({ id }) {
      const { registry, leftBehind } = await folder()
      const held = openings.get(id)
      if (held?.orphaned) {
        byHandle.delete(held.handle)
        held.handle = randomUUID()
        held.orphaned = false
        return enter(held)
      }
      if (held) throw inUse(held.path)
      const entry = registry.get(id)
      if (!entry) throw unknown(id)
      return reserving(id, async () => {
        const start = await openEntry(registry, entry)
        const used = room.now()
        const { artboards } = start.live.document
        registry.update(id, { used, name: start.name, artboards: artboards.length })
        leftBehind.delete(id)
        return enter(new Opening(room, registry, start))
      })
    },

    async append({ handle, base, steps }) {
      return openingOf(handle).append(base, steps)
    },

    async session({ handle, session }) {
      openingOf(handle).look(session)
    },

    async save({ handle }) {
      const opening = openingOf(handle)
      const { registry } = await folder()
      return opening.save(() => newPlace(registry, opening.view.name))
    },

    async saveAs({ handle, name, place }) {
      const opening = openingOf(handle)
      const { registry } = await folder()
      const path = place === undefined ? undefined : places.get(place)
      if (place !== undefined && path === undefined) throw noPlace()
      if (path !== undefined && path === opening.path) {
        await opening.save(() => newPlace(registry, name))
        return opening.view
      }
      if (path !== undefined) await clearPlace(registry, opening, path)
      const target =
        path === undefined
          ? await newPlace(registry, name)
          : { path, name: nameOfFile(path), lock: lockFile(path, room.what), replace: true }
      const before = opening.id
      await opening.saveAs(randomUUID(), target)
      openings.delete(before)
      return enter(opening)
    },

    async revert({ handle }) {
      const opening = openingOf(handle)
      await opening.revert((path) => load(opening.id, path))
      return opening.view
    },

    async close({ handle }) {
      await closeOpening(openingOf(handle))
    },

    async remove({ id }) {
      const { registry, leftBehind } = await folder()
      const entry = registry.get(id)
      if (!entry) throw unknown(id)
      const held = openings.get(id)
      if (held && !held.orphaned) throw inUse(entry.path)
      if (held) await closeOpening(held)
      await reserving(id, async () => {
        if (entry.path !== undefined && dirname(entry.path) === projectsFolder && (await exists(entry.path))) {
          const lock = lockFile(entry.path, room.what)
          await removeWhole(entry.path).finally(() => lock.release())
        }
        await removeWhole(journalPath(home, id))
        registry.remove(id)
        leftBehind.delete(id)
      })
    },

    async adopt(path) {
      await requireFile(path)
      const real = await realpath(path) // saving over a link would leave its target behind
      const { registry } = await folder()
      return (registry.at(real) ?? registry.add({ name: nameOfFile(real), path: real })).id
    },

    async bring(path, name) {
      await requireFile(path)
      const { registry } = await folder()
      const target = await newPlace(registry, name)
      try {
        await copyWhole(path, target.path, { replace: false })
        return registry.add({ name: target.name, path: target.path }).id
      } finally {
        target.lock.release()
      }
    },

    registerPlace(path) {
      if (!isAbsolute(path)) throw new StudioError({ code: 'usage', message: 'a place is an absolute path' })
      const id = randomUUID()
      places.set(id, extname(path).toLowerCase() === EXTENSION ? path : `${path}${EXTENSION}`)
      return id
    },

    orphan(handle) {
      const opening = byHandle.get(handle)
      if (opening) opening.orphaned = true
    },

    async recoverable() {
      return [...(await folder()).leftBehind]
    },

    thumbnailPath: (sha256) => thumbnailPath(home, sha256),

    async closeAll() {
      if (!opened) return
      const { registry } = await opened
      const failed = (await Promise.allSettled([...openings.values()].map(closeOpening))).find(
        (result) => result.status === 'rejected',
      )
      registry.close()
      opened = undefined
      if (failed) throw toStudioError(failed.reason)
    },
  }
}

const EMPTY = parseDocument({ format: FORMAT, artboards: [], layers: [] })

async function openFolder(room: ProjectsRoom): Promise<Folder> {
  const { home } = room
  await room.state() // locked first
  for (const name of ['journals', 'projects']) {
    await ensureFolder(join(home, name))
    await sweepTemporaries(join(home, name))
  }
  const registry = openRegistry(home, room.now)
  const leftBehind = new Set<string>()
  for (const name of await readdir(join(home, 'journals'))) {
    const id = /^([0-9a-f-]{36})\.jsonl$/.exec(name)?.[1]
    if (id === undefined) continue
    const journal = await readJournal(join(home, 'journals', name)).catch(() => 'damaged' as const) // told when it is opened
    if (journal === 'damaged') continue
    if (!journal) {
      await removeWhole(join(home, 'journals', name))
      continue
    }
    const { head } = journal
    if (!registry.get(id) && !(head.path !== undefined && registry.at(head.path)))
      registry.add({ id, name: head.name, ...(head.path === undefined ? {} : { path: head.path }) })
    if (isLeftBehind(journal)) leftBehind.add(id)
  }
  await sweepThumbnails(home, new Set(registry.list().flatMap(({ thumbnail }) => thumbnail ?? [])))
  return { registry, leftBehind }
}

/** Files that somebody put into the folder. */
async function findNew(registry: Registry, folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    if (extname(name).toLowerCase() !== EXTENSION || name.startsWith('.') || registry.at(path)) continue
    if ((await stat(path).catch(() => undefined))?.isFile()) registry.add({ name: nameOfFile(path), path })
  }
}

async function summary(
  { id, name, path, artboards, changed, thumbnail }: Entry,
  openings: ReadonlyMap<string, Opening>,
  leftBehind: ReadonlySet<string>,
): Promise<ProjectSummary> {
  const file = path === undefined ? undefined : await stat(path).catch(() => undefined)
  return {
    id,
    name: path === undefined ? name : nameOfFile(path),
    modified: Math.round(file?.mtimeMs ?? changed),
    artboards: openings.get(id)?.view.document.artboards.length ?? artboards,
    unsaved: leftBehind.has(id),
    open: openings.has(id),
    ...(path === undefined ? {} : { path }),
    ...(path !== undefined && !file ? { missing: true } : {}),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  }
}

function sessionOf({ session }: Entry): Session | undefined {
  return session === undefined ? undefined : sessionSchema.safeParse(JSON.parse(session)).data
}

const noHandle = () =>
  new StudioError({
    code: 'not-found',
    message: 'this window no longer has the project open: another window took over, or it was closed',
    where: { field: 'handle' },
    remedy: 'Open the project again; what was accepted before is in it.',
  })

const inUse = (path?: string) =>
  new StudioError({
    code: 'locked',
    message: `${path === undefined ? 'the project' : basename(path)} is open in another window of this program`,
    ...(path === undefined ? {} : { where: { file: path } }),
    remedy: 'Go on in that window, or close it there first.',
  })

const unknown = (id: string) =>
  new StudioError({
    code: 'not-found',
    message: `there is no project "${id}"`,
    where: { field: 'id' },
    remedy: 'Choose one of the list.',
  })

const noPlace = () =>
  new StudioError({
    code: 'not-found',
    message: 'this place is not known any more',
    where: { field: 'place' },
    remedy: 'Choose again where to save.',
  })

const vanished = ({ name }: Entry) =>
  new StudioError({
    code: 'not-found',
    message: `“${name}” was never saved and has no edits`,
    remedy: 'Take it off the list.',
  })
