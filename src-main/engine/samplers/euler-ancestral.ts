import { mix, type Sampler, stepThrough } from './sampler.ts'

/**
 * Euler steps that go further down than asked and then add fresh noise up to the asked level, η = 1
 * (k_diffusion sample_euler_ancestral). Flow models step and renoise by their own forward process, as ComfyUI's
 * sample_euler_ancestral_RF does.
 */
export const eulerAncestral: Sampler = (denoise, x, sigmas, context) => {
  const { process, noise } = context
  return stepThrough(denoise, x, sigmas, context, (now, denoised, sigma, next) => {
    if (next === 0) return denoised
    const [down, up] = process.kind === 'flow' ? flowLevels(sigma, next) : levels(sigma, next)
    const ratio = down / sigma
    const below = mix(ratio, now, 1 - ratio, denoised)
    // Back to the share of picture that x has at `next`; 1 for variance-exploding models.
    return mix(process.alpha(next) / process.alpha(down), below, up, noise())
  })
}

/** σ_down² + σ_up² = next², so the total noise is right. */
function levels(sigma: number, next: number): [down: number, up: number] {
  const up = Math.min(next, Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2))
  return [Math.sqrt(next ** 2 - up ** 2), up]
}

/** Down to next²/σ; what is missing to `next` after rescaling the picture to its share there is fresh noise. */
function flowLevels(sigma: number, next: number): [down: number, up: number] {
  const down = (next * next) / sigma
  const rescale = (1 - next) / (1 - down)
  return [down, Math.sqrt(Math.max(0, next ** 2 - (down * rescale) ** 2))]
}
