import { lstat, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { FileTask } from '#shared/batch/expand.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { ensureFolder, exists, isRunning, removeWhole, temporaryBeside } from '../files.ts'
import { type Done, JOURNAL, readJournal } from './journal.ts'
import { MANIFEST, type ReadManifest, readManifest } from './manifest.ts'

/** The folder that a batch's files go to. */

/** What earlier work in it proves: the journal of one under way, else the manifest of a finished one. */
export async function provedBy(folder: string): Promise<ReadManifest & { unfinished: boolean }> {
  const journal = await readJournal(folder)
  if (journal) return { done: journal.done, failed: [], unfinished: true }
  return { ...((await readManifest(folder)) ?? { done: [], failed: [] }), unfinished: false }
}

/** Throws unless a new batch may begin here: nothing of another one, no file under a name of this one. */
export async function requireFresh(folder: string, tasks: readonly FileTask[]): Promise<void> {
  if (await exists(join(folder, JOURNAL))) throw inTheWay(folder, 'there is an unfinished batch in this folder', GO_ON)
  if (await exists(join(folder, MANIFEST))) throw inTheWay(folder, 'there is a finished batch in this folder', GO_ON)
  const there = await readdir(folder).catch(() => [])
  if (there.length === 0) return
  for (const { path } of tasks)
    if (await exists(join(folder, path)))
      throw inTheWay(join(folder, path), 'there is a file of this name already', ELSEWHERE)
}

const GO_ON = 'Go on with it ("--resume"), or choose another folder.'
const ELSEWHERE = 'Choose another folder, or another template of names.'

const inTheWay = (file: string, message: string, remedy: string) =>
  new StudioError({ code: 'usage', message, where: { file }, remedy })

/** Throws when nothing can be written there; makes it when it is not there yet. */
export async function requireWritable(folder: string): Promise<void> {
  await ensureFolder(folder)
  const probe = temporaryBeside(join(folder, 'probe'))
  try {
    await writeFile(probe, '', { flag: 'wx' })
  } catch (error) {
    throw toStudioError(error, { file: folder })
  } finally {
    await rm(probe, { force: true }).catch(() => {}) // it was never made
  }
}

/** The same folder by whatever path it is named; what does not exist yet counts by the nearest one above it. */
export async function realFolder(path: string): Promise<string> {
  const whole = resolve(path)
  try {
    return await realpath(whole)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(whole) === whole)
      throw toStudioError(error, { file: path })
    return join(await realFolder(dirname(whole)), whole.slice(dirname(whole).length).replace(/^[/\\]/, ''))
  }
}

const TEMPORARY = /^\.broadside-(\d+)-[0-9a-f]+\.tmp$/

/** Half files of processes that are gone, in every folder that the tasks write to. Nothing runs here yet. */
export async function sweepFolder(folder: string, tasks: readonly FileTask[]): Promise<void> {
  const folders = new Set([folder, ...tasks.map(({ path }) => dirname(join(folder, path)))])
  for (const one of folders) {
    for (const name of await readdir(one).catch(() => [])) {
      const pid = Number(TEMPORARY.exec(name)?.[1] ?? Number.NaN)
      if (pid === process.pid || (pid > 0 && !isRunning(pid))) await removeWhole(join(one, name))
    }
  }
}

/** Whether the file that was noted is still there, by its size: what was noted was whole. */
export async function isStillThere(folder: string, { path, bytes }: Done): Promise<boolean> {
  return lstat(join(folder, path)).then(
    (found) => found.isFile() && found.size === bytes,
    () => false,
  )
}
