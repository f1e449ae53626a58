import { z } from 'zod'
import { modelRefSchema, promptSchema, seedSchema, sha256Schema, sideSchema } from './common.ts'

export const SAMPLERS = ['euler', 'euler-ancestral', 'dpmpp-2m', 'ddim', 'lcm'] as const
export const SCHEDULES = ['karras', 'exponential', 'flow', 'linear'] as const

/** A picture from a prompt by a diffusion model; with `init` image-to-image, with `mask` inpainting. */
export const diffusionRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('diffusion'),
  model: modelRefSchema,
  prompt: promptSchema,
  negative: promptSchema.default(''),
  seed: seedSchema,
  width: sideSchema,
  height: sideSchema,
  steps: z.number().int().min(1).max(150),
  guidance: z.number().min(1).max(30),
  sampler: z.enum(SAMPLERS),
  schedule: z.enum(SCHEDULES),
  /** sha256 of the picture to start from (in the library). */
  init: sha256Schema.optional(),
  /** 0 keeps the init picture, 1 ignores it. */
  strength: z.number().min(0).max(1).optional(),
  /** sha256 of a picture whose white is repainted; the rest stays exactly. Needs `init`. */
  mask: sha256Schema.optional(),
  /**
   * sha256 of a picture of the subject: a logo, a product, a sketch. It stands in for the model's own drawing of the first
   * subject that the prompt names, and is the subject when the prompt names none.
   */
  reference: sha256Schema.optional(),
})

export type DiffusionRecipe = z.infer<typeof diffusionRecipe>
