import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lane } from '#shared/work/tasks.ts'
import { ensureFolder, moveIntoCache } from '../files.ts'
import type { State } from '../state.ts'

/** Small pictures of a batch's files, by the sha256 of the file: for the review and the contact sheet. May be thrown away. */
export interface Thumbnails {
  /** Where a worker may put one. */
  begin(): Promise<{ out: string; side: number }>
  keep(out: string, sha256: string): Promise<void>
  /** Of a finished file: kept, or made of it now. */
  of(file: string, sha256: string, lane: Lane, side?: number): Promise<string>
}

export const THUMBNAIL_SIDE = 256

export function openThumbnails(home: string, state: State): Thumbnails {
  const root = join(home, 'cache', 'thumbnails')
  const known = new Set<string>()
  let scratch: Promise<string> | undefined

  const folderOf = async (sha256: string): Promise<string> => {
    const folder = join(root, sha256.slice(0, 2))
    if (!known.has(folder)) await ensureFolder(folder)
    known.add(folder)
    return folder
  }
  const pathOf = async (sha256: string, side: number) => join(await folderOf(sha256), `${sha256.slice(2)}-${side}.jpg`)

  async function begin(side = THUMBNAIL_SIDE) {
    scratch ??= state.scratch(`thumbnails-${randomUUID()}`)
    return { out: join(await scratch, `${randomUUID()}.jpg`), side }
  }

  return {
    begin: () => begin(),
    async keep(out, sha256) {
      await moveIntoCache(out, await pathOf(sha256, THUMBNAIL_SIDE))
    },
    async of(file, sha256, lane, side = THUMBNAIL_SIDE) {
      const path = await pathOf(sha256, side)
      if (await isFilled(path)) return path
      const { out } = await begin(side)
      await lane.run({ task: 'thumbnail', path: file, side, out })
      await moveIntoCache(out, path)
      return path
    },
  }
}

/** A power cut may leave an empty one. */
async function isFilled(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size > 0,
    () => false,
  )
}
