import { totalmem } from 'node:os'
import { join } from 'node:path'
import { openLane, type WorkerLane } from '#main/workers/supervisor.ts'
import { type Artifact, typeOf } from '#shared/contract/artifact.ts'
import type {
  CallOptions,
  ExactSize,
  PictureFile,
  PyramidSide,
  StudioApi,
  Upload,
} from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { recipeHash } from '#shared/recipe/recipe.ts'
import { type Ahead, openAhead } from './ahead.ts'
import { createBatches } from './batch/batches.ts'
import { openChannels } from './channels.ts'
import { compose, inScratch, palette, pathIn, sheet } from './compose.ts'
import { copyFile } from './copy-file.ts'
import { createDeviceList } from './devices.ts'
import { readDocument } from './documents.ts'
import { openFeed } from './events.ts'
import { type ExactPictures, openExact } from './exact.ts'
import { createExports } from './exports.ts'
import { copyUnderFreeName, copyWhole, exists } from './files.ts'
import { knownWords, readPrompt } from './known-words.ts'
import { isThere, type ReadBack } from './library.ts'
import { make, signalOf } from './make.ts'
import { openModels } from './models.ts'
import { bring, readDieline } from './pictures.ts'
import { starterFolder, workerEntry } from './program.ts'
import { later } from './projects/orphans.ts'
import { openProjects } from './projects/projects.ts'
import type { ProjectsRoom } from './projects/room.ts'
import { openPyramid, type Pyramid, sweepPyramid } from './pyramid.ts'
import { openQueue, type Queue } from './queue.ts'
import { remake } from './remake.ts'
import type { Room } from './room.ts'
import { openState, type State } from './state.ts'
import { readTable } from './tables.ts'

export interface StudioOptions {
  /** The data folder; made when it does not exist. */
  home: string
  /** Folders of shipped packages. */
  starters?: readonly string[]
  /** What this process is, for others that wait for the data folder: "make image". */
  what?: string
  /** Milliseconds to wait for another process that has the data folder. */
  waitMs?: number
  onWait?: (holder: string) => void
  /** Keep a spare inference worker ready: for a service that lives long. */
  spare?: boolean
  /** Resident bytes at which an inference worker is stopped. */
  memoryCapBytes?: number
  /** Milliseconds that one recipe may take. */
  wallClockMs?: number
  workers?: { inference: URL; imaging: URL }
  now?: () => number
}

const GiB = 2 ** 30
const MINUTE = 60_000

const WORKERS = {
  inference: workerEntry('inference'),
  imaging: workerEntry('imaging'),
}

