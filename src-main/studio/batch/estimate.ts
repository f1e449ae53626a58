import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkerPool } from '#main/workers/pool.ts'
import type { FileTask } from '#shared/batch/expand.ts'
import type { BatchEstimate, BatchProblem } from '#shared/contract/batch.ts'
import { requireArtboard } from '#shared/document/document.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { composeTask, fileOf, inScratch } from '../compose.ts'
import { recipesOf } from '../exports.ts'
import { removeWhole } from '../files.ts'
import { make } from '../make.ts'
import { paceKey, stepsOf, usualPace, wholeOf } from '../pace.ts'
import type { Room } from '../room.ts'
import type { State } from '../state.ts'
import { alreadyMade } from './parts.ts'
import type { Prepared } from './prepare.ts'
import type { Pace, Registry } from './registry.ts'
import { recipesFor } from './run.ts'
import { THUMBNAIL_SIDE } from './thumbnails.ts'
import { requireUsable, variationOf } from './variation.ts'

/** How long a plan takes and how much room, from what is known of earlier runs or is tried now. */

export interface EstimateOptions {
  room: Room
  state: State
  registry: Registry
  pool: WorkerPool
  signal: AbortSignal
  /** Try also what is known from before, so that the numbers are of this document. */
  afresh: boolean
}

/** Rounds in which every kind of file is tried, as long as this takes no longer. */
const SAMPLES = 3
const SAMPLING_MS = 10_000
/** Space that a file system needs besides. */
const SPARE_BYTES = 1 << 20

export async function estimate(prepared: Prepared, options: EstimateOptions): Promise<BatchEstimate> {
  const { state } = options
  const { files } = prepared
  const problems = rowProblems(prepared, state)
  const skipped = new Set(problems.flatMap(({ rows = [] }) => rows))
  const tasks = skipped.size > 0 ? files.filter(({ row }) => !skipped.has(row)) : files
  const missing = await notYetMade(recipesFor(tasks, prepared), state)
  const parts = await secondsOf(missing, prepared.device, options)
  const kinds = Map.groupBy(tasks, (task) => kindOf(task, prepared))
  const paces = await pacesOf(kinds, prepared, options)

  let seconds: number | undefined = parts
  let bytes: number | undefined = 0
  for (const [kind, of] of kinds) {
    const pace = paces.get(kind)
    if (seconds !== undefined) seconds = pace && seconds + pace.seconds * of.length
    if (bytes !== undefined) bytes = pace && bytes + pace.bytes * of.length
  }
  return {
    files: files.length,
    pictures: missing.filter(({ kind }) => kind !== 'text').length,
    lines: missing.filter(({ kind }) => kind === 'text').length,
    ...(seconds === undefined ? {} : { seconds }),
    ...(bytes === undefined ? {} : { bytes: Math.round(bytes) }),
    problems,
  }
}

/** Rows whose values cannot be what hangs on them. Of values that are still to be made nothing is known. */
function rowProblems({ files, uses }: Prepared, { library }: State): BatchProblem[] {
  const found = new Map<string, { error: StudioError; rows: Set<number> }>()
  const known = new Map<string, boolean>()
  const isPicture = (sha256: string) => {
    const there = known.get(sha256) ?? library.get(sha256) !== undefined
    known.set(sha256, there)
    return there
  }
  for (const { values, pictures, row } of files) {
    const all = { ...values }
    for (const [name, picture] of Object.entries(pictures)) {
      if ('sha256' in picture) all[name] = picture.sha256
      else delete all[name]
    }
    try {
      requireUsable(all, uses, isPicture)
    } catch (thrown) {
      const error = toStudioError(thrown)
      const entry = found.get(error.message) ?? { error, rows: new Set() }
      entry.rows.add(row)
      found.set(error.message, entry)
    }
  }
  return [...found.values()].map(({ error, rows }) => ({ kind: 'skips', error: error.toJSON(), rows: [...rows] }))
}

