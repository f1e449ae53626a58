import { z } from 'zod'
import { LARGEST_SCALE } from '../models/passes.ts'
import { modelRefSchema, sha256Schema } from './common.ts'

/** A larger version of a picture by a super-resolution model. */
export const upscaleRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('upscale'),
  model: modelRefSchema,
  /** sha256 of the picture (in the library). */
  input: sha256Schema,
  /** A scale that the package has a graph for, or what passes of its graphs make together (see models/passes.ts). */
  scale: z.number().int().min(1).max(LARGEST_SCALE),
  /** Side of a tile in px of what a pass starts from; left out: the package's own. */
  tile: z.number().int().min(32).max(2048).optional(),
})

export type UpscaleRecipe = z.infer<typeof upscaleRecipe>
