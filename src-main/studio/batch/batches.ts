import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { openPool, type WorkerPool } from '#main/workers/pool.ts'
import type { WorkerLane } from '#main/workers/supervisor.ts'
import { legalName } from '#shared/batch/names.ts'
import { rowsOf } from '#shared/batch/rows.ts'
import {
  type Batch,
  type BatchCell,
  type BatchEstimate,
  type Batches,
  type BatchState,
  cellsRequest,
  type EstimateRequest,
  estimateRequest,
  type StartRequest,
  startRequest,
} from '#shared/contract/batch.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import { PYRAMID_SIDES } from '#shared/contract/studio-api.ts'
import { parseDocument } from '#shared/document/document.ts'
import { StudioError, type StudioErrorData, toStudioError } from '#shared/errors.ts'
import { parse } from '#shared/validate.ts'
import type { Exports } from '../exports.ts'
import { exists, hashFile, removeWhole } from '../files.ts'
import type { Room } from '../room.ts'
import type { State } from '../state.ts'
import { writeZip } from './archive.ts'
import { type KnownDevices, requireDevice } from './device.ts'
import { estimate, spaceProblem } from './estimate.ts'
import { isStillThere, provedBy, realFolder, requireFresh, requireWritable, sweepFolder } from './folder.ts'
import { openJournal, readJournal, removeJournal } from './journal.ts'
import {
  type Cell,
  cellOf,
  countsOf,
  enliven,
  type Live,
  passes,
  progressOf,
  type Running,
  shown,
  sinceStart,
  UNMARKED,
} from './live.ts'
import { type Contents, MANIFEST, MANIFEST_CSV, writeManifests } from './manifest.ts'
import { makeParts } from './parts.ts'
import { type Prepared, prepare, requireEqualRows } from './prepare.ts'
import { type Entry, type KeptPlan, type Marks, openRegistry, type Registry } from './registry.ts'
import { isPlainFile, recipesFor, runFiles } from './run.ts'
import { sheetName, writeSheets } from './sheet.ts'
import { openThumbnails, type Thumbnails } from './thumbnails.ts'

/**
 * Batches of the service. A plan is checked whole, then made file by file in a fixed order; what is finished stands in
 * the journal of its folder, so a batch goes on where it was after a pause, a full disk or the end of the process.
 */
export interface BatchesOptions {
  room: Room
  exports: Pick<Exports, 'keep'>
  openImaging(name: string): WorkerLane
  devices: KnownDevices
  /** A person's own jobs run or wait on a lane. */
  lineIsBusy(): boolean
  now(): number
}

export interface OwnBatches extends Batches {
  present(): StudioEvent[]
  /** Go on with what ran when the service ended. */
  goOn(): Promise<void>
  close(): Promise<void>
}

/** Windows hear of a batch this often. ms */
const TELL_EVERY = 250
/** Cells in one event. */
const MOST_CELLS = 500
/** Workers that nobody needs go after this long. ms */
const IDLE = 30_000

