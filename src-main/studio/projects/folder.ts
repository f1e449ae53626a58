import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { ProjectSummary } from '#shared/contract/project.ts'
import { ensureFolder, exists, removeWhole, sweepTemporaries } from '../files.ts'
import { EXTENSION, nameOfFile } from './names.ts'
import { journalPath, type Opening } from './opening.ts'
import { isLeftBehind, readJournal } from './recovery.ts'
import { type Entry, openRegistry, type Registry } from './registry.ts'
import type { ProjectsRoom } from './room.ts'
import { sweepThumbnails } from './thumbnails.ts'

/** What the data folder has of projects. */
export interface Folder {
  registry: Registry
  /** Where new ones go, without links in the path: a file has one path. */
  projects: string
  /** Ids with steps that nobody has seen since their program ended. */
  leftBehind: Set<string>
}

export async function openFolder(room: ProjectsRoom): Promise<Folder> {
  const { home } = room
  await room.state() // locked first
  for (const name of ['journals', 'projects']) {
    await ensureFolder(join(home, name))
    await sweepTemporaries(join(home, name))
  }
  const registry = openRegistry(home, room.now)
  const leftBehind = await lookAtJournals(home, registry)
  // Made, and then the program ended before there was anything of it.
  for (const { id, path } of registry.list())
    if (path === undefined && !(await exists(journalPath(home, id)))) registry.remove(id)
  await sweepThumbnails(home, new Set(registry.list().flatMap(({ thumbnail }) => thumbnail ?? [])))
  return { registry, projects: await realpath(join(home, 'projects')), leftBehind }
}

/** What programs that ended early left; a project that the registry lost is found again. */
async function lookAtJournals(home: string, registry: Registry): Promise<Set<string>> {
  const leftBehind = new Set<string>()
  for (const name of await readdir(join(home, 'journals'))) {
    const id = /^([0-9a-f-]{36})\.jsonl$/.exec(name)?.[1]
    if (id === undefined) continue
    const path = journalPath(home, id)
    const journal = await readJournal(path).catch(() => 'damaged' as const) // told when it is opened
    if (journal === 'damaged') continue
    if (!journal) {
      await removeWhole(path)
      continue
    }
    const { head } = journal
    if (!registry.get(id) && !(head.path !== undefined && registry.at(head.path)))
      registry.add({ id, name: head.name, ...(head.path === undefined ? {} : { path: head.path }) })
    if (isLeftBehind(journal)) leftBehind.add(id)
  }
  return leftBehind
}

/** Files that somebody put into the folder. */
export async function findNew({ registry, projects }: Folder): Promise<void> {
  for (const name of await readdir(projects).catch(() => [])) {
    const path = join(projects, name)
    if (extname(name).toLowerCase() !== EXTENSION || name.startsWith('.') || registry.at(path)) continue
    if ((await stat(path).catch(() => undefined))?.isFile()) registry.add({ name: nameOfFile(path), path })
  }
}

export async function summaryOf(
  { id, name, path, artboards, changed, thumbnail }: Entry,
  opening: Opening | undefined,
  unsaved: boolean,
): Promise<ProjectSummary> {
  const file = path === undefined ? undefined : await stat(path).catch(() => undefined)
  return {
    id,
    name: path === undefined ? name : nameOfFile(path),
    modified: Math.round(file?.mtimeMs ?? changed),
    artboards: opening?.view.document.artboards.length ?? artboards,
    unsaved,
    open: opening !== undefined && !opening.orphaned,
    ...(path === undefined ? {} : { path }),
    ...(path !== undefined && !file ? { missing: true } : {}),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  }
}