/** The application without a face. Nothing is started or written until a call needs it. */
export function createStudio(options: StudioOptions): StudioApi {
  const { home } = options
  const workers = options.workers ?? WORKERS
  // Node keeps the compiled workers here: a fresh one is ready in half the time.
  const env = { NODE_COMPILE_CACHE: join(home, 'cache') }
  const openInference = (spare: boolean): WorkerLane =>
    openLane({
      name: 'inference worker',
      entry: workers.inference,
      memoryCapBytes: options.memoryCapBytes ?? Math.min(4 * GiB, 0.7 * totalmem()),
      wallClockMs: options.wallClockMs ?? 15 * MINUTE,
      spare,
      env,
    })
  const openImaging = (name: string, background = false): WorkerLane =>
    openLane({
      name,
      entry: workers.imaging,
      memoryCapBytes: Math.min(2 * GiB, 0.7 * totalmem()),
      wallClockMs: 2 * MINUTE,
      background,
      env,
    })
  const lanes = new Map<string, WorkerLane>()
  const inferenceOn = (device: string): WorkerLane => {
    const lane = lanes.get(device) ?? openInference(options.spare ?? false)
    lanes.set(device, lane)
    return lane
  }
  const inference = inferenceOn('cpu')
  const imaging = openImaging('imaging worker')
  const files = openImaging('project worker')
  const models = openModels({ starter: options.starters ?? [starterFolder()], added: join(home, 'models') })

  let opened: Promise<State> | undefined
  let lined: Promise<Queue> | undefined
  let queue: Queue | undefined
  let ahead: Ahead | undefined
  const feed = openFeed({
    present: () => [...(queue?.present() ?? [{ type: 'snapshot' as const, queue: [] }]), ...batches.present()],
  })
  const room: Room = {
    home,
    models,
    inference,
    inferenceOn,
    imaging,
    feed,
    state(signal) {
      opened ??= openState(home, {
        what: options.what ?? 'broadside',
        waitMs: options.waitMs ?? 0,
        now: options.now ?? Date.now,
        readBack,
        onAdopted: (artifact) => feed.publish({ type: 'library', artifact }),
        ...(signal ? { signal } : {}),
        ...(options.onWait ? { onWait: options.onWait } : {}),
      }).catch((error) => {
        opened = undefined // the next call may find the folder free
        throw error
      })
      return opened
    },
  }

  /** The line of jobs comes with the data folder. */
  function theQueue(): Promise<Queue> {
    lined ??= room.state().then(
      (state) => {
        queue = openQueue(room, state)
        return queue
      },
      (error) => {
        lined = undefined
        throw error
      },
    )
    return lined
  }

  const exports = createExports(room)
  const batches = createBatches({
    ...{ room, exports, now: options.now ?? Date.now },
    openImaging: (name) => openImaging(name, true),
    devices: {
      soFar: () => devices.soFar(),
      try: async () => (await inference.run({ task: 'devices' })).devices,
    },
    lineIsBusy: () => queue?.isBusy ?? false,
  })
  const projectsRoom: ProjectsRoom = {
    ...{ home, imaging, files, what: options.what ?? 'broadside', now: options.now ?? Date.now, later },
    hasJobs: (project) => queue?.hasJobs(project) ?? false,
    state: () => room.state(),
    emit: (event) => feed.publish(event),
  }
  const projects = openProjects(projectsRoom)
  const devices = createDeviceList({
    home,
    lane: () => openInference(false),
    onFound: (found) => feed.publish({ type: 'devices', devices: found }),
  })
  let pyramid: Pyramid | undefined
  let exact: ExactPictures | undefined

  async function level(sha256: string, side?: PyramidSide, call: CallOptions = {}): Promise<PictureFile> {
    const state = await room.state(call.signal)
    pyramid ??= openPyramid(room, state)
    const thumbnail = projects.thumbnailPath(sha256)
    if (state.library.get(sha256) === undefined && (await exists(thumbnail)))
      return { path: thumbnail, type: 'image/webp' }
    const artifact = known(state, sha256)
    const smaller = side === undefined ? undefined : await pyramid.level(artifact, side)
    return smaller === undefined
      ? { path: pathIn(state, sha256), type: typeOf(artifact), ...wholeOf(artifact) }
      : { path: smaller, type: 'image/webp', ...wholeOf(artifact) }
  }

  async function exactly(sha256: string, size: ExactSize, call: CallOptions = {}): Promise<PictureFile> {
    const state = await room.state(call.signal)
    exact ??= openExact(room, state)
    const artifact = known(state, sha256)
    pathIn(state, sha256)
    return { path: await exact.file(artifact, size), type: 'image/png', ...wholeOf(artifact) }
  }

  async function readBack(path: string, extension: string): Promise<ReadBack> {
    if (extension === 'json') return { ...pick(await copyFile.read(path)), kind: 'copy' }
    const facts = await imaging.run({ task: 'read-metadata', path })
    const composed = (facts.recipe as { kind?: unknown } | undefined)?.kind === 'composition'
    return { width: facts.width, height: facts.height, ...pick(facts), ...(composed ? { kind: 'composition' } : {}) }
  }

  async function receive<T>(upload: Upload, use: (path: string) => Promise<T>): Promise<T> {
    return inScratch(await room.state(), async (folder) => {
      // What a file is called says what it may be: copy is remade from a ".json".
      const path = join(folder, `upload${/\.\w{1,9}$/.exec(upload.name)?.[0] ?? ''}`)
      await upload.writeTo(path)
      return use(path).catch((thrown) => {
        throw renamed(toStudioError(thrown), path, upload.name)
      })
    })
  }

  return {
    images: {
      generate: (recipe, call) => make(room, recipe, call),
    },
    copy: {
      write: (recipe, call) => make(room, recipe, call),
    },
    channels: openChannels(room),
    pictures: {
      bring: (path, call = {}) => bring(room, path, call),
      dieline: (path, call = {}) => readDieline(room, path, call),
      read: (path, call = {}) => imaging.run({ task: 'read-metadata', path }, signalOf(call)).then(withoutUndefined),
      palette: (sha256, call) => palette(room, sha256, call),
      sheet: (request, call) => sheet(room, request, call),
      level,
      exact: exactly,
      preview: (job, step) => queue?.previews.get(job, step),
    },
    tables: { read: (path, call) => readTable(room, path, call) },
    compose: (recipe, call) => compose(room, recipe, call),
    remake: (path, call) => remake(room, path, call),
    models: {
      list: models.list,
      get: models.get,
      words: async (id) => knownWords(await models.get(id)),
      read: async (id, prompt) => readPrompt(await models.get(id), prompt),
      async open(id) {
        const model = await models.get(id)
        await models.checkFiles(model)
        if (queue && !queue.isIdle()) return
        await inference.run({ task: 'open', packageDir: model.folder, manifest: model.manifest, device: 'cpu' })
      },
      async add(path, hints, call = {}) {
        await room.state(call.signal)
        return models.add(path, hints, inference, signalOf(call))
      },
      async remove(id) {
        await room.state()
        await models.remove(id)
      },
      async verify(id, call = {}) {
        const model = await models.get(id)
        await models.checkFiles(model, call.signal)
        const task = { task: 'verify', packageDir: model.folder, manifest: model.manifest } as const
        return { id, ...(await inference.run({ ...task, device: call.device ?? 'cpu' }, signalOf(call))) }
      },
    },
    devicesSoFar: devices.soFar,
    devices: (call = {}) => inference.run({ task: 'devices' }, signalOf(call)),
    library: {
      async find(query) {
        return (await room.state()).library.find(query)
      },
      async get(sha256) {
        return known(await room.state(), sha256)
      },
      async star(sha256, starred) {
        const state = await room.state()
        known(state, sha256)
        state.library.star(sha256, starred)
        const artifact = known(state, sha256)
        feed.publish({ type: 'library', artifact })
        return artifact
      },
      async discard(sha256) {
        const state = await room.state()
        known(state, sha256)
        state.library.discard(sha256)
        feed.publish({ type: 'discarded', sha256 })
      },
      async prompts(limit) {
        return (await room.state()).jobs.prompts(limit)
      },
      async pathOf(sha256) {
        return pathIn(await room.state(), sha256)
      },
      async madeBefore(recipe) {
        const { library } = await room.state()
        const made = library.find({ recipeHash: recipeHash(recipe) })
        const there = await Promise.all(made.map((artifact) => isThere(library, artifact.sha256)))
        return made.filter((_, at) => there[at])
      },
      async export(sha256, path, { replace = false } = {}) {
        const from = pathIn(await room.state(), sha256)
        if (!replace) return copyUnderFreeName(from, sha256, path)
        await copyWhole(from, path)
        return path
      },
      async handOut(sha256, nameOf) {
        const state = await room.state()
        const { path, name } = exports.withBytes(sha256) ?? {
          path: pathIn(state, sha256),
          name: nameOf(known(state, sha256)),
        }
        return copyUnderFreeName(path, sha256, join(await state.scratch('handed-out'), name))
      },
    },
    jobs: {
      async list(limit) {
        const { jobs } = await room.state()
        return jobs.list(limit).map(({ id, state, recipe, artifacts, error, queued, changed }) => ({
          ...{ id, state, model: recipe.model.id, artifacts, queued, changed },
          ...(error ? { error } : {}),
        }))
      },
      async submit(requests) {
        return (await theQueue()).submit(requests)
      },
      async expect(recipe, device = 'cpu') {
        ahead ??= openAhead(room, await room.state(), () => queue?.isBusy ?? false)
        ahead.wish(recipe, device)
      },
      async cancel(ids) {
        ;(await theQueue()).cancel(ids)
      },
      async retry(id) {
        return (await theQueue()).retry(id)
      },
      async move(id, before) {
        ;(await theQueue()).move(id, before)
      },
      async clear() {
        ;(await theQueue()).clear()
      },
    },
    documents: { read: (path) => readDocument(projectsRoom, path) },
    batches,
    exports,
    receive,
    projects,
    async *events(from) {
      await theQueue()
      yield* feed.follow(from)
    },
    async start(address) {
      const state = await room.state()
      if (address) await state.announce(address)
      await sweepPyramid(home, state.library)
      await devices.open()
      ;(await theQueue()).resume()
      await batches.goOn()
    },
    async close() {
      // The line first: what its lanes drop is not cancelled, it waits for the next start.
      const put = queue?.close()
      try {
        await Promise.all([batches.close(), projects.closeAll()])
      } finally {
        await Promise.all([...lanes.values(), imaging, files, devices].map((one) => one.close()))
        await put
        await opened?.then(
          (state) => state.close(),
          () => {}, // it never opened, and who asked for it was told
        )
      }
    },
  }
}

const wholeOf = ({ width, height }: Artifact): { whole?: ExactSize } =>
  width === undefined || height === undefined ? {} : { whole: { width, height } }

function renamed(error: StudioError, path: string, name: string): StudioError {
  if (error.where?.file !== path) return error
  const message = error.message.replaceAll(path, name)
  return new StudioError({ ...error.toJSON(), message, where: { ...error.where, file: name } }, { cause: error })
}

function known({ library }: State, sha256: string): Artifact {
  const artifact = library.get(sha256)
  if (artifact) return artifact
  throw new StudioError({
    code: 'not-found',
    message: `the library has nothing with the sha256 ${sha256.slice(0, 12)}…`,
    where: { field: 'sha256' },
  })
}

function pick(facts: { recipe?: unknown; recipeHash?: string | undefined }): Pick<ReadBack, 'recipe' | 'recipeHash'> {
  return {
    ...(facts.recipe === undefined ? {} : { recipe: facts.recipe }),
    ...(facts.recipeHash === undefined ? {} : { recipeHash: facts.recipeHash }),
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>
}
