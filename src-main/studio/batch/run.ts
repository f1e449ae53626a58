import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { WorkerPool } from '#main/workers/pool.ts'
import type { Expansion, FileTask } from '#shared/batch/expand.ts'
import type { Document } from '#shared/document/document.ts'
import type { Binding } from '#shared/document/resolve.ts'
import { StudioError, type StudioErrorData, toStudioError } from '#shared/errors.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { composeTask, fileOf } from '../compose.ts'
import { recipesOf } from '../exports.ts'
import { ensureFolder, hashFile, publish, removeWhole, temporaryBeside } from '../files.ts'
import type { State } from '../state.ts'
import type { BatchJournal, Done } from './journal.ts'
import { type Parts, stopsAll } from './parts.ts'
import type { Thumbnails } from './thumbnails.ts'
import { requireUsable, variationOf } from './variation.ts'

/** The files of a plan, one after the other, on as many workers as there are. */
export interface RunOptions {
  state: State
  folder: string
  /** By key of size: the document laid out for it. */
  layoutOf(task: FileTask): Document
  uses: ReadonlyMap<string, ReadonlySet<Binding>>
  parts: Parts
  pool: WorkerPool
  journal: BatchJournal
  thumbnails: Thumbnails
  /** Bytes that this batch put under a name before: they may be replaced, nobody else's. */
  ours: ReadonlyMap<string, ReadonlySet<string>>
  /** No new file is begun. */
  stop: AbortSignal
  /** What is under way is broken off, too. */
  signal: AbortSignal
  onBegin(task: FileTask): void
  onDone(task: FileTask, done: Done, seconds: number): void
  onFailed(task: FileTask, error: StudioErrorData): void
  /** It is as if it had never begun. */
  onPutBack(task: FileTask): void
  /** The disk is full or cannot be written: every other file would end the same. */
  onTrouble(error: StudioError): void
}

/** Files in the making per worker: one is composed, the next waits for it, a third goes to the disk. */
const PER_WORKER = 3

/** Resolves when every task is done or has failed, or `stop` was heeded. */
export async function runFiles(tasks: readonly FileTask[], options: RunOptions): Promise<void> {
  const { pool, stop } = options
  const context: Context = { folders: new Set(), recipes: new Map() }
  let next = 0
  const work = async () => {
    while (next < tasks.length && !stop.aborted) await runOne(tasks[next++]!, options, context)
  }
  await Promise.all(Array.from({ length: pool.size * PER_WORKER }, work))
}

/** Sets of pictures whose recipes are remembered. */
const MOST_REMEMBERED = 500

/** What many files have in common. */
interface Context {
  /** Folders that are there. */
  folders: Set<string>
  /** How pictures were made, by their sha256 one after the other. */
  recipes: Map<string, Record<string, Recipe>>
}

async function runOne(task: FileTask, options: RunOptions, context: Context): Promise<void> {
  const { folders } = context
  const { folder, onBegin, onDone, onFailed, onPutBack, onTrouble, signal } = options
  const started = performance.now()
  onBegin(task)
  try {
    const values = await valuesFor(task, options)
    const path = join(folder, task.path)
    if (!folders.has(dirname(path))) await ensureFolder(dirname(path))
    folders.add(dirname(path))
    const done = await makeFile(task, path, values, options, context)
    await options.journal.append(done)
    onDone(task, done, (performance.now() - started) / 1000)
  } catch (thrown) {
    const error = toStudioError(thrown)
    if (stopsAll(error)) onTrouble(error)
    if (stopsAll(error) || signal.aborted) onPutBack(task)
    else onFailed(task, forManifest(error, folder))
  }
}

/** The row's values, with the pictures and lines that had to be made first. */
async function valuesFor({ values, pictures, lines }: FileTask, { parts, uses, state }: RunOptions) {
  const all = { ...values }
  for (const [name, { recipe, line }] of Object.entries(lines)) all[name] = await parts.line(recipe, line)
  for (const [name, picture] of Object.entries(pictures))
    all[name] = 'sha256' in picture ? picture.sha256 : await parts.picture(picture.recipe)
  requireUsable(all, uses, (sha256) => state.library.get(sha256) !== undefined)
  return all
}

