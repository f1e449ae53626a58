import { z } from 'zod'
import { MOST } from '#shared/document/document.ts'
import { layerSchema } from '#shared/document/layers/kinds.ts'
import { copied } from './copies.ts'
import { boundsOfBoxes, centreOf, encloses, type Point } from './geometry.ts'
import type { Tree } from './held.ts'

/** Layers on the system's clipboard, as data that any window of ours can read: pictures go by their hashes. */

export const LAYERS_TYPE = 'application/x-broadside-layers'

const clipSchema = z.strictObject({
  broadside: z.literal('layers'),
  /** The artboard that they were copied from. */
  artboard: z.string(),
  layers: z.array(layerSchema).min(1).max(MOST.layers),
  roots: z.array(z.string()).min(1),
})

export type Clip = z.output<typeof clipSchema>

export function clipOf(store: Tree, ids: readonly string[]): Clip | undefined {
  const copy = copied(store, ids)
  const board = copy.roots[0] === undefined ? undefined : store.artboardOf(copy.roots[0])
  if (!board) return undefined
  return { broadside: 'layers', artboard: board.id, layers: [...copy.layers], roots: [...copy.roots] }
}

/** Undefined for what is not ours. */
export function readClip(text: string): Clip | undefined {
  try {
    const parsed = clipSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/**
 * How far pasted layers move: beside the originals on their own artboard, the same place on another, or its middle when
 * they would lie outside of it.
 */
export function shiftFor(
  clip: Clip,
  board: { id: string; width: number; height: number },
  isHere: (id: string) => boolean,
): Point {
  const roots = new Set(clip.roots)
  if (clip.artboard === board.id && clip.roots.some(isHere)) {
    const aside = Math.max(1, Math.round(Math.min(board.width, board.height) / 50))
    return { x: aside, y: aside }
  }
  const bounds = boundsOfBoxes(clip.layers.filter(({ id }) => roots.has(id)))
  const area = { x: 0, y: 0, width: board.width, height: board.height }
  if (encloses(area, bounds)) return { x: 0, y: 0 }
  const [from, to] = [centreOf(bounds), centreOf(area)]
  return { x: Math.round(to.x - from.x), y: Math.round(to.y - from.y) }
}

/** What other programs get: the words. */
export function plainText({ layers }: Clip): string {
  const written = layers.flatMap((layer) => (layer.type === 'text' ? [layer.text] : []))
  return written.length > 0 ? written.join('\n\n') : layers.map(({ name, type }) => name || type).join('\n')
}
