import { z } from 'zod'
import { boardSchema } from '../copy/board.ts'
import type { Document } from './document.ts'
import { idSchema } from './layers/layer.ts'

/** A line that the user drew out of a ruler. */
export const guideSchema = z.strictObject({
  artboard: idSchema,
  /** x: a vertical line. */
  axis: z.enum(['x', 'y']),
  /** px of its artboard. */
  at: z.number(),
})

export type Guide = z.output<typeof guideSchema>

export const MOST_GUIDES = 500

/** How the document is being looked at: remembered with the project on a best effort, never undone (SPEC C1). */
export const sessionSchema = z.strictObject({
  /** The artboard that new layers go to. */
  artboard: idSchema.optional(),
  selection: z.array(idSchema).max(5000).default([]),
  /** Screen px per document px. */
  zoom: z.number().min(0.005).max(256).default(1),
  /** Document point at the canvas's top left corner, px. */
  x: z.number().default(0),
  y: z.number().default(0),
  /** The row of the table that is shown; left out: the document's own values. */
  row: idSchema.optional(),
  guides: z.array(guideSchema).max(MOST_GUIDES).default([]),
  /** Jobs whose pictures were put on the document: taken back or deleted, they are not put there again. */
  placed: z.array(z.string().max(100)).max(500).default([]),
  /** The brief and the lines of the copy view. */
  copy: boardSchema.optional(),
})

export type Session = z.output<typeof sessionSchema>

/** The session without what is no longer in the document (SPEC C2). */
export function pruneSession(session: Session, document: Document): Session {
  const known = new Set([...document.artboards, ...document.layers].map(({ id }) => id))
  const { artboard, row, ...rest } = session
  const board = artboard !== undefined && known.has(artboard) ? artboard : document.artboards[0]?.id
  return {
    ...rest,
    ...(board === undefined ? {} : { artboard: board }),
    ...(document.rows.some(({ id }) => id === row) ? { row } : {}),
    selection: session.selection.filter((id) => known.has(id)),
    guides: session.guides.filter((guide) => known.has(guide.artboard)),
  }
}
