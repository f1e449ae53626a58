import { readdir, readFile, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { watch } from 'chokidar'
import { ensureFolder, exists, writeWhole } from '#main/studio/files.ts'
import type { Row } from '#shared/batch/expand.ts'
import { legalName } from '#shared/batch/names.ts'
import { readBrief } from '#shared/copy/brief.ts'
import { readVocabulary } from '#shared/copy/vocabulary.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { briefFrom } from '../brief.ts'
import type { Host } from '../host.ts'
import { bringPictures, type PlanFile, readPlan, rowsOfTable } from '../plan-file.ts'
import { followBatch, outcomeOf, requireDone, runBatch } from '../run-batch.ts'

export interface WatchRequest {
  folder: string
  plan: string
  out: string
  device?: string
}

export const PROCESSED = 'processed'
export const FAILED = 'failed'

const TABLES = new Set(['.csv', '.tsv', '.xlsx', '.json'])
const BRIEFS = new Set(['.txt'])

/** A file that has not changed for so long is whole. ms */
const STILL = 800
/** The folder is looked at without being told, too: network drives tell nothing, and a name that comes again may be missed. ms */
const LOOK_EVERY = 2000
/** A full disk is looked at again after so long. ms */
const WAIT_FOR_ROOM = 10_000

/** Takes what is put into a folder, one after the other, until somebody says stop. */
export async function watchFolder(host: Host, { folder, plan, out, device }: WatchRequest): Promise<void> {
  const { output, signal } = host
  const inside = await folderOf(folder)
  await ensureFolder(resolve(out))
  const outside = await folderOf(out)
  requireApart(inside, outside)
  // What is wrong with the plan is said now, not with the first table.
  const { spec } = await readPlan(host, plan, device)
  await host.studio.batches.requireDevice(spec.device)
  for (const name of [PROCESSED, FAILED]) await ensureFolder(join(inside, name))

  let wake = () => {}
  const watcher = watch(inside, { depth: 0, ignoreInitial: true })
  watcher.on('all', () => wake())
  watcher.on('error', (error) => output.note(toStudioError(error).toLine()))
  const onStop = () => wake()
  signal.addEventListener('abort', onStop, { once: true })
  output.note(`watching ${inside}; Ctrl-C ends it`)
  output.event({ event: 'watching', in: inside, out: outside })
  try {
    while (!signal.aborted) {
      const next = await findStill(inside, signal)
      if (next !== undefined) await take(host, next, { plan, device, inside, outside })
      else
        await new Promise<void>((resolve) => {
          const later = setTimeout(resolve, LOOK_EVERY)
          wake = () => {
            clearTimeout(later)
            resolve()
          }
          if (signal.aborted) wake()
        })
    }
  } finally {
    signal.removeEventListener('abort', onStop)
    await watcher.close()
  }
}

/** The first file by name that nobody writes to any more. */
async function findStill(inside: string, signal: AbortSignal): Promise<string | undefined> {
  const look = async () => {
    const seen = new Map<string, string>()
    for (const name of (await readdir(inside)).filter(isTaken).sort()) {
      const found = await stat(join(inside, name)).catch(() => undefined) // taken away again
      if (found?.isFile()) seen.set(name, `${found.size} ${found.mtimeMs}`)
    }
    return seen
  }
  const before = await look()
  if (before.size === 0) return undefined
  await sleep(STILL, undefined, { signal }).catch(() => {}) // stopped: the loop sees it
  if (signal.aborted) return undefined
  const after = await look()
  const still = [...before].find(([name, state]) => after.get(name) === state)
  return still && join(inside, still[0])
}

/** Not what spreadsheets and editors put beside a file while they have it open. */
function isTaken(name: string): boolean {
  const extension = extname(name).toLowerCase()
  return !/^[.~]/.test(name) && (TABLES.has(extension) || BRIEFS.has(extension))
}

interface Places {
  plan: string
  device: string | undefined
  inside: string
  outside: string
}

/** One table or brief: its files in a folder of its name, itself among the processed or the failed. */
async function take(host: Host, path: string, { plan, device, inside, outside }: Places): Promise<void> {
  const { output, signal } = host
  const name = basename(path)
  output.event({ event: 'taken', file: path })
  try {
    const planned = await readPlan(host, plan, device)
    const rows = await rowsIn(host, path, planned, inside)
    const folder = await folderFor(outside, name)
    const { document, spec } = planned
    const request = { document: { ...document, columns: [], rows: [], plans: [] }, spec, rows, folder, resume: true }
    let resting = await runBatch(host, { ...request, name: basename(name, extname(name)) })
    while (!signal.aborted && resting.error?.code === 'no-space') {
      output.note(new StudioError(resting.error).toLine())
      await sleep(WAIT_FOR_ROOM, undefined, { signal }).catch(() => {}) // stopped: what is there stays
      if (signal.aborted) break
      await host.studio.batches.resume(resting.id)
      resting = await followBatch(host, resting.id, signal)
    }
    const outcome = await outcomeOf(host, resting)
    requireDone(outcome, 'watch again')
    await move(path, join(inside, PROCESSED))
    output.say(`${name}  ${outcome.files.length} files in ${resting.place}`)
    output.event({ event: 'processed', file: path, out: resting.place, files: outcome.files })
  } catch (thrown) {
    const error = toStudioError(thrown, { file: name })
    // Where it stopped it goes on next time: the file stays where it is.
    if (error.code === 'cancelled' || signal.aborted) throw error
    const moved = await move(path, join(inside, FAILED))
    await writeWhole(`${moved}.error.txt`, `${error.toLine()}\n`)
    output.note(`${name}: ${error.toLine()}`)
    output.event({ event: 'failed', file: path, error: error.toJSON() })
  }
}

/** Rows of a table; a brief is one row, a column for each thing that it says. */
async function rowsIn(host: Host, path: string, planned: PlanFile, inside: string): Promise<Row[]> {
  const { document } = planned
  if (BRIEFS.has(extname(path).toLowerCase()) || (await isBrief(path))) return [await rowOfBrief(host, path, planned)]
  const table = await host.studio.tables.read(path, { signal: host.signal })
  const columns = table.columns.filter(({ kind }) => kind === 'picture').map(({ name }) => name)
  // Whoever may put a table here may not read the rest of the disk with it.
  return bringPictures(host, rowsOfTable(table), { document, columns, folder: inside, inside: true })
}

const MOST_BRIEF = 1 << 20

async function isBrief(path: string): Promise<boolean> {
  if (extname(path).toLowerCase() !== '.json' || (await stat(path)).size > MOST_BRIEF) return false
  const text = await readFile(path, 'utf8')
  return /^\s*\{/.test(text) && /"product"\s*:/.test(text) && !/"rows"\s*:/.test(text)
}

const FIELDS = ['product', 'category', 'audience', 'occasion', 'tone', 'benefit'] as const

async function rowOfBrief({ studio }: Host, path: string, { spec }: PlanFile): Promise<Row> {
  const text = await readFile(path, 'utf8')
  // In the words that the model knows, when one writes here.
  const writer = Object.values(spec.copy.written)[0]?.model
  const family = writer === undefined ? undefined : (await studio.models.get(writer)).manifest
  const vocabulary = readVocabulary(family?.family === 'text' ? family.config.vocabulary : {})
  const isJson = extname(path).toLowerCase() === '.json'
  const { brief } = isJson ? await briefFrom(path, vocabulary) : readBrief(text, vocabulary)
  const row: Record<string, string> = { brief: text.trim() }
  for (const field of FIELDS) row[field] = brief[field] ?? ''
  return row
}

/** One that a run before this one did not finish, or a new one. */
async function folderFor(outside: string, name: string): Promise<string> {
  const stem = legalName(basename(name, extname(name))) || 'Batch'
  for (let number = 1; ; number++) {
    const folder = join(outside, number === 1 ? stem : `${stem}-${number}`)
    if (!(await exists(join(folder, 'manifest.json')))) return folder
  }
}

/** Under its own name, or the next one that is free. */
async function move(path: string, folder: string): Promise<string> {
  const extension = extname(path)
  const stem = basename(path, extension)
  const taken = new Set(await readdir(folder))
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}${extension}` : `${stem}-${number}${extension}`
    if (taken.has(name)) continue
    await rename(path, join(folder, name))
    return join(folder, name)
  }
}

async function folderOf(path: string): Promise<string> {
  try {
    const whole = await realpath(path)
    if ((await stat(whole)).isDirectory()) return whole
  } catch (error) {
    throw toStudioError(error, { file: path })
  }
  throw new StudioError({ code: 'usage', message: 'this is a file, a folder is needed', where: { file: path } })
}

/** Files that come out must never go in again. */
function requireApart(inside: string, outside: string): void {
  const within = (inner: string, outer: string) => {
    const path = relative(outer, inner)
    return path === '' || !(path === '..' || path.startsWith(`..${sep}`) || resolve(path) === path)
  }
  if (!within(outside, inside) && !within(inside, outside)) return
  throw new StudioError({
    code: 'usage',
    message: 'the folder for the files lies in the watched one, or the other way round',
    where: { file: outside },
    remedy: `Choose a folder beside it, such as ${join(dirname(inside), 'out')}.`,
  })
}
