import type { Studio } from '../app/studio.svelte.ts'
import { canvasRegion, type Painted } from '../canvas/region.svelte.ts'
import type { Box } from './sizes.ts'

/** Where something is to be made: a drawn frame, or the whole artboard. */
export interface Region {
  artboard: string
  /** px of the artboard */
  box: Box
  /** Drawn by hand, not just the artboard. */
  framed: boolean
}

export function regionOf({ project }: Studio): Region | undefined {
  if (!project) return undefined
  const { view, artboards } = project
  const { frame } = canvasRegion(project)
  if (frame && artboards.some(({ id }) => id === frame.artboard)) {
    const { artboard, x, y, width, height } = frame
    return { artboard, box: { x, y, width, height }, framed: true }
  }
  const board = artboards.find(({ id }) => id === view.artboard) ?? artboards[0]
  if (!board) return undefined
  const { id, width, height } = board
  return { artboard: id, box: { x: 0, y: 0, width, height }, framed: false }
}

/** What was brushed to be repainted; undefined while nothing is. */
export function brushed({ project }: Studio): Painted | undefined {
  const painted = project && canvasRegion(project).painted
  return painted && project.store.artboard(painted.artboard) ? painted : undefined
}

/** Once something is on its way there, the place is no longer marked: the layer will lie there. */
export function clearRegion({ project }: Studio): void {
  if (project) canvasRegion(project).clear()
}
