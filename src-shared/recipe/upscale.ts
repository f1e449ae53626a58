import { z } from 'zod'
import { modelRefSchema, sha256Schema } from './common.ts'

/** A larger version of a picture by a super-resolution model. */
export const upscaleRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('upscale'),
  model: modelRefSchema,
  /** sha256 of the picture (in the library). */
  input: sha256Schema,
  /** One of the scales that the package has a graph for. */
  scale: z.number().int().min(1).max(8),
  /** Side of a tile in input px; left out: the package's own. */
  tile: z.number().int().min(32).max(2048).optional(),
})

export type UpscaleRecipe = z.infer<typeof upscaleRecipe>
