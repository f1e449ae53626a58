import { mix, type Sampler, stepThrough } from './sampler.ts'

/**
 * DPM-Solver++(2M) (Lu et al. 2022): second order at one model call per step, by extrapolating from the last two
 * pictures in λ = log(α/σ) (k_diffusion sample_dpmpp_2m, with α for flow models).
 */
export const dpmpp2m: Sampler = (denoise, x, sigmas, context) => {
  const { alpha } = context.process
  let last: { denoised: Float32Array; h: number } | undefined
  return stepThrough(denoise, x, sigmas, context, (now, denoised, sigma, next) => {
    // e^(−h), h = λ(next) − λ(sigma). At pure noise (α = 0) and at the end (σ = 0) it is 0 and h is infinite.
    const decay = (next * alpha(sigma)) / (sigma * alpha(next))
    const h = -Math.log(decay)
    // 1/(2r) with r = h_last / h: 0 for the first step, and after an infinite one.
    const ahead = last && next > 0 ? h / (2 * last.h) : 0
    const picture = last && ahead > 0 ? mix(1 + ahead, denoised, -ahead, last.denoised) : denoised
    last = { denoised, h }
    return mix(next / sigma, now, alpha(next) * (1 - decay), picture)
  })
}
