import { StudioError } from '#shared/errors.ts'
import type { Process } from './process.ts'

/** The clean picture that the model sees in `x` at noise level `sigma`; every model is adapted to this (adapters.ts). */
export type Denoiser = (x: Float32Array, sigma: number) => Promise<Float32Array>

export interface SamplerContext {
  /** How much picture and how much noise an x at a given sigma holds. */
  process: Process
  /** Fresh N(0, 1) of x's length, for samplers that add noise. */
  noise: () => Float32Array
  signal: AbortSignal
  /** Called after each step, with what the model believes the end to be. */
  report: (step: SamplerStep) => void | Promise<void>
}

export interface SamplerStep {
  /** 1 … steps */
  step: number
  steps: number
  sigma: number
  denoised: Float32Array
}

/**
 * k-diffusion's convention: from `x` at noise level `sigmas[0]` to the last one (usually 0), one step between each two.
 * Pure: `x` is not changed, the same arguments give the same numbers.
 */
export type Sampler = (
  denoise: Denoiser,
  x: Float32Array,
  sigmas: Float64Array,
  context: SamplerContext,
) => Promise<Float32Array>

/** One step from `sigma` to `next`: gives the new x. */
export type Step = (x: Float32Array, denoised: Float32Array, sigma: number, next: number) => Float32Array

/** What all samplers with one model call per step share: call, check for stop, step, report. */
export async function stepThrough(
  denoise: Denoiser,
  x: Float32Array,
  sigmas: Float64Array,
  { signal, report }: SamplerContext,
  step: Step,
): Promise<Float32Array> {
  const steps = sigmas.length - 1
  let now = x
  for (let at = 0; at < steps; at++) {
    if (signal.aborted) throw new StudioError({ code: 'cancelled', message: 'cancelled' })
    const sigma = sigmas[at]!
    const denoised = await denoise(now, sigma)
    now = step(now, denoised, sigma, sigmas[at + 1]!)
    await report({ step: at + 1, steps, sigma, denoised })
  }
  return now
}

/** a·x */
export function scaled(a: number, x: Float32Array): Float32Array {
  const product = new Float32Array(x.length)
  for (let at = 0; at < product.length; at++) product[at] = a * x[at]!
  return product
}

/** a·x + b·y */
export function mix(a: number, x: Float32Array, b: number, y: Float32Array): Float32Array {
  const sum = new Float32Array(x.length)
  for (let at = 0; at < sum.length; at++) sum[at] = a * x[at]! + b * y[at]!
  return sum
}
