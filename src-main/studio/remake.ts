import { extname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions, Remade } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import { type CompositionRecipe, compositionRecipe } from '#shared/recipe/composition.ts'
import { parseRecipe, type Recipe } from '#shared/recipe/recipe.ts'
import { parse } from '#shared/validate.ts'
import { compose, inScratch, pathIn, remakeParts } from './compose.ts'
import { copyFile } from './copy-file.ts'
import { hashFile } from './files.ts'
import { make, signalOf } from './make.ts'
import type { Room } from './room.ts'

/** Read the recipe inside a picture or copy file, make it again, and say whether the same came out. */
export async function remake(room: Room, path: string, options: CallOptions = {}): Promise<Remade> {
  return extname(path).toLowerCase() === '.json' ? remakeCopy(room, path, options) : remakePicture(room, path, options)
}

async function remakeCopy(room: Room, path: string, options: CallOptions): Promise<Remade> {
  const file = await copyFile.read(path)
  const before = await hashFile(path)
  const made = await make(room, file.recipe, options)
  const artifact = made.artifacts[0]!
  const equal =
    artifact.sha256 === before ? 'bytes' : isDeepStrictEqual(made.lines, file.lines) ? 'content' : 'different'
  return { equal, before, artifact, recipe: made.recipe }
}

async function remakePicture(room: Room, path: string, options: CallOptions): Promise<Remade> {
  const facts = await room.imaging.run({ task: 'read-metadata', path }, signalOf(options))
  if (facts.recipe === undefined)
    throw new StudioError({
      code: 'invalid-file',
      message: 'there is no recipe in this picture',
      where: { file: path },
      remedy: 'Only pictures that Broadside made carry one, and some programs remove it on saving.',
    })
  const before = await hashFile(path)
  const { recipe, artifact } = await again(room, facts.recipe, path, options)
  if (artifact.sha256 === before) return { equal: 'bytes', before, artifact, recipe }
  const same = await samePixels(room, path, artifact, options)
  return { equal: same ? 'content' : 'different', before, artifact, recipe }
}

async function again(
  room: Room,
  value: unknown,
  path: string,
  options: CallOptions,
): Promise<{ recipe: Recipe | CompositionRecipe; artifact: Artifact }> {
  if ((value as { kind?: unknown }).kind === 'composition') {
    const recipe = parse(compositionRecipe, value, { what: 'recipe', code: 'invalid-file', where: { file: path } })
    await remakeParts(room, recipe, options)
    return { recipe, artifact: await compose(room, recipe, options) }
  }
  const made = await make(room, parseRecipe(value), options)
  return { recipe: made.recipe, artifact: made.artifacts[0]! }
}

async function samePixels(room: Room, path: string, artifact: Artifact, options: CallOptions): Promise<boolean> {
  const state = await room.state(options.signal)
  return inScratch(state, async (folder) => {
    const decode = async (from: string, name: string) => {
      const raw = await room.imaging.run({ task: 'decode', path: from, out: join(folder, name) }, signalOf(options))
      return `${raw.width}x${raw.height}x${raw.channels} ${await hashFile(raw.path)}`
    }
    return (await decode(path, 'before')) === (await decode(pathIn(state, artifact.sha256), 'after'))
  })
}
