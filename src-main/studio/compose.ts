import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions, SheetRequest } from '#shared/contract/studio-api.ts'
import { extractPalette, type PicturePalette } from '#shared/document/palette.ts'
import { StudioError } from '#shared/errors.ts'
import { type CompositionRecipe, compositionHash, compositionRecipe } from '#shared/recipe/composition.ts'
import { parse } from '#shared/validate.ts'
import { EXTENSIONS } from '#shared/work/formats.ts'
import type { ComposeTask, MadeBy } from '#shared/work/tasks.ts'
import { removeWhole } from './files.ts'
import { make, signalOf } from './make.ts'
import { PROGRAM } from './program.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

/** Render an artboard over pictures of the library; those that are missing are made from their recipes. */
export async function compose(room: Room, value: unknown, options: CallOptions = {}): Promise<Artifact> {
  const recipe = parse(compositionRecipe, value, { what: 'composition' })
  const state = await room.state(options.signal)
  return inScratch(state, async (folder) => {
    const asked = fileOf(recipe)
    const extension = EXTENSIONS[asked.format]
    const out = join(folder, `composition.${extension}`)
    const { overflows: _, ...encoded } = await renderTo(out, room, state, recipe, asked, options)
    return state.library.adopt(out, { kind: 'composition', extension, recipe, ...encoded })
  })
}

/** A composition as a file with its recipe inside, and which of its texts did not fit. */
export async function renderTo(
  out: string,
  room: Room,
  state: State,
  recipe: CompositionRecipe,
  { format, quality }: Pick<ComposeTask, 'format' | 'quality'>,
  options: CallOptions,
) {
  const assets: Record<string, string> = {}
  for (const sha256 of recipe.pictures) assets[sha256] = await provide(room, state, recipe, sha256, options)
  const task = composeTask(recipe, assets, out, { format, ...(quality === undefined ? {} : { quality }) })
  const encoded = await room.imaging.run(task, signalOf(options))
  return { ...encoded, recipeHash: task.madeBy.recipeHash }
}

/** The kind of file that a composition is kept in. */
export function fileOf({ file }: CompositionRecipe): Pick<ComposeTask, 'format' | 'quality'> {
  const { format, quality } = file ?? { format: 'png' }
  return { format, ...(quality === undefined ? {} : { quality }) }
}

/** A composition as the imaging worker is asked for it. */
export function composeTask(
  recipe: CompositionRecipe,
  assets: Record<string, string>,
  out: string,
  file: Pick<ComposeTask, 'format' | 'quality' | 'thumbnail'>,
): ComposeTask & { madeBy: MadeBy } {
  return {
    task: 'compose',
    document: recipe.document,
    artboard: recipe.artboard,
    scale: recipe.scale,
    assets,
    ...(recipe.layers === undefined ? {} : { only: recipe.layers }),
    ...(recipe.bleed ? { bleed: true } : {}),
    ...(recipe.dpi === undefined ? {} : { dpi: recipe.dpi }),
    madeBy: { recipe, recipeHash: compositionHash(recipe), parameters: '', ran: { program: PROGRAM } },
    ...file,
    out,
  }
}

/** Make everything again that a composition was made of, from the pictures at the bottom up. */
export async function remakeParts(room: Room, recipe: CompositionRecipe, options: CallOptions): Promise<void> {
  const state = await room.state(options.signal)
  const made = new Set<string>()
  const remake = async (sha256: string): Promise<void> => {
    const part = recipe.recipes[sha256]
    if (!part || made.has(sha256)) return
    made.add(sha256)
    if (part.kind === 'upscale') await remake(part.input)
    await makeExactly(room, state, recipe, sha256, options)
  }
  for (const sha256 of recipe.pictures) await remake(sha256)
}

/** The path of a picture of the library, made first when it is not there. */
async function provide(
  room: Room,
  state: State,
  recipe: CompositionRecipe,
  sha256: string,
  options: CallOptions,
): Promise<string> {
  const path = state.library.pathOf(sha256)
  if (path !== undefined) return path
  const part = recipe.recipes[sha256]
  if (part?.kind === 'upscale') await provide(room, state, recipe, part.input, options)
  await makeExactly(room, state, recipe, sha256, options)
  return state.library.pathOf(sha256)!
}

async function makeExactly(
  room: Room,
  state: State,
  recipe: CompositionRecipe,
  sha256: string,
  options: CallOptions,
): Promise<void> {
  const part = recipe.recipes[sha256]
  const problem = (message: string) =>
    new StudioError({
      code: 'not-found',
      message,
      where: { field: `recipes.${sha256.slice(0, 12)}` },
      remedy: 'Bring the picture in again; "broadside remake FILE --with PICTURE" does both.',
    })
  if (!part) throw problem('a picture of the composition is not in the library and has no recipe')
  await make(room, part, options)
  if (state.library.pathOf(sha256) === undefined)
    throw problem('a picture of the composition does not come out the same here (another device or version?)')
}

/** Side of the small version of a picture that its colours are read from. px */
const PALETTE_SIDE = 144

/** The imaging worker decodes and shrinks; counting colours of raw pixels is plain arithmetic. */
export async function palette(room: Room, sha256: string, options: CallOptions = {}): Promise<PicturePalette> {
  const state = await room.state(options.signal)
  return inScratch(state, async (folder) => {
    const resize = { width: PALETTE_SIDE, height: PALETTE_SIDE, fit: 'fill' } as const
    const out = join(folder, 'small.raw')
    const { path, width, height, channels } = await room.imaging.run(
      { task: 'decode', path: pathIn(state, sha256), out, resize },
      signalOf(options),
    )
    return extractPalette({ width, height, channels, data: await readFile(path) })
  })
}

/** A sheet of thumbnails with captions. */
export async function sheet(room: Room, request: SheetRequest, options: CallOptions = {}): Promise<Artifact> {
  const state = await room.state(options.signal)
  const cells = request.cells.map(({ sha256, caption }) => ({ path: pathIn(state, sha256), caption }))
  return inScratch(state, async (folder) => {
    const out = join(folder, 'sheet.png')
    const { title, columns, cellWidth } = request
    const encoded = await room.imaging.run(
      { task: 'contact-sheet', title, cells, columns, cellWidth, format: 'png', out },
      signalOf(options),
    )
    return state.library.adopt(out, { kind: 'composition', extension: 'png', ...encoded })
  })
}

export function pathIn(state: State, sha256: string): string {
  const path = state.library.pathOf(sha256)
  if (path !== undefined) return path
  throw new StudioError({
    code: 'not-found',
    message: `the library has nothing with the sha256 ${sha256.slice(0, 12)}…`,
    where: { field: 'sha256' },
  })
}

export async function inScratch<T>(state: State, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await state.scratch(randomUUID())
  try {
    return await work(folder)
  } finally {
    await removeWhole(folder)
  }
}
