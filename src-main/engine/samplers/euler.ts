import { mix, type Sampler, stepThrough } from './sampler.ts'

/**
 * Euler's method on the probability-flow ODE dx/dσ = (x − denoised)/σ (Karras et al. 2022, algorithm 2 without churn;
 * k_diffusion sample_euler). The ODE reads the same for flow models, because x − picture = σ·(noise − picture).
 */
export const euler: Sampler = (denoise, x, sigmas, context) =>
  stepThrough(denoise, x, sigmas, context, (now, denoised, sigma, next) => {
    const ratio = next / sigma
    return mix(ratio, now, 1 - ratio, denoised)
  })
