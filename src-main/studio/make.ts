import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions, JobEvent, MadeCopy, Reading, UsableModel } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { checkFits } from '#shared/models/limits.ts'
import { passesTo } from '#shared/models/passes.ts'
import { infotext } from '#shared/recipe/infotext.ts'
import { parseRecipe, type Recipe, recipeHash } from '#shared/recipe/recipe.ts'
import type { RawFile } from '#shared/work/picture.ts'
import type { DecodeTask, MakeResult, RunOptions } from '#shared/work/tasks.ts'
import { copyFile } from './copy-file.ts'
import { hashFile, removeWhole, writeWhole } from './files.ts'
import { FATAL } from './jobs.ts'
import { PROGRAM } from './program.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

/** Make what a recipe says: check → journal → inference → encode with the recipe inside → library by hash. */
export async function make(room: Room, value: Recipe, options: CallOptions = {}): Promise<MadeCopy> {
  const started = performance.now()
  const recipe = parseRecipe(value)
  const model = await modelFor(room, recipe)
  const state = await room.state(options.signal)

  const job = randomUUID()
  const tell = (event: JobEvent) => options.onEvent?.(event)
  state.jobs.enqueue(job, recipe, options.device)
  tell({ event: 'job', job, state: 'queued' })
  try {
    const { result, artifacts, encodeSeconds } = await perform(room, state, job, recipe, model, {
      ...options,
      onStart() {
        state.jobs.start(job)
        tell({ event: 'job', job, state: 'running' })
      },
    })
    state.jobs.done(job, { artifacts: artifacts.map((artifact) => artifact.sha256), ...readingOf(result) })
    tell({ event: 'job', job, state: 'done' })
    return {
      job,
      recipe,
      recipeHash: recipeHash(recipe),
      artifacts,
      lines: result.lines,
      ran: result.ran,
      seconds: { total: (performance.now() - started) / 1000, encode: encodeSeconds },
      ...readingOf(result),
    }
  } catch (thrown) {
    const error = toStudioError(thrown)
    const ended = error.code === 'cancelled' ? 'cancelled' : 'failed'
    state.jobs.end(job, ended, error.toJSON())
    tell({ event: 'job', job, state: ended })
    throw error
  }
}

export interface Performed {
  result: MakeResult
  artifacts: Artifact[]
  encodeSeconds: number
}

/** The work of a job; its journal is the caller's. */
export async function perform(
  room: Room,
  state: State,
  job: string,
  recipe: Recipe,
  model: UsableModel,
  options: CallOptions & { onStart?: () => void },
): Promise<Performed> {
  const device = options.device ?? 'cpu'
  const folder = await state.scratch(job)
  try {
    await room.models.checkFiles(model, options.signal)
    const inputs = await decodeInputs(room, state, recipe, folder, options)
    room.imaging.warm()
    const result = await room.inferenceOn(device).run(
      {
        task: 'make',
        packageDir: model.folder,
        manifest: model.manifest,
        recipe,
        inputs,
        outDir: folder,
        device,
        previews: options.previews ?? false,
      },
      {
        ...signalOf(options),
        ...wallClockOf(recipe, model),
        ...(options.onStart ? { onStart: options.onStart } : {}),
        quarantineKey: recipeHash(recipe),
        onEvent: (event) => options.onEvent?.(jobEvent(job, event)),
      },
    )
    const encoding = performance.now()
    const artifacts =
      recipe.kind === 'text'
        ? [await keepLines(state, recipe, result, folder)]
        : await keepPictures(room, state, recipe, model, result, folder, options)
    options.signal?.throwIfAborted()
    return { result, artifacts, encodeSeconds: (performance.now() - encoding) / 1000 }
  } catch (thrown) {
    throw blaming(model, toStudioError(thrown))
  } finally {
    await removeWhole(folder)
  }
}

export function readingOf({ reading }: MakeResult): { reading?: Reading } {
  return reading ? { reading } : {}
}

/** A worker that ends knows no file to name; the model that ran in it is what the user can do something about. */
function blaming({ folder }: UsableModel, error: StudioError): StudioError {
  if (error.where !== undefined || !FATAL.includes(error.code)) return error
  return new StudioError({ ...error.toJSON(), where: { file: folder } }, { cause: error })
}

export function signalOf(options: CallOptions): Pick<RunOptions, 'signal'> {
  return options.signal ? { signal: options.signal } : {}
}

/** A graph over a picture gets the time of a job; one that goes over it in passes gets that for each. */
function wallClockOf(recipe: Recipe, { manifest }: UsableModel): Pick<RunOptions, 'wallClockMs'> {
  if (recipe.kind !== 'upscale' || manifest.family !== 'upscaler') return {}
  const passes = passesTo(recipe.scale, manifest.config)?.length ?? 1
  return passes === 1 ? {} : { wallClockMs: passes * PASS_MS }
}

const PASS_MS = 15 * 60_000

/** The package that a recipe pins. Another version under the same id would make another picture without a word. */
export async function modelFor(room: Room, recipe: Recipe): Promise<UsableModel> {
  const model = await room.models.get(recipe.model.id)
  checkMeant(model, recipe)
  return model
}

