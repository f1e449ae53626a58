import { z } from 'zod'
import { modelRefSchema, promptSchema, seedSchema } from './common.ts'

/** A picture from a seed by a style-based GAN. */
export const ganRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('gan'),
  model: modelRefSchema,
  /** Words that choose the class; empty: the seed chooses. */
  prompt: promptSchema.default(''),
  seed: seedSchema,
  /** 0 is the class's mean style, 1 the full variety. */
  truncation: z.number().min(0).max(2),
  /** Style mixing: layers from `from` on take the style of `seed`. */
  mix: z.strictObject({ seed: seedSchema, from: z.number().int().min(1).max(32) }).optional(),
  /** A strip of `frames` pictures, left to right, from `seed` to `to` through style space. */
  interpolate: z.strictObject({ to: seedSchema, frames: z.number().int().min(2).max(32) }).optional(),
})

export type GanRecipe = z.infer<typeof ganRecipe>
