import { StudioError } from '#shared/errors.ts'
import type { SCHEDULES } from '#shared/recipe/diffusion.ts'
import type { Process } from './process.ts'

/** Noise levels for n steps: n falling sigmas within the process's range, then 0. `shift` only moves `flow`. */
export type Schedule = (steps: number, process: Process, shift: number) => Float64Array

/** Every schedule by its name in recipes. */
export const schedules: Record<(typeof SCHEDULES)[number], Schedule> = { karras, exponential, flow, linear }

/** σ^(1/7) falls evenly: small steps where the picture forms (Karras et al. 2022, equation 5, ρ = 7). */
function karras(steps: number, { sigmaMin, sigmaMax }: Process): Float64Array {
  const rho = 7
  const [low, high] = [sigmaMin ** (1 / rho), sigmaMax ** (1 / rho)]
  return falling(steps, (part) => (high + part * (low - high)) ** rho)
}

/** log σ falls evenly (k_diffusion get_sigmas_exponential). */
function exponential(steps: number, { sigmaMin, sigmaMax }: Process): Float64Array {
  const [low, high] = [Math.log(sigmaMin), Math.log(sigmaMax)]
  return falling(steps, (part) => Math.exp(high + part * (low - high)))
}

/**
 * Flow time falls evenly from 1 to 0 and is shifted towards noise: σ = s·t / (1 + (s − 1)·t) (Esser et al. 2024,
 * equation 23). s = 1 leaves it; larger pictures want more.
 */
function flow(steps: number, process: Process, shift: number): Float64Array {
  if (process.kind !== 'flow') {
    throw new StudioError({
      code: 'usage',
      message: 'the schedule "flow" is for flow models',
      where: { field: 'recipe.schedule' },
      remedy: 'Take karras, exponential or linear for this model.',
    })
  }
  const sigmas = new Float64Array(steps + 1)
  for (let at = 0; at < steps; at++) {
    const time = 1 - at / steps
    sigmas[at] = (shift * time) / (1 + (shift - 1) * time)
  }
  return sigmas
}

/** The training timestep falls evenly from the last to the first (k_diffusion get_sigmas). */
function linear(steps: number, process: Process): Float64Array {
  const [first, last] = [process.timestep(process.sigmaMin), process.timestep(process.sigmaMax)]
  return falling(steps, (part) => process.sigma(last + part * (first - last)))
}

/** `at(0)` … `at(1)` in n numbers, then 0. */
function falling(steps: number, at: (part: number) => number): Float64Array {
  const sigmas = new Float64Array(steps + 1)
  for (let step = 0; step < steps; step++) sigmas[step] = at(steps === 1 ? 0 : step / (steps - 1))
  return sigmas
}
