import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import { type CallOptions, PYRAMID_SIDES, type PyramidSide } from '#shared/contract/studio-api.ts'
import { inScratch } from './compose.ts'
import { ensureFolder, exists, publish, removeWhole } from './files.ts'
import type { Library } from './library.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

/**
 * Smaller versions of the library's pictures, for screens: `library/pyramid/ab/cdef…-512.webp`. Each is made once, from
 * the next larger one that there is, and may be thrown away at any time.
 */
export interface Pyramid {
  /** File of the picture at no more than `side` px; undefined when the picture itself is that, and windows can show it. */
  level(artifact: Artifact, side: PyramidSide, options?: CallOptions): Promise<string | undefined>
}

const QUALITY = 90

export const pyramidFolder = (home: string) => join(home, 'library', 'pyramid')

export function openPyramid(room: Room, state: State): Pyramid {
  const making = new Map<string, Promise<string>>()
  const pathOf = (sha256: string, side: number) =>
    join(pyramidFolder(room.home), sha256.slice(0, 2), `${sha256.slice(2)}-${side}.webp`)

  async function make(artifact: Artifact, side: PyramidSide): Promise<string> {
    const { sha256 } = artifact
    const path = pathOf(sha256, side)
    const from = await nextLarger(artifact, side)
    return inScratch(state, async (folder) => {
      const most = Math.min(side, largerSide(artifact))
      const resize = { width: most, height: most, fit: 'contain' } as const
      const picture = await room.imaging.run({ task: 'decode', path: from, out: join(folder, 'level.raw'), resize })
      const out = join(folder, 'level.webp')
      await room.imaging.run({ task: 'encode', picture, format: 'webp', quality: QUALITY, out })
      await ensureFolder(join(pyramidFolder(room.home), sha256.slice(0, 2)))
      await publish(out, path)
      return path
    })
  }

  /** Shrinking a picture of 2,048 px is cheap; decoding one of 24 megapixels five times is not. */
  async function nextLarger(artifact: Artifact, side: PyramidSide): Promise<string> {
    for (const larger of PYRAMID_SIDES) {
      const path = pathOf(artifact.sha256, larger)
      if (larger > side && (await exists(path))) return path
    }
    return state.library.pathOf(artifact.sha256)!
  }

  return {
    async level(artifact, side) {
      if (largerSide(artifact) <= side && isShownAsItIs(artifact)) return undefined
      const path = pathOf(artifact.sha256, side)
      if (await exists(path)) return path
      // Two windows that ask at once wait for the same one. It is not theirs to cancel.
      const made = making.get(path) ?? make(artifact, side).finally(() => making.delete(path))
      making.set(path, made)
      return made
    },
  }
}

const largerSide = ({ width = 0, height = 0 }: Artifact): number => Math.max(width, height)

/** Browsers know no TIFF, and a WebP that says how it is turned they show as it lies. */
const isShownAsItIs = ({ extension }: Artifact): boolean => extension !== 'tiff' && extension !== 'webp'

/** Throw away the levels of pictures that the library no longer has. */
export async function sweepPyramid(home: string, library: Library): Promise<void> {
  for (const folder of await readdir(pyramidFolder(home)).catch(() => [])) {
    for (const name of await readdir(join(pyramidFolder(home), folder))) {
      const sha256 = folder + name.slice(0, 62)
      if (library.get(sha256) === undefined) await removeWhole(join(pyramidFolder(home), folder, name))
    }
  }
}
