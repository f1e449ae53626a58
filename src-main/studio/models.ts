import { randomBytes } from 'node:crypto'
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ImportHints, ModelEntry, UsableModel } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type ModelPackage, modelPackageSchema, packageHash } from '#shared/models/manifest.ts'
import { parse } from '#shared/validate.ts'
import type { Lane, RunOptions } from '#shared/work/tasks.ts'
import { ensureFolder, exists, hashFile, publish, removeWhole } from './files.ts'
import { nearest } from './nearest.ts'

/** The model packages at hand: those shipped with the program and those added to the data folder. */
export interface Models {
  list(): Promise<ModelEntry[]>
  get(id: string): Promise<UsableModel>
  /** Every file has the sha256 that model.json says. A file is hashed once, and again when it changes. */
  checkFiles(model: UsableModel, signal?: AbortSignal): Promise<void>
  /** Copy a package, a known layout or bare .onnx files into the data folder. */
  add(path: string, hints: ImportHints, inference: Lane, options?: RunOptions): Promise<UsableModel>
  remove(id: string): Promise<void>
}

export interface ModelFolders {
  /** Shipped packages; more than one for tests. */
  starter: readonly string[]
  /** Packages added by the user, in the data folder. */
  added: string
}

/** What a package's folder may be called: no way out of the folder of packages. */
const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

const MANIFEST_BYTES = 4 << 20

export function openModels(folders: ModelFolders): Models {
  /** By path, size and time of the last change; calls for the same file share one reading. */
  const hashed = new Map<string, Promise<string>>()
  const read = readOnce()

  async function list(): Promise<ModelEntry[]> {
    const found: ModelEntry[] = []
    for (const folder of folders.starter) found.push(...(await packagesIn(folder, 'starter', read)))
    for (const entry of await packagesIn(folders.added, 'added', read))
      if (!found.some((other) => other.id === entry.id)) found.push(entry)
    return found.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Every job asks for its model: one folder is looked at, not all of them. */
  async function find(id: string): Promise<ModelEntry | undefined> {
    if (!FOLDER_NAME.test(id)) return undefined
    const places = [
      ...folders.starter.map((folder) => ({ folder, source: 'starter' as const })),
      { folder: folders.added, source: 'added' as const },
    ]
    for (const { folder, source } of places) {
      const path = join(folder, id)
      if (await exists(join(path, 'model.json'))) return readPackage(path, source, read)
    }
    return undefined
  }

  async function get(id: string): Promise<UsableModel> {
    const entry = await find(id)
    if (!entry) throw unknownModel(id, await list())
    if (entry.error) throw new StudioError(entry.error)
    return entry as UsableModel
  }

  return {
    list,
    get,
    async checkFiles({ id, folder, manifest }, signal) {
      const files = Object.entries(manifest.files).map(([name, promised]) => ({ path: join(folder, name), promised }))
      const found = await Promise.allSettled(files.map(({ path }) => stat(path)))
      for (const [at, { path, promised }] of files.entries()) {
        signal?.throwIfAborted()
        const there = found[at]!
        if (there.status === 'rejected') throw missingFile(id, path, there.reason)
        const { size, mtimeMs } = there.value
        if (size !== promised.bytes) throw wrongFile(id, path, `${promised.bytes} bytes`, `${size}`)
        const version = `${path} ${size} ${mtimeMs}`
        if (!hashed.has(version)) hashed.set(version, hashFile(path))
        const sha256 = await hashed.get(version)
        if (sha256 !== promised.sha256)
          throw wrongFile(id, path, `sha256 ${short(promised.sha256)}`, short(sha256 ?? ''))
      }
    },
    async add(path, hints, inference, options) {
      if (!(await exists(path)))
        throw new StudioError({ code: 'not-found', message: 'no such file or folder', where: { file: path } })
      await ensureFolder(folders.added)
      const temporary = join(folders.added, `.adding-${process.pid}-${randomBytes(4).toString('hex')}`)
      await ensureFolder(temporary)
      try {
        const { manifest } = await inference.run({ task: 'import', path, out: temporary, hints }, options)
        const same = (await list()).find((one) => one.id === manifest.id)
        const hash = packageHash(manifest)
        if (same && same.hash === hash) {
          await removeWhole(temporary)
          return same as UsableModel
        }
        if (same) throw idTaken(manifest.id, hash)
        const folder = join(folders.added, manifest.id)
        await publish(temporary, folder)
        return { id: manifest.id, source: 'added', folder, manifest, hash }
      } catch (error) {
        await removeWhole(temporary)
        throw error
      }
    },
    async remove(id) {
      const entries = await list()
      const entry = entries.find((one) => one.id === id)
      if (!entry) throw unknownModel(id, entries)
      if (entry.source === 'starter')
        throw new StudioError({
          code: 'usage',
          message: `${id} is shipped with Broadside and cannot be removed`,
          where: { field: 'id' },
          remedy: 'Only models that were added can be removed.',
        })
      await removeWhole(entry.folder)
    },
  }
}

interface Package {
  manifest: ModelPackage
  hash: string
}

/** Reads a package's model.json, and again only when it has changed: every job asks, and a vocabulary is long. */
function readOnce(): (folder: string) => Promise<Package> {
  const known = new Map<string, { version: string; read: Promise<Package> }>()
  return async (folder) => {
    const { ino, size, mtimeNs } = await stat(join(folder, 'model.json'), { bigint: true })
    const version = `${ino} ${size} ${mtimeNs}`
    const before = known.get(folder)
    if (before?.version === version) return before.read
    const read = readManifest(folder).then((manifest) => ({ manifest, hash: packageHash(manifest) }))
    known.set(folder, { version, read })
    read.catch(() => known.delete(folder)) // whoever mends it is believed, whatever the clock says
    return read
  }
}

async function packagesIn(
  folder: string,
  source: ModelEntry['source'],
  read: (folder: string) => Promise<Package>,
): Promise<ModelEntry[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw toStudioError(error, { file: folder })
  })
  const entries: ModelEntry[] = []
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    const path = join(folder, name)
    if (!(await lstat(path)).isDirectory() || !(await exists(join(path, 'model.json')))) continue
    entries.push(await readPackage(path, source, read))
  }
  return entries
}

