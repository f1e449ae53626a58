import { stat } from 'node:fs/promises'
import { StudioError } from '#shared/errors.ts'
import { inScratch } from '../compose.ts'
import { isThere } from '../library.ts'
import type { State } from '../state.ts'
import { takePictures } from './project-file.ts'
import type { ProjectsRoom } from './room.ts'

/** Which of them the library does not have. */
export async function missingFrom(state: State, pictures: readonly string[]): Promise<string[]> {
  const there = await Promise.all(pictures.map((sha256) => isThere(state.library, sha256)))
  return pictures.filter((_, at) => !there[at])
}

/**
 * Take pictures out of a project file into the library. A worker copies them, checks their hashes and reads their
 * headers: what is no picture stays out. Nothing is decoded.
 */
export async function bringIn(room: ProjectsRoom, path: string, pictures: string[]): Promise<void> {
  if (pictures.length === 0) return
  const state = await room.state()
  await inScratch(state, async (folder) => {
    for (const picture of await takePictures(room.files, path, pictures, folder)) {
      const facts = await room.files.run({ task: 'read-metadata', path: picture.path }).catch((error) => {
        if (error instanceof StudioError && error.code === 'invalid-file') return undefined
        throw error
      })
      if (!facts) continue
      const { recipe, recipeHash, width, height, format } = facts
      const { size } = await stat(picture.path)
      await state.library.adopt(picture.path, {
        kind: kindOf(recipe),
        sha256: picture.sha256,
        extension: format === 'jpeg' ? 'jpg' : format,
        bytes: size,
        width,
        height,
        ...(recipe === undefined ? {} : { recipe }),
        ...(recipeHash === undefined ? {} : { recipeHash }),
      })
    }
  })
}

function kindOf(recipe: unknown): 'picture' | 'composition' | 'input' {
  if (recipe === undefined) return 'input'
  return (recipe as { kind?: unknown } | null)?.kind === 'composition' ? 'composition' : 'picture'
}
