import type { SAMPLERS } from '#shared/recipe/diffusion.ts'
import { ddim } from './ddim.ts'
import { dpmpp2m } from './dpmpp-2m.ts'
import { euler } from './euler.ts'
import { eulerAncestral } from './euler-ancestral.ts'
import { lcm } from './lcm.ts'
import type { Sampler } from './sampler.ts'

/** Every sampler by its name in recipes: a new one is one file, one line here and one in shared/recipe/diffusion.ts. */
export const samplers: Record<(typeof SAMPLERS)[number], Sampler> = {
  euler,
  'euler-ancestral': eulerAncestral,
  'dpmpp-2m': dpmpp2m,
  ddim,
  lcm,
}
