import type { Studio } from '../app/studio.svelte.ts'
import type { Box } from './sizes.ts'

/** What was brushed: where, and drawing it in white into a canvas that shows `box`. */
export interface BrushedMask {
  bounds: Box
  draw(context: OffscreenCanvasRenderingContext2D, box: Box): void
}

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
  const board = artboards.find(({ id }) => id === view.artboard) ?? artboards[0]
  if (!board) return undefined
  const { id, width, height } = board
  return { artboard: id, box: { x: 0, y: 0, width, height }, framed: false }
}

/** What was brushed to be repainted; undefined while nothing is. */
export function brushedMask(_studio: Studio): BrushedMask | undefined {
  return undefined
}
