import { mix, type Sampler, stepThrough } from './sampler.ts'

/**
 * DDIM without noise (Song et al. 2020, equation 12 at η = 0): take picture and noise apart, put them together at the
 * next level. In exact arithmetic this is the Euler step; recipes from other tools ask for it by this name.
 */
export const ddim: Sampler = (denoise, x, sigmas, context) => {
  const { alpha } = context.process
  return stepThrough(denoise, x, sigmas, context, (now, denoised, sigma, next) => {
    const noise = mix(1 / sigma, now, -alpha(sigma) / sigma, denoised)
    return mix(alpha(next), denoised, next, noise)
  })
}
