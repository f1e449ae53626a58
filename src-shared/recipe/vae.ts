import { z } from 'zod'
import { modelRefSchema, seedSchema, sha256Schema, sideSchema } from './common.ts'

export const VAE_OPERATIONS = ['sample', 'reconstruct', 'remix', 'walk'] as const

/** A picture through a VAE's latent space. `reconstruct` takes one input, `remix` and `walk` two. */
export const vaeRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('vae'),
  model: modelRefSchema,
  operation: z.enum(VAE_OPERATIONS),
  seed: seedSchema,
  width: sideSchema,
  height: sideSchema,
  /** Standard deviation of the noise for `sample`. */
  temperature: z.number().min(0).max(2).default(1),
  /** sha256 of the input pictures (in the library). */
  inputs: z.array(sha256Schema).max(2).default([]),
  /** `remix`: 0 is the first picture, 1 the second. */
  amount: z.number().min(0).max(1).default(0.5),
  /** `walk`: pictures in the strip. Without inputs the walk goes from `seed` to `seed + 1`. */
  frames: z.number().int().min(2).max(32).default(8),
})

export type VaeRecipe = z.infer<typeof vaeRecipe>