export function createBatches({ room, exports, openImaging, devices, lineIsBusy, now }: BatchesOptions): OwnBatches {
  const { home, feed } = room
  const lives = new Map<string, Promise<Live>>()
  /** Those in memory, for `present`. */
  const loaded = new Map<string, Live>()
  const places = new Map<string, string>()
  const ends = new Map<string, Set<() => void>>()
  let registry: Promise<Registry> | undefined
  let opened: Registry | undefined
  let thumbnails: Thumbnails | undefined
  let pool: WorkerPool | undefined
  let users = 0
  let idle: NodeJS.Timeout | undefined
  let closing = false

  function theRegistry(): Promise<Registry> {
    registry ??= room.state().then(
      () => {
        opened = openRegistry(home)
        // A command's batch ended with the command; whoever wants it goes on with it.
        for (const { id, ofCommand, state } of opened.list())
          if (ofCommand && isUnderWay(state)) opened.update(id, { state: 'paused' })
        return opened
      },
      (error) => {
        registry = undefined
        throw error
      },
    )
    return registry
  }

  async function withPool<T>(work: (pool: WorkerPool) => Promise<T>): Promise<T> {
    clearTimeout(idle)
    users++
    pool ??= openPool(availableParallelism(), (number) => openImaging(`batch worker ${number}`))
    try {
      return await work(pool)
    } finally {
      users--
      if (users === 0) idle = setTimeout(() => void restPool(), IDLE).unref()
    }
  }

  async function restPool(): Promise<void> {
    const resting = pool
    if (users > 0) return
    pool = undefined
    await resting?.close()
  }

  const thumbnailsIn = (state: State): Thumbnails => {
    thumbnails ??= openThumbnails(home, state)
    return thumbnails
  }

  // ── telling ───────────────────────────────────────────────────────────────────────────────────

  const changed = new Map<Live, Set<Cell>>()
  let telling: NodeJS.Timeout | undefined

  function tellSoon(live: Live, cell?: Cell): void {
    const cells = changed.get(live) ?? new Set()
    changed.set(live, cells)
    if (cell) cells.add(cell)
    telling ??= setTimeout(tellNow, TELL_EVERY)
  }

  function tellNow(): void {
    clearTimeout(telling)
    telling = undefined
    for (const [live, cells] of changed) {
      const { id } = live.entry
      feed.publish({ type: 'batch', batch: shown(live.entry, live) })
      const all = [...cells].map((cell) => cellOf(cell, live.prepared.uses))
      for (let at = 0; at < all.length; at += MOST_CELLS)
        feed.publish({ type: 'batch-cells', id, cells: all.slice(at, at + MOST_CELLS) })
    }
    changed.clear()
  }

  /** On the disk before it is told. */
  function become(live: Live, state: BatchState, error?: StudioErrorData): void {
    const { error: _, ended: __, ...entry } = live.entry
    const over = state === 'done' || state === 'cancelled' || state === 'failed'
    live.entry = { ...entry, state, ...(error ? { error } : {}), ...(over ? { ended: now() } : {}) }
    live.entry.counts = countsOf(live)
    try {
      opened?.update(live.entry.id, live.entry)
    } catch {
      // A full disk also has no room for this note. The folder's journal says how far it is; the next change is noted.
    }
    tellSoon(live)
    tellNow()
  }

  // ── in memory ─────────────────────────────────────────────────────────────────────────────────

  async function entryOf(id: string): Promise<Entry> {
    const entry = (await theRegistry()).get(id)
    if (entry) return entry
    throw new StudioError({ code: 'not-found', message: 'there is no such batch', where: { field: 'id' } })
  }

  async function live(id: string): Promise<Live> {
    await entryOf(id)
    const known = lives.get(id)
    if (known) return known
    const loading = load(id)
    lives.set(id, loading)
    loading.catch(() => lives.delete(id))
    return loading
  }

  async function load(id: string): Promise<Live> {
    const kept = await theRegistry()
    const entry = await entryOf(id)
    const marks = kept.marks(id)
    const rerolls = new Map([...marks].map(([cell, { rerolls }]) => [cell, rerolls]))
    const prepared = await prepare(room, kept.planOf(id), rerolls)
    const { done, failed } = await provedBy(entry.folder)
    const errors = new Map(failed.map(({ index, error }) => [index, error]))
    return remember(enliven(entry, prepared, marks, done, errors))
  }

  function remember(one: Live): Live {
    loaded.set(one.entry.id, one)
    return one
  }

  // ── the run ───────────────────────────────────────────────────────────────────────────────────

  function go(one: Live): void {
    if (one.running || closing) return
    const running: Running = {
      stop: new AbortController(),
      abort: new AbortController(),
      wanted: 'paused',
      since: performance.now(),
      from: 0,
      over: Promise.resolve(),
    }
    one.running = running
    running.over = withPool((workers) => run(one, running, workers))
      .catch((thrown) => ended(one, running, thrown))
      .finally(() => {
        delete one.running
        tellSoon(one)
        tellNow()
        for (const tell of ends.get(one.entry.id) ?? []) tell()
      })
  }

  /** The clock of the run stops, and what it comes to is noted. */
  function rest(one: Live, running: Running, state: BatchState, error?: StudioErrorData): void {
    one.entry.seconds += sinceStart(one)
    running.since = performance.now()
    become(one, state, error)
  }

  function ended(one: Live, running: Running, thrown: unknown): void {
    const error = toStudioError(thrown)
    for (const cell of one.cells) if (cell.state === 'making') cell.state = 'waiting'
    if (closing) return
    const again = error.code === 'no-space' || error.code === 'not-writable' || error.code === 'cancelled'
    rest(one, running, again ? 'paused' : 'failed', error.toJSON())
  }

  async function run(one: Live, running: Running, workers: WorkerPool): Promise<void> {
    const state = await room.state()
    const kept = await theRegistry()
    const { folder } = one.entry
    for (const cell of one.cells) {
      if (cell.state === 'failed') forget(cell)
      if (cell.done && !(await isStillThere(folder, cell.done))) forget(cell)
    }
    const open = one.cells.filter((cell) => cell.state !== 'done')
    const tasks = open.map(({ task }) => task)
    const recipes = recipesFor(tasks, one.prepared)
    one.parts = { made: 0, all: recipes.size }
    await requireWritable(folder)
    // It may have gone since the plan was checked.
    if (recipes.size > 0) await requireDevice(one.prepared.device, devices)
    if (!one.entry.estimate && !(await foretell(one, running, state, workers))) return
    running.since = performance.now()
    running.from = progressOf(one)
    become(one, 'running')
    await sweepFolder(folder, tasks)
    const before = await readJournal(folder)
    const journal = await openJournal(folder, before?.length ?? 0, before ? [] : one.proved)
    const trouble = (error: StudioError) => {
      running.trouble ??= error.toJSON()
      running.stop.abort()
    }
    const ours = oursOf(one)
    const cellFor = new Map(open.map((cell) => [cell.task.index, cell]))
    const change = (task: { index: number }, to: Partial<Cell>) => {
      const cell = cellFor.get(task.index)!
      Object.assign(cell, to)
      tellSoon(one, cell)
    }
    try {
      const parts = makeParts({
        ...{ room, state, registry: kept, recipes, lineIsBusy },
        device: one.prepared.device,
        signal: AbortSignal.any([running.abort.signal, running.stop.signal]),
        onMade() {
          one.parts.made++
          tellSoon(one)
        },
        onTrouble: trouble,
      })
      await runFiles(tasks, {
        ...{ state, folder, parts, journal, pool: workers },
        layoutOf: one.prepared.layoutOf,
        uses: one.prepared.uses,
        thumbnails: thumbnailsIn(state),
        ours,
        stop: running.stop.signal,
        signal: running.abort.signal,
        onBegin: (task) => change(task, { state: 'making' }),
        onDone(task, done) {
          one.proved.push(done)
          change(task, { state: 'done', done })
        },
        onFailed: (task, error) => change(task, { state: 'failed', error }),
        onPutBack: (task) => change(task, { state: 'waiting' }),
        onTrouble: trouble,
      })
    } finally {
      await journal.close()
    }
    if (closing) return
    if (running.trouble) return rest(one, running, 'paused', running.trouble)
    if (running.stop.signal.aborted) return rest(one, running, running.wanted)
    await finish(one, running, state, workers)
  }

  /** Time and room of all of it, before the first file. False when there is not enough room. */
  async function foretell(one: Live, running: Running, state: State, workers: WorkerPool): Promise<boolean> {
    become(one, 'preparing')
    const { prepared, cells, entry } = one
    const { signal } = running.abort
    const options = { room, state, registry: await theRegistry(), pool: workers, signal, afresh: true }
    const { seconds, bytes } = await estimate(prepared, options)
    entry.estimate = { ...(seconds === undefined ? {} : { seconds }), ...(bytes === undefined ? {} : { bytes }) }
    const left = cells.filter(({ state }) => state !== 'done').length
    const problem = await spaceProblem(entry.folder, ((bytes ?? 0) * left) / cells.length)
    if (problem) rest(one, running, 'paused', problem.error)
    return problem === undefined
  }

  /** Everything is there or has failed: the folder says so of itself, and the journal goes. */
  async function finish(one: Live, running: Running, state: State, workers: WorkerPool): Promise<void> {
    const { folder, name } = one.entry
    become(one, 'finishing')
    const current = new Set(one.cells.map(({ task }) => task.path))
    for (const [path, shas] of oursOf(one)) {
      const file = join(folder, path)
      // Made again under another name; the old one goes, unless somebody has changed it.
      if (!current.has(path) && (await isPlainFile(file)) && shas.has(await hashFile(file))) await removeWhole(file)
    }
    const contents: Contents = {
      name,
      files: one.cells.flatMap(({ task, done }) => (done ? [{ task, done }] : [])),
      failed: one.cells.flatMap(({ task, error }) => (error ? [{ task, error }] : [])),
      rows: one.prepared.plan.rows,
    }
    const { signal } = running.abort
    const freshWorker = () => openImaging('sheet worker')
    await writeSheets(folder, contents, { state, thumbnails: thumbnailsIn(state), lane: workers, freshWorker, signal })
    await writeManifests(folder, contents)
    await removeJournal(folder)
    rest(one, running, 'done')
  }

  async function halt(one: Live, wanted: Running['wanted']): Promise<void> {
    const { running } = one
    if (!running) return
    running.wanted = wanted
    running.stop.abort()
    await running.over
  }

  // ── asking ────────────────────────────────────────────────────────────────────────────────────

  function keptOf(request: {
    document: unknown
    spec: KeptPlan['spec']
    rows?: KeptPlan['rows'] | undefined
  }): KeptPlan {
    const document = parseDocument(request.document)
    const rows = request.rows ?? rowsOf(document)
    requireEqualRows(rows)
    return { document: { ...document, columns: [], rows: [], plans: [] }, spec: request.spec, rows }
  }

  async function estimated(value: EstimateRequest, { signal }: { signal?: AbortSignal } = {}): Promise<BatchEstimate> {
    const request = parse(estimateRequest, value, { what: 'batch' })
    const state = await room.state(signal)
    let prepared: Prepared
    try {
      prepared = await prepare(room, keptOf(request))
      await requireDevice(prepared.device, devices)
    } catch (thrown) {
      const error = toStudioError(thrown)
      if (error.code === 'internal') throw error
      return { files: 0, pictures: 0, lines: 0, problems: [{ kind: 'stops', error: error.toJSON() }] }
    }
    const options = { room, state, registry: await theRegistry(), signal: signal ?? new AbortController().signal }
    const found = await withPool((workers) => estimate(prepared, { ...options, pool: workers, afresh: false }))
    const space = found.bytes === undefined ? undefined : await spaceProblem(home, found.bytes)
    return { ...found, problems: [...(space ? [space] : []), ...found.problems] }
  }

  async function start(
    request: Omit<StartRequest, 'place'>,
    folder: string,
    ofCommand = false,
  ): Promise<{ id: string }> {
    const { document, spec, rows, name, project, resume } = parse(startRequest, request, { what: 'batch' })
    const kept = await theRegistry()
    const plan = keptOf({ document, spec, rows })
    const prepared = await prepare(room, plan)
    await requireDevice(prepared.device, devices)
    await requireNobodyIn(folder)
    const proved = await provedBy(folder)
    if (!resume) await requireFresh(folder, prepared.files)
    await requireWritable(folder)

    const entry: Entry = {
      ...{ id: randomUUID(), name, folder, state: 'preparing', seconds: 0, ofCommand, started: now() },
      ...(project === undefined ? {} : { project }),
      counts: { files: prepared.files.length, done: 0, failed: 0, bytes: 0, made: 0, parts: 0 },
    }
    kept.add(entry, plan)
    const one = remember(enliven(entry, prepared, new Map(), proved.done))
    lives.set(entry.id, Promise.resolve(one))
    go(one)
    return { id: entry.id }
  }

  /** One batch per folder; one that rests there makes place for the one that goes on with its files. */
  async function requireNobodyIn(folder: string): Promise<void> {
    const kept = await theRegistry()
    for (const { id, folder: theirs, state } of kept.list()) {
      if (theirs !== folder) continue
      if (isUnderWay(state) || loaded.get(id)?.running)
        throw new StudioError({
          code: 'locked',
          message: 'another batch is writing to this folder',
          where: { file: folder },
          remedy: 'Wait until it is done, or choose another folder.',
        })
      forgetBatch(kept, id)
    }
  }

  function forgetBatch(kept: Registry, id: string): void {
    kept.remove(id)
    lives.delete(id)
    loaded.delete(id)
    feed.publish({ type: 'batch-removed', id })
  }

  async function newFolder(name: string): Promise<string> {
    const wanted = join(home, 'batches', legalName(name) || 'Batch')
    for (let number = 1; ; number++) {
      const path = number === 1 ? wanted : `${wanted} ${number}`
      if (!(await exists(path))) return path
    }
  }

  async function mark(id: string, indexes: readonly number[], change: (marks: Marks) => Marks): Promise<Live> {
    const one = await live(id)
    const cells = cellsAt(one, indexes)
    const marks = new Map(cells.map((cell) => [cell.task.index, change(cell.marks)]))
    ;(await theRegistry()).mark(id, marks)
    for (const cell of cells) {
      cell.marks = marks.get(cell.task.index) ?? UNMARKED
      tellSoon(one, cell)
    }
    return one
  }

  async function reroll(id: string, indexes: readonly number[]): Promise<void> {
    const one = await live(id)
    const cells = cellsAt(one, indexes).filter(({ marks }) => !marks.locked)
    if (!cells.some(({ task }) => hasSeed(task))) throw nothingToReroll()
    const ran = one.running !== undefined
    await halt(one, 'paused')
    const chosen = cells.filter(({ task }) => hasSeed(task)).map(({ task }) => task.index)
    await mark(id, chosen, (marks) => ({ ...marks, rerolls: marks.rerolls + 1 }))
    const rerolls = new Map(one.cells.map(({ task, marks }) => [task.index, marks.rerolls]))
    one.prepared = await prepare(room, one.prepared.plan, rerolls)
    for (const [at, cell] of one.cells.entries()) {
      cell.task = one.prepared.files[at]!
      if (chosen.includes(cell.task.index)) forget(cell)
      tellSoon(one, cell)
    }
    if (ran || one.entry.state === 'done') go(one)
  }

  async function goOn(id: string): Promise<void> {
    const one = await live(id)
    if (one.entry.state === 'done' && one.cells.every(({ state }) => state === 'done')) return
    await one.running?.over
    go(one)
  }

  return {
    estimate: estimated,
    requireDevice: (device) => requireDevice(device, devices),
    async start({ place, ...request }) {
      const chosen = place === undefined ? undefined : places.get(place)
      if (place !== undefined && chosen === undefined) throw noPlace()
      return start(request, await realFolder(chosen ?? (await newFolder(request.name))))
    },
    async startIn({ folder, ...request }) {
      return start(request, await realFolder(folder), true)
    },
    async pause(id) {
      await halt(await live(id), 'paused')
    },
    resume: goOn,
    async cancel(id) {
      const one = await live(id)
      await halt(one, 'cancelled')
      if (one.entry.state === 'paused') become(one, 'cancelled')
    },
    async list() {
      return (await theRegistry()).list().map((entry) => view(entry))
    },
    get: async (id) => view(await entryOf(id)),
    async cells(value) {
      const { id, filter, from, count } = parse(cellsRequest, value, { what: 'cells' })
      const { cells, prepared } = await live(id)
      const passing = filter === 'all' ? cells : cells.filter((cell) => passes(filter, cell))
      const some = passing.slice(from, from + count)
      return { total: passing.length, cells: some.map((cell): BatchCell => cellOf(cell, prepared.uses)) }
    },
    reroll,
    async lock(id, cells, locked) {
      await mark(id, cells, (marks) => ({ ...marks, locked }))
    },
    async star(id, cells, starred) {
      await mark(id, cells, (marks) => ({ ...marks, starred }))
    },
    async exportStarred(id) {
      const { entry, cells } = await live(id)
      const files = filesOf(
        entry,
        cells.filter(({ marks }) => marks.starred),
      )
      if (files.length === 0) throw nothingStarred()
      return exports.keep(`${legalName(entry.name) || 'Batch'}.zip`, (path) => writeZip(files, path))
    },
    async remove(id) {
      const kept = await theRegistry()
      const running = loaded.get(id)
      if (running) await halt(running, 'cancelled')
      await entryOf(id)
      forgetBatch(kept, id)
    },
    registerPlace(path) {
      const id = randomUUID()
      places.set(id, path)
      return id
    },
    async settled(id) {
      const one = await live(id)
      while (one.running) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const waiting = ends.get(id) ?? new Set()
        ends.set(id, waiting.add(resolve))
        await promise
        waiting.delete(resolve)
      }
      return view(one.entry)
    },
    async picture(id, index, side) {
      const one = await live(id)
      const { done } = cellsAt(one, [index])[0]!
      if (!done) throw notYet(index)
      const most = PYRAMID_SIDES.find((known) => known >= side) ?? 2048
      const state = await room.state()
      const file = join(one.entry.folder, done.path)
      return { path: await thumbnailsIn(state).of(file, done.sha256, room.imaging, most), type: 'image/jpeg' }
    },
    async file(id, index) {
      const one = await live(id)
      const { done } = cellsAt(one, [index])[0]!
      if (!done) throw notYet(index)
      return { path: join(one.entry.folder, done.path), name: done.path.split('/').at(-1)! }
    },
    async contents(id) {
      const { entry, cells } = await live(id)
      const files = filesOf(entry, cells)
      const extra = [MANIFEST, MANIFEST_CSV, ...Array.from({ length: 40 }, (_, at) => sheetName(at + 1))]
      for (const name of extra) {
        const path = join(entry.folder, name)
        if (entry.state === 'done' && (await exists(path))) files.push({ path, name })
      }
      return { name: legalName(entry.name) || 'Batch', files }
    },
    present: () => (opened?.list() ?? []).map((entry) => ({ type: 'batch', batch: view(entry) })),
    async goOn() {
      for (const { id, state } of (await theRegistry()).list()) {
        if (!isUnderWay(state)) continue
        await live(id).then(go, (thrown) => {
          // Its models or its folder are gone: said where it stands in the list.
          opened?.update(id, { state: 'failed', error: toStudioError(thrown).toJSON(), ended: now() })
        })
      }
    },
    async close() {
      closing = true
      clearTimeout(idle)
      clearTimeout(telling)
      const running = [...loaded.values()].flatMap((one) => (one.running ? [one] : []))
      for (const one of running) {
        one.running?.stop.abort()
        one.running?.abort.abort()
      }
      await Promise.all(running.map((one) => one.running?.over))
      await pool?.close()
      opened?.close()
    },
  }

  function view(entry: Entry): Batch {
    const one = loaded.get(entry.id)
    return one ? shown(one.entry, one) : shown(entry)
  }
}

