import { z } from 'zod'
import type { Document } from './document.ts'
import { idSchema } from './layers/layer.ts'

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
  /** Jobs whose pictures were put on the document: taken back or deleted, they are not put there again. */
  placed: z.array(z.string().max(100)).max(500).default([]),
})

export type Session = z.output<typeof sessionSchema>

/** The session without what is no longer in the document (SPEC C2). */
export function pruneSession(session: Session, document: Document): Session {
  const known = new Set([...document.artboards, ...document.layers].map(({ id }) => id))
  const { artboard, ...rest } = session
  const board = artboard !== undefined && known.has(artboard) ? artboard : document.artboards[0]?.id
  return {
    ...rest,
    ...(board === undefined ? {} : { artboard: board }),
    selection: session.selection.filter((id) => known.has(id)),
  }
}
