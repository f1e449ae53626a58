import type { Process } from './process.ts'
import { type Denoiser, mix, scaled } from './sampler.ts'

/** A model's graph: x at the scale it was trained on and a timestep → its prediction. */
export type Model = (x: Float32Array, timestep: number) => Promise<Float32Array>

/** What the graph's output means → the clean picture in x. A new kind of model is one line here. */
export const adapters = { flow, epsilon, v_prediction: vPrediction } as const

/** The output is the velocity noise − picture: picture = x − σ·v. */
function flow(model: Model, process: Process): Denoiser {
  return async (x, sigma) => mix(1, x, -sigma, await model(x, process.timestep(sigma)))
}

/** The output is the noise: picture = x − σ·ε. The graph sees x scaled to unit variance. */
function epsilon(model: Model, process: Process): Denoiser {
  return async (x, sigma) => mix(1, x, -sigma, await model(unit(x, sigma), process.timestep(sigma)))
}

/** The output is √ᾱ·noise − √(1 − ᾱ)·picture (Salimans and Ho 2022); k_diffusion/external.py, VDenoiser. */
function vPrediction(model: Model, process: Process): Denoiser {
  return async (x, sigma) => {
    const scale = 1 / (sigma * sigma + 1)
    return mix(scale, x, -sigma * Math.sqrt(scale), await model(unit(x, sigma), process.timestep(sigma)))
  }
}

function unit(x: Float32Array, sigma: number): Float32Array {
  return scaled(1 / Math.sqrt(sigma * sigma + 1), x)
}
