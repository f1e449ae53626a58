import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join } from 'node:path'
import type { OpenProject, Projects } from '#shared/contract/project.ts'
import { parseDocument } from '#shared/document/document.ts'
import { everyAssetOf } from '#shared/document/resolve.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { copyWhole, ensureFolder, exists, removeWhole } from '../files.ts'
import { beginningOf, EMPTY, load } from './beginning.ts'
import { lockFile } from './file-lock.ts'
import { type Folder, findNew, openFolder, summaryOf } from './folder.ts'
import { LiveDocument } from './live-document.ts'
import { EXTENSION, freePath, nameOfFile } from './names.ts'
import { headOf, journalPath, Opening } from './opening.ts'
import { openOrphans } from './orphans.ts'
import { missingFrom } from './pictures.ts'
import { requireFile } from './project-file.ts'
import { setAside } from './recovery.ts'
import type { Registry } from './registry.ts'
import type { ProjectsRoom } from './room.ts'
import { thumbnailPath } from './thumbnails.ts'

/** The calls of projects: which are open, who has them, where they lie. What an open one does is Opening's. */
export function openProjects(room: ProjectsRoom): Projects {
  const { home } = room
  const openings = new Map<string, Opening>()
  const byHandle = new Map<string, Opening>()
  /** Being opened or removed right now. */
  const busy = new Set<string>()
  /** By project: who opens it meanwhile waits until its file is free. */
  const closing = new Map<string, Promise<void>>()
  const places = new Map<string, string>()
  let opened: Promise<Folder> | undefined
  const orphans = openOrphans({
    later: room.later,
    // An untouched project is nowhere but here.
    isWanted: (opening) => !opening.isKept || room.hasJobs(opening.id),
    // Nobody is there to be told, and every accepted edit is in the journal already.
    close: (opening) => void closeOpening(opening).catch(() => {}),
  })

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
    orphans.adopt(opening)
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

  function closeOpening(opening: Opening): Promise<void> {
    const { id } = opening
    orphans.forget(opening)
    byHandle.delete(opening.handle)
    const closed = closing.get(id) ?? endOpening(opening).finally(() => closing.delete(id))
    closing.set(id, closed)
    return closed
  }

  async function endOpening(opening: Opening): Promise<void> {
    const { registry } = await folder()
    try {
      if (!(await opening.close())) registry.remove(opening.id)
    } finally {
      openings.delete(opening.id)
    }
  }

  /** When nobody closes it any more. */
  const settled = (id: string) => closing.get(id)?.catch(() => {}) // who closed it was told

  /** A new file in the data folder, under a name that is free. */
  async function newPlace({ registry, projects }: Folder, name: string) {
    await ensureFolder(projects)
    const path = await freePath(projects, name, (path) => registry.at(path) !== undefined)
    return { path, name: nameOfFile(path), lock: lockFile(path, room.what), replace: false }
  }

  /** What the user agreed to replace is no project of its own any more, once it is replaced. */
  async function replacing<T>(registry: Registry, opening: Opening, path: string, work: () => Promise<T>): Promise<T> {
    const other = registry.at(path)
    if (!other || other.id === opening.id) return work()
    if (openings.has(other.id) || busy.has(other.id)) throw inUse(path)
    registry.remove(other.id)
    try {
      const done = await work()
      if (await exists(journalPath(home, other.id))) await setAside(journalPath(home, other.id))
      return done
    } catch (error) {
      registry.add({ id: other.id, name: other.name, path })
      throw error
    }
  }

  return {
    async list() {
      const { registry, leftBehind } = await folder()
      await findNew(await folder())
      const entries = registry.list()
      return Promise.all(entries.map((entry) => summaryOf(entry, openings.get(entry.id), leftBehind.has(entry.id))))
    },

    async create({ name, document, window }) {
      const { registry } = await folder()
      const parsed = document === undefined ? { ...EMPTY, name } : { ...parseDocument(document), name }
      const { id } = registry.add({ name })
      const live = new LiveDocument(parsed)
      const head = headOf({ id, name, revision: 0, document: parsed })
      const start = {
        ...{ id, name, live, revision: 0, savedRevision: 0, head, recovered: false, warnings: [] },
        lost: await missingFrom(await room.state(), everyAssetOf(parsed)),
        worthKeeping: document !== undefined,
      }
      const opening = new Opening(room, registry, start, window)
      try {
        await opening.begin()
      } catch (error) {
        registry.remove(id)
        throw error
      }
      registry.update(id, { artboards: parsed.artboards.length })
      return enter(opening)
    },

    async open({ id, window }) {
      const { registry, leftBehind } = await folder()
      await settled(id)
      // The last steps of the window that had it may still be on their way into it.
      await openings.get(id)?.entered()
      const held = openings.get(id)
      if (held) {
        // A window may be back before the end of its old connection is known.
        const itsOwn = window !== undefined && held.window === window
        if (!held.orphaned && !itsOwn) throw inUse(held.path)
        byHandle.delete(held.handle)
        held.handle = randomUUID()
        held.window = window
        orphans.adopt(held)
        return enter(held)
      }
      const entry = registry.get(id)
      if (!entry) throw unknown(id)
      return reserving(id, async () => {
        const start = await beginningOf(room, registry, entry)
        const used = room.now()
        const { artboards } = start.live.document
        registry.update(id, { used, name: start.name, artboards: artboards.length })
        leftBehind.delete(id)
        return enter(new Opening(room, registry, start, window))
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
      return opening.save(async () => newPlace(await folder(), opening.view.name))
    },

    async saveAs({ handle, name, place }) {
      const opening = openingOf(handle)
      const { registry } = await folder()
      const chosen = place === undefined ? undefined : places.get(place)
      if (place !== undefined && chosen === undefined) throw noPlace()
      const before = opening.id
      if (chosen === undefined) await opening.saveAs(randomUUID(), await newPlace(await folder(), name))
      else {
        const path = await placeOf(chosen)
        if (path === opening.path) await opening.save(async () => newPlace(await folder(), name))
        else
          await replacing(registry, opening, path, () => {
            const target = { path, name: nameOfFile(path), lock: lockFile(path, room.what), replace: true }
            return opening.saveAs(randomUUID(), target)
          })
      }
      openings.delete(before)
      return enter(opening)
    },

    async revert({ handle }) {
      const opening = openingOf(handle)
      const { registry } = await folder()
      await opening.revert((path) => load(room, registry, opening.id, path))
      return opening.view
    },

    async close({ handle }) {
      await closeOpening(openingOf(handle))
    },

    async remove({ id }) {
      const { registry, projects, leftBehind } = await folder()
      await settled(id)
      const entry = registry.get(id)
      if (!entry) throw unknown(id)
      const held = openings.get(id)
      if (held && !held.orphaned) throw inUse(entry.path)
      if (held) await closeOpening(held)
      await reserving(id, async () => {
        if (entry.path !== undefined && dirname(entry.path) === projects && (await exists(entry.path))) {
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
      const target = await newPlace(await folder(), name)
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
      if (opening) orphans.add(opening)
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

/** Without links in it, also where there is no file yet: a file has one path. */
async function placeOf(path: string): Promise<string> {
  const whole = await realpath(path).catch(() => undefined)
  if (whole !== undefined) return whole
  const folder = await realpath(dirname(path)).catch(() => dirname(path)) // saving says that it is not there
  return join(folder, basename(path))
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
