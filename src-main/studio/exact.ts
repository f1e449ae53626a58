import { readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { ExactSize } from '#shared/contract/studio-api.ts'
import { inScratch } from './compose.ts'
import { ensureFolder, publish, removeWhole } from './files.ts'
import { pyramidFolder } from './pyramid.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

/**
 * Pictures scaled as an export scales them, by the same worker and the same filter, without loss: what a canvas draws
 * from them is what the file will hold. They lie beside the pyramid, `cdef…-800x600.png`; what was not asked for
 * longest goes.
 */
export interface ExactPictures {
  file(artifact: Artifact, size: ExactSize): Promise<string>
}

/** Bytes of all of them together. */
const ROOM = 512 * 1024 * 1024

const NAME = /^[0-9a-f]{62}-\d+x\d+\.png$/

export function openExact(room: Room, state: State, most = ROOM): ExactPictures {
  const making = new Map<string, Promise<string>>()
  /** Bytes by path; what is last was used last. */
  let kept: Promise<Map<string, number>> | undefined

  async function make({ sha256 }: Artifact, size: ExactSize, path: string): Promise<string> {
    return inScratch(state, async (folder) => {
      const from = state.library.pathOf(sha256)!
      const resize = { ...size, fit: 'fill' } as const
      const picture = await room.imaging.run({ task: 'decode', path: from, out: join(folder, 'exact.raw'), resize })
      const out = join(folder, 'exact.png')
      const { bytes } = await room.imaging.run({ task: 'encode', picture, format: 'png', out })
      await ensureFolder(join(pyramidFolder(room.home), sha256.slice(0, 2)))
      await publish(out, path)
      await keep(path, bytes)
      return path
    })
  }

  async function keep(path: string, bytes: number): Promise<void> {
    const files = await kept!
    files.delete(path)
    files.set(path, bytes)
    let total = [...files.values()].reduce((sum, each) => sum + each, 0)
    for (const [oldest, size] of [...files]) {
      if (total <= most || oldest === path) return
      files.delete(oldest)
      total -= size
      // One that is being sent may refuse to go; the next start counts it again.
      await removeWhole(oldest).catch(() => {})
    }
  }

  return {
    async file(artifact, size) {
      const { sha256 } = artifact
      const name = `${sha256.slice(2)}-${size.width}x${size.height}.png`
      const path = join(pyramidFolder(room.home), sha256.slice(0, 2), name)
      kept ??= find(room.home)
      const bytes = (await kept).get(path)
      // Its time tells the next start when it was used; one that somebody took away is made again.
      const isThere = bytes !== undefined && (await utimes(path, new Date(), new Date()).then(yes, no))
      if (isThere) {
        await keep(path, bytes)
        return path
      }
      const made = making.get(path) ?? make(artifact, size, path).finally(() => making.delete(path))
      making.set(path, made)
      return made
    },
  }
}

const yes = () => true
const no = () => false

/** Those of earlier starts, the oldest first. */
async function find(home: string): Promise<Map<string, number>> {
  const names = await readdir(pyramidFolder(home), { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = names.filter(({ name }) => NAME.test(name)).map((entry) => join(entry.parentPath, entry.name))
  const found = await Promise.all(paths.map(async (path) => ({ path, ...(await stat(path)) })))
  return new Map(found.sort((a, b) => a.mtimeMs - b.mtimeMs).map(({ path, size }) => [path, size]))
}