/** A package that cannot be read is listed with its error: it must not hide the others. */
async function readPackage(
  folder: string,
  source: ModelEntry['source'],
  read: (folder: string) => Promise<Package>,
): Promise<ModelEntry> {
  const id = basename(folder)
  try {
    const { manifest, hash } = await read(folder)
    if (manifest.id !== id) throw invalidManifest(folder, `its id is "${manifest.id}", the folder's name is "${id}"`)
    return { id, source, folder, manifest, hash }
  } catch (error) {
    return { id, source, folder, error: toStudioError(error).toJSON() }
  }
}

export async function readManifest(folder: string): Promise<ModelPackage> {
  const file = join(folder, 'model.json')
  const { size } = await stat(file)
  if (size > MANIFEST_BYTES) throw invalidManifest(folder, `it has ${size} bytes, at most ${MANIFEST_BYTES} are read`)
  let data: unknown
  try {
    data = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw invalidManifest(folder, `it is no JSON: ${(error as Error).message}`)
  }
  return parse(modelPackageSchema, data, {
    what: 'model.json',
    code: 'invalid-model',
    where: { file },
    remedy: 'See docs/model-packages.md for what it must say.',
  })
}

function invalidManifest(folder: string, why: string): StudioError {
  return new StudioError({
    code: 'invalid-model',
    message: `model.json: ${why}`,
    where: { file: join(folder, 'model.json') },
    remedy: 'See docs/model-packages.md for what it must say.',
  })
}

function unknownModel(id: string, entries: readonly ModelEntry[]): StudioError {
  const ids = entries.map((entry) => entry.id)
  const meant = nearest(id, ids)
  return new StudioError({
    code: 'not-found',
    message: `there is no model "${id.slice(0, 80)}"`,
    where: { field: 'model' },
    remedy: `${meant ? `Did you mean "${meant}"? ` : ''}Known: ${ids.join(', ') || 'none'}.`,
  })
}

function missingFile(id: string, path: string, cause: unknown): StudioError {
  return new StudioError(
    {
      code: 'integrity',
      message: `a file of ${id} is missing`,
      where: { file: path },
      remedy: 'Add the model again, or restore the file.',
    },
    { cause },
  )
}

function wrongFile(id: string, path: string, expected: string, found: string): StudioError {
  return new StudioError({
    code: 'integrity',
    message: `a file of ${id} is not what model.json promises: expected ${expected}, found ${found}`,
    where: { file: path },
    remedy: 'It is damaged or was changed; add the model again, or restore the file.',
  })
}

function idTaken(id: string, hash: string): StudioError {
  return new StudioError({
    code: 'usage',
    message: `there is another model with the id "${id}"`,
    where: { field: 'id' },
    remedy: `Give this one another name with --id ${id}-${hash.slice(0, 4)}, or remove the other first.`,
  })
}

function short(sha256: string): string {
  return `${sha256.slice(0, 12)}…`
}