async function makeFile(
  task: FileTask,
  path: string,
  values: Record<string, string>,
  options: RunOptions,
  { recipes }: Context,
): Promise<Done> {
  const { state, pool, thumbnails, signal } = options
  const recipe = variationOf(options.layoutOf(task), task, values, (pictures) => {
    const key = pictures.join(' ')
    const known = recipes.get(key) ?? recipesOf(pictures, state.library)
    if (recipes.size < MOST_REMEMBERED) recipes.set(key, known)
    return known
  })
  const assets = Object.fromEntries(recipe.pictures.map((sha256) => [sha256, pathOf(state, sha256)]))
  const temporary = temporaryBeside(path)
  const small = await thumbnails.begin()
  try {
    const { overflows, ...file } = await pool.run(
      composeTask(recipe, assets, temporary, { ...fileOf(recipe), thumbnail: small }),
      { signal, quarantineKey: `file ${task.id}` },
    )
    await settle(temporary, path, file.sha256, options.ours.get(task.path))
    await thumbnails.keep(small.out, file.sha256)
    const { id } = task
    return { id, path: task.path, ...file, overflows, values: shownValues(values, options.uses) }
  } finally {
    await Promise.all([removeWhole(temporary), removeWhole(small.out)])
  }
}

/** What filled this file's layers; columns that nothing shows are in the manifest's table. */
function shownValues(values: Record<string, string>, uses: RunOptions['uses']): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => uses.has(name)))
}

function pathOf({ library }: State, sha256: string): string {
  const path = library.pathOf(sha256)
  if (path !== undefined) return path
  throw new StudioError({
    code: 'not-found',
    message: `the picture ${sha256.slice(0, 12)}… is not in the library`,
    where: { field: 'pictures' },
    remedy: 'Bring it in again.',
  })
}

/**
 * The final name. Something else under it is never touched, unless it is what this batch put there. The same bytes there
 * already are this very file: a run before this one ended between giving it its name and noting it.
 */
async function settle(
  temporary: string,
  path: string,
  sha256: string,
  before: ReadonlySet<string> | undefined,
): Promise<void> {
  try {
    return await publish(temporary, path, { replace: false })
  } catch (error) {
    if (!isTaken(error)) throw error
  }
  const there = (await isPlainFile(path)) ? await hashFile(path) : undefined
  if (there === sha256) return
  if (there === undefined || !before?.has(there)) throw foreign(path)
  await publish(temporary, path)
}

const isTaken = (error: unknown): boolean =>
  error instanceof StudioError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EEXIST'

export async function isPlainFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

const foreign = (path: string) =>
  new StudioError({
    code: 'usage',
    message: 'there is another file of this name already, which was not made by this batch',
    where: { file: path },
    remedy: 'Move it away, choose another folder, or another template of names.',
  })

/** Where the folder lies is no part of the failure: manifests of two runs are compared. */
function forManifest(error: StudioError, folder: string): StudioErrorData {
  const { where, ...data } = error.toJSON()
  const file = where?.file?.startsWith(folder) ? where.file.slice(folder.length + 1).replaceAll('\\', '/') : undefined
  const field = where?.field
  const place = { ...(file === undefined ? {} : { file }), ...(field === undefined ? {} : { field }) }
  return { ...data, ...(Object.keys(place).length > 0 ? { where: place } : {}) }
}

/** Recipes that these files need, in the order in which they need them. */
export function recipesFor(tasks: readonly FileTask[], { pictures, copy }: Expansion): Map<string, Recipe> {
  const needed = new Map<string, Recipe>()
  for (const task of tasks) {
    for (const { recipe } of Object.values(task.lines)) needed.set(recipe, copy.get(recipe)!)
    for (const picture of Object.values(task.pictures))
      if ('recipe' in picture) needed.set(picture.recipe, pictures.get(picture.recipe)!)
  }
  return needed
}
