import { mix, type Sampler, stepThrough } from './sampler.ts'

/**
 * Multistep consistency sampling (Luo et al. 2023): jump to the picture, add fresh noise of the next level, jump again.
 * For models distilled to few steps.
 */
export const lcm: Sampler = (denoise, x, sigmas, context) => {
  const { process, noise } = context
  return stepThrough(denoise, x, sigmas, context, (_now, denoised, _sigma, next) =>
    next === 0 ? denoised : mix(process.alpha(next), denoised, next, noise()),
  )
}