export async function notYetMade(recipes: ReadonlyMap<string, Recipe>, state: State): Promise<Recipe[]> {
  const missing: Recipe[] = []
  for (const recipe of recipes.values()) if (!(await alreadyMade(state, recipe))) missing.push(recipe)
  return missing
}

/** Of what has to be made, one after the other; the first of a kind that nobody has made yet is made now and kept. */
async function secondsOf(
  recipes: readonly Recipe[],
  device: string,
  options: EstimateOptions,
): Promise<number | undefined> {
  const { room, state, registry, signal } = options
  let all = 0
  for (const recipe of recipes) {
    const key = paceKey(recipe, device)
    const usual = usualPace(state.jobs.paces(key))
    const known = registry.pace(key)?.seconds ?? wholeOf(usual, stepsOf(recipe))
    if (known !== undefined) {
      all += known
      continue
    }
    if (!options.afresh) return undefined
    const { seconds, ran } = await make(room, recipe, { signal, device })
    // Loading the model is paid once, and has been now.
    registry.learn(key, { seconds: Math.max(0, seconds.total - ran.loadSeconds), bytes: 0 })
  }
  return all
}

/** Files of a kind take about the same time and room. */
function kindOf({ artboard, size, format }: FileTask, { document }: Prepared): string {
  const board = requireArtboard(document, artboard)
  const { width, height } = size ?? board
  const layers = document.layers.length
  return ['file', width, height, format.scale, format.format, format.quality ?? '', format.bleed, layers].join(' ')
}

/** Wall seconds and bytes per file, with all workers busy. A kind without any is left out. */
async function pacesOf(
  kinds: ReadonlyMap<string, readonly FileTask[]>,
  prepared: Prepared,
  options: EstimateOptions,
): Promise<Map<string, Pace>> {
  const { registry, afresh } = options
  const paces = new Map<string, Pace>()
  const unknown = new Map<string, readonly FileTask[]>()
  for (const [kind, tasks] of kinds) {
    const known = registry.pace(kind)
    if (known) paces.set(kind, known)
    if (!known || afresh) unknown.set(kind, tasks)
  }
  if (unknown.size === 0) return paces
  for (const [kind, tried] of await trySome(unknown, prepared, options)) {
    const pace = meanOf(tried)
    paces.set(kind, pace)
    registry.learn(kind, pace)
    registry.learn(formatKey(unknown.get(kind)![0]!), perMegapixel(pace, unknown.get(kind)![0]!, prepared))
  }
  // Too many kinds to try them all: the format and the pixels say most.
  for (const [kind, [task]] of unknown) {
    const known = registry.pace(formatKey(task!))
    if (known && !paces.has(kind)) paces.set(kind, timesMegapixels(known, task!, prepared))
  }
  return paces
}

const formatKey = ({ format: { format, quality } }: FileTask) => `format ${format} ${quality ?? ''}`

function megapixels({ artboard, size, format }: FileTask, { document }: Prepared): number {
  const { width, height } = size ?? requireArtboard(document, artboard)
  return (width * height * format.scale ** 2) / 1e6
}

function perMegapixel({ seconds, bytes }: Pace, task: FileTask, prepared: Prepared): Pace {
  const pixels = megapixels(task, prepared)
  return { seconds: seconds / pixels, bytes: bytes / pixels }
}

function timesMegapixels({ seconds, bytes }: Pace, task: FileTask, prepared: Prepared): Pace {
  const pixels = megapixels(task, prepared)
  return { seconds: seconds * pixels, bytes: bytes * pixels }
}

/**
 * A few files of each kind into the scratch folder, all workers at it as they will be: one of each kind first, then
 * more as long as there is time.
 */
