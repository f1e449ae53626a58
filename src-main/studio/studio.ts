import { stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { openLane } from '#main/workers/supervisor.ts'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions, StudioApi } from '#shared/contract/studio-api.ts'
import { recipeHash } from '#shared/recipe/recipe.ts'
import { compose, inScratch, palette, pathIn, sheet } from './compose.ts'
import { copyFile } from './copy-file.ts'
import { copyUnderFreeName, copyWhole, hashFile } from './files.ts'
import { knownWords } from './known-words.ts'
import { isThere, type ReadBack } from './library.ts'
import { make, signalOf } from './make.ts'
import { openModels } from './models.ts'
import { starterFolder, workerEntry } from './program.ts'
import { remake } from './remake.ts'
import type { Room } from './room.ts'
import { openState, type State } from './state.ts'

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
  const inference = openLane({
    name: 'inference worker',
    entry: workers.inference,
    memoryCapBytes: options.memoryCapBytes ?? Math.min(4 * GiB, 0.7 * totalmem()),
    wallClockMs: options.wallClockMs ?? 15 * MINUTE,
    spare: options.spare ?? false,
    env,
  })
  const imaging = openLane({
    name: 'imaging worker',
    entry: workers.imaging,
    memoryCapBytes: Math.min(2 * GiB, 0.7 * totalmem()),
    wallClockMs: 2 * MINUTE,
    env,
  })
  const models = openModels({ starter: options.starters ?? [starterFolder()], added: join(home, 'models') })

  let opened: Promise<State> | undefined
  const room: Room = {
    home,
    models,
    inference,
    imaging,
    state(signal) {
      opened ??= openState(home, {
        what: options.what ?? 'broadside',
        waitMs: options.waitMs ?? 0,
        now: options.now ?? Date.now,
        readBack,
        ...(signal ? { signal } : {}),
        ...(options.onWait ? { onWait: options.onWait } : {}),
      }).catch((error) => {
        opened = undefined // the next call may find the folder free
        throw error
      })
      return opened
    },
  }

  async function readBack(path: string, extension: string): Promise<ReadBack> {
    if (extension === 'json') return { ...pick(await copyFile.read(path)), kind: 'copy' }
    const facts = await imaging.run({ task: 'read-metadata', path })
    const composed = (facts.recipe as { kind?: unknown } | undefined)?.kind === 'composition'
    return { width: facts.width, height: facts.height, ...pick(facts), ...(composed ? { kind: 'composition' } : {}) }
  }

  /** A copy of the user's file in the library; decoding it first refuses what is no picture. */
  async function bring(path: string, call: CallOptions = {}): Promise<Artifact> {
    const facts = await imaging.run({ task: 'read-metadata', path }, signalOf(call))
    const state = await room.state(call.signal)
    return inScratch(state, async (folder) => {
      await imaging.run({ task: 'decode', path, out: join(folder, 'probe.raw') }, signalOf(call))
      const copy = join(folder, 'picture')
      await copyWhole(path, copy)
      const sha256 = await hashFile(copy)
      const known = state.library.get(sha256)
      if (known) return known
      const { size } = await stat(copy)
      return state.library.adopt(copy, {
        kind: 'input',
        sha256,
        extension: facts.format === 'jpeg' ? 'jpg' : facts.format,
        bytes: size,
        width: facts.width,
        height: facts.height,
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
    pictures: {
      bring,
      read: (path, call = {}) => imaging.run({ task: 'read-metadata', path }, signalOf(call)).then(withoutUndefined),
      palette: (sha256, call) => palette(room, sha256, call),
      sheet: (request, call) => sheet(room, request, call),
    },
    compose: (recipe, call) => compose(room, recipe, call),
    remake: (path, call) => remake(room, path, call),
    models: {
      list: models.list,
      get: models.get,
      words: async (id) => knownWords(await models.get(id)),
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
    devices: (call = {}) => inference.run({ task: 'devices' }, signalOf(call)),
    library: {
      async find(query) {
        return (await room.state()).library.find(query)
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
    },
    jobs: {
      async list(limit) {
        const { jobs } = await room.state()
        return jobs.list(limit).map(({ recipe, recipeHash: _hash, ...job }) => ({ ...job, model: recipe.model.id }))
      },
    },
    async close() {
      await Promise.all([inference.close(), imaging.close()])
      await opened?.then(
        (state) => state.close(),
        () => {}, // it never opened, and who asked for it was told
      )
    },
  }
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