/** A recipe fits the installed package: the same weights, and within their limits. */
export function checkMeant(model: UsableModel, recipe: Recipe): void {
  checkFits(recipe, model.manifest)
  if (model.hash === recipe.model.hash) return
  throw new StudioError({
    code: 'integrity',
    message: `the recipe was made for another version of ${model.id}: ${recipe.model.hash.slice(0, 12)}…, installed is ${model.hash.slice(0, 12)}…`,
    where: { field: 'model.hash' },
    remedy: 'Add that version of the model, or make a new recipe with this one.',
  })
}

async function decodeInputs(
  room: Room,
  state: State,
  recipe: Recipe,
  folder: string,
  options: CallOptions,
): Promise<Record<string, RawFile>> {
  const inputs: Record<string, RawFile> = {}
  for (const { sha256, field, resize } of inputsOf(recipe)) {
    if (inputs[sha256]) continue
    const path = state.library.pathOf(sha256)
    if (path === undefined)
      throw new StudioError({
        code: 'not-found',
        message: `the picture ${sha256.slice(0, 12)}… that this starts from is not in the library`,
        where: { field },
        remedy: 'Bring it in again; "broadside remake FILE --with PICTURE" does both.',
      })
    const task: DecodeTask = { task: 'decode', path, out: join(folder, `input-${sha256}.raw`), ...resize }
    inputs[sha256] = await room.imaging.run(task, signalOf(options))
  }
  return inputs
}

interface Input {
  sha256: string
  field: string
  resize?: Pick<DecodeTask, 'resize'>
}

/** The pictures a recipe starts from. Models of a fixed canvas get them cropped to it; an upscaler takes them whole. */
function inputsOf(recipe: Recipe): Input[] {
  switch (recipe.kind) {
    case 'diffusion': {
      const resize = covering(recipe)
      return [
        ...(recipe.init === undefined ? [] : [{ sha256: recipe.init, field: 'init', resize }]),
        ...(recipe.mask === undefined ? [] : [{ sha256: recipe.mask, field: 'mask', resize }]),
        ...(recipe.reference === undefined ? [] : [{ sha256: recipe.reference, field: 'reference', resize: SUBJECT }]),
      ]
    }
    case 'vae':
      return recipe.inputs.map((sha256, at) => ({ sha256, field: `inputs.${at}`, resize: covering(recipe) }))
    case 'upscale':
      return [{ sha256: recipe.input, field: 'input' }]
    case 'gan':
    case 'text':
      return []
  }
}

/** A subject is cut out and then drawn smaller than the picture; all of it is needed, and not finer than this. */
const SUBJECT: Pick<DecodeTask, 'resize'> = { resize: { width: 768, height: 768, fit: 'contain' } }

function covering({ width, height }: { width: number; height: number }): Pick<DecodeTask, 'resize'> {
  return { resize: { width, height, fit: 'cover' } }
}

async function keepPictures(
  room: Room,
  state: State,
  recipe: Recipe,
  model: UsableModel,
  result: MakeResult,
  folder: string,
  options: CallOptions,
): Promise<Artifact[]> {
  const madeBy = {
    recipe,
    recipeHash: recipeHash(recipe),
    parameters: infotext(recipe, PROGRAM),
    ran: {
      program: PROGRAM,
      runtime: result.ran.runtime,
      device: result.ran.device,
      model: `${model.manifest.name} ${model.manifest.version}`,
    },
  }
  return Promise.all(
    result.pictures.map(async (picture, at) => {
      const out = join(folder, `${at}.png`)
      const encoded = await room.imaging.run({ task: 'encode', picture, format: 'png', madeBy, out }, signalOf(options))
      return state.library.adopt(out, {
        kind: 'picture',
        extension: 'png',
        recipe,
        recipeHash: madeBy.recipeHash,
        ...encoded,
      })
    }),
  )
}

async function keepLines(
  state: State,
  recipe: Extract<Recipe, { kind: 'text' }>,
  result: MakeResult,
  folder: string,
): Promise<Artifact> {
  const path = join(folder, 'lines.json')
  await writeWhole(path, copyFile.write(recipe, result))
  const { length } = await readFile(path)
  return state.library.adopt(path, {
    kind: 'copy',
    extension: 'json',
    sha256: await hashFile(path),
    bytes: length,
    recipe,
    recipeHash: recipeHash(recipe),
  })
}

function jobEvent(job: string, event: Parameters<NonNullable<RunOptions['onEvent']>>[0]): JobEvent {
  switch (event.type) {
    case 'stage':
      return { event: 'stage', job, stage: event.stage }
    case 'step':
      return { event: 'step', job, step: event.step, steps: event.steps }
    case 'token':
      return {
        event: 'token',
        job,
        line: event.line,
        text: event.text,
        ...(event.from === undefined ? {} : { from: event.from }),
      }
    case 'preview': {
      const { path, width, height } = event.picture
      return { event: 'preview', job, step: event.step, path, width, height }
    }
  }
}