async function trySome(
  kinds: ReadonlyMap<string, readonly FileTask[]>,
  prepared: Prepared,
  { state, pool, signal }: EstimateOptions,
): Promise<Map<string, Pace[]>> {
  const until = performance.now() + SAMPLING_MS
  const readings = new Map<string, Pace[]>()
  const warm = new Set<string>()
  await inScratch(state, async (folder) => {
    let number = 0
    const tryOne = async (task: FileTask): Promise<Pace> => {
      const out = join(folder, `${number++}`)
      const values = await valuesSoFar(task, prepared, state)
      const recipe = variationOf(prepared.layoutOf(task), task, values, (all) => recipesOf(all, state.library))
      const assets: Record<string, string> = {}
      for (const sha256 of recipe.pictures) assets[sha256] = state.library.pathOf(sha256) ?? ''
      const thumbnail = { out: `${out}.jpg`, side: THUMBNAIL_SIDE }
      const before = performance.now()
      const { bytes } = await pool.run(composeTask(recipe, assets, out, { ...fileOf(recipe), thumbnail }), { signal })
      const seconds = (performance.now() - before) / 1000 / pool.size
      await Promise.all([removeWhole(out), removeWhole(thumbnail.out)])
      return { seconds, bytes }
    }
    /** One that cannot be made says nothing of the others; it will be told when its turn comes. */
    const tryAll = async (tasks: readonly FileTask[]): Promise<Pace[]> => {
      const settled = await Promise.allSettled(tasks.map(tryOne))
      signal.throwIfAborted()
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    }
    for (let round = 0; round < SAMPLES; round++) {
      for (const [kind, tasks] of kinds) {
        if (performance.now() > until) return
        const chosen = Array.from({ length: pool.size }, (_, at) => {
          const place = (round * pool.size + at + 0.5) / (SAMPLES * pool.size)
          return tasks[Math.floor(place * tasks.length)]!
        })
        // What a worker does for the first time takes longer than ever after: that is not counted.
        const format = formatKey(chosen[0]!)
        if (!warm.has(format)) await tryAll(Array.from({ length: pool.size }, () => chosen[0]!))
        warm.add(format)
        const tried = await tryAll(chosen)
        if (tried.length > 0) readings.set(kind, [...(readings.get(kind) ?? []), ...tried])
      }
    }
  })
  return readings
}

const meanOf = (paces: readonly Pace[]): Pace => ({
  seconds: paces.reduce((sum, { seconds }) => sum + seconds, 0) / paces.length,
  bytes: paces.reduce((sum, { bytes }) => sum + bytes, 0) / paces.length,
})

/** What is not made yet is left as the document shows it. */
async function valuesSoFar({ values, pictures, lines }: FileTask, prepared: Prepared, state: State) {
  const all = { ...values }
  for (const [name, picture] of Object.entries(pictures)) {
    delete all[name]
    if ('sha256' in picture) all[name] = picture.sha256
    else {
      const made = await alreadyMade(state, prepared.pictures.get(picture.recipe)!)
      if (made?.[0]) all[name] = made[0]
    }
  }
  for (const [name, { recipe, line }] of Object.entries(lines)) {
    const made = await alreadyMade(state, prepared.copy.get(recipe)!)
    if (made?.[line] !== undefined) all[name] = made[line]
  }
  return all
}

/** Free room in the file system of a folder, or of the nearest one above it that exists. Bytes. */
export async function freeBytes(folder: string): Promise<number> {
  for (let at = folder; ; at = join(at, '..')) {
    try {
      const { bavail, bsize } = await statfs(at)
      return bavail * bsize
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === join(at, '..'))
        throw toStudioError(error, { file: folder })
    }
  }
}

/** Refused before the first file rather than stopped at the last. */
export async function spaceProblem(folder: string, bytes: number): Promise<BatchProblem | undefined> {
  const free = await freeBytes(folder)
  if (bytes + SPARE_BYTES <= free) return undefined
  const error = new StudioError({
    code: 'no-space',
    message: `the files will take about ${megabytes(bytes)}, and ${megabytes(free)} are free`,
    where: { file: folder },
    remedy: 'Free some space or choose another folder.',
  })
  return { kind: 'stops', error: error.toJSON() }
}

const megabytes = (bytes: number) => `${Math.max(1, Math.round(bytes / 1e6)).toLocaleString('en')} MB`
