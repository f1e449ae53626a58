import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Document } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { assetsOf, onlyArtboard, resolveLayer } from '#shared/document/resolve.ts'
import { valuesOf } from '#shared/document/variables.ts'
import { sha256Schema } from '#shared/recipe/common.ts'
import { inScratch } from '../compose.ts'
import { copyWhole, ensureFolder, exists, hashFile, removeWhole } from '../files.ts'
import type { ProjectsRoom } from './room.ts'

/** Small pictures of the first artboards: in the project's file, and beside the registry for the list. */

/** px, the longer side */
const SIDE = 480
/** A canvas of many large pictures takes long to draw small; the old thumbnail does then. */
const DRAWING_MS = 20_000

export const thumbnailPath = (home: string, sha256: string): string =>
  join(home, 'thumbnails', `${sha256Schema.parse(sha256)}.webp`)

/** Gives the sha256 of a thumbnail of the document, or undefined when it has no artboard. */
export async function drawThumbnail(room: ProjectsRoom, document: Document): Promise<string | undefined> {
  const [artboard] = document.artboards.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
  if (!artboard) return undefined
  const state = await room.state()
  const assets: Record<string, string> = {}
  const part = onlyArtboard(document, artboard.id)
  const values = valuesOf(part)
  for (const sha256 of assetsOf(part)) {
    const path = state.library.pathOf(sha256)
    if (path !== undefined) assets[sha256] = path
  }
  return inScratch(state, async (folder) => {
    const out = join(folder, 'thumbnail.webp')
    const task = {
      task: 'compose',
      document: { ...part, layers: part.layers.filter((layer) => isDrawable(resolveLayer(layer, values), assets)) },
      artboard: artboard.id,
      scale: Math.min(1, SIDE / Math.max(artboard.width, artboard.height)),
      assets,
      format: 'webp',
      quality: 80,
      out,
    } as const
    await room.imaging.run(task, { signal: AbortSignal.timeout(DRAWING_MS) })
    return keepThumbnail(room.home, out)
  })
}

/** A lost picture is no reason to have no thumbnail. */
const isDrawable = (layer: Layer, assets: Record<string, string>): boolean =>
  (layer.type !== 'image' || layer.asset in assets) && (!layer.mask || layer.mask.asset in assets)

/** Gives it its name by its hash. A foreign one that is no WebP is left alone. */
export async function keepThumbnail(home: string, file: string): Promise<string | undefined> {
  const head = (await readFile(file)).subarray(0, 12).toString('latin1')
  if (!/^RIFF[\s\S]{4}WEBP$/.test(head)) return undefined
  const sha256 = await hashFile(file)
  const path = thumbnailPath(home, sha256)
  await ensureFolder(join(home, 'thumbnails'))
  if (!(await exists(path))) await copyWhole(file, path)
  return sha256
}

/** Removes those that no project shows any more. */
export async function sweepThumbnails(home: string, used: ReadonlySet<string>): Promise<void> {
  const names = await readdir(join(home, 'thumbnails')).catch(() => [])
  for (const name of names) if (!used.has(name.replace('.webp', ''))) await removeWhole(join(home, 'thumbnails', name))
}