const isUnderWay = (state: BatchState): boolean => state === 'preparing' || state === 'running' || state === 'finishing'

function forget(cell: Cell): void {
  cell.state = 'waiting'
  delete cell.done
  delete cell.error
}

/** Every sha256 that this batch put under a path. */
function oursOf({ proved }: Live): Map<string, Set<string>> {
  const ours = new Map<string, Set<string>>()
  for (const { path, sha256 } of proved) ours.set(path, (ours.get(path) ?? new Set()).add(sha256))
  return ours
}

/** A model makes something in it: a picture or a line. */
const hasSeed = ({ pictures, lines }: Cell['task']): boolean =>
  Object.keys(lines).length > 0 || Object.values(pictures).some((picture) => 'recipe' in picture)

function cellsAt({ cells }: Live, indexes: readonly number[]): Cell[] {
  return indexes.map((index) => {
    const cell = cells[index - 1]
    if (cell) return cell
    throw new StudioError({
      code: 'not-found',
      message: `the batch has ${cells.length} files, there is no number ${index}`,
      where: { field: 'cells' },
    })
  })
}

const filesOf = ({ folder }: Entry, cells: readonly Cell[]) =>
  cells.flatMap(({ done }) => (done ? [{ path: join(folder, done.path), name: done.path }] : []))

const noPlace = () =>
  new StudioError({
    code: 'not-found',
    message: 'this place is not known (any more)',
    where: { field: 'place' },
    remedy: 'Choose the folder again.',
  })

const nothingToReroll = () =>
  new StudioError({
    code: 'usage',
    message: 'nothing in these files is made with a seed, or they are locked',
    where: { field: 'cells' },
    remedy: 'Unlock them, or give the plan a picture or a line that a model makes.',
  })

const nothingStarred = () =>
  new StudioError({ code: 'usage', message: 'no finished file is starred', remedy: 'Star the good ones first.' })

const notYet = (index: number) =>
  new StudioError({ code: 'not-found', message: `file ${index} is not made yet`, where: { field: 'index' } })
