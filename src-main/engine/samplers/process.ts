/**
 * How noise enters a picture: x at noise level σ is `alpha(σ)·picture + σ·noise`. Samplers are written against this,
 * so each of them serves both kinds of model.
 */
export interface Process {
  kind: 'flow' | 'variance-exploding'
  /** The range of noise levels the model was trained on. */
  sigmaMin: number
  sigmaMax: number
  alpha(sigma: number): number
  /** What the model's graph is told about the noise level: 0 … 1000 or the training step. */
  timestep(sigma: number): number
  /** The inverse of `timestep`. */
  sigma(timestep: number): number
}

/**
 * Rectified flow (Liu et al. 2022): x = (1 − σ)·picture + σ·noise, σ from 0 to 1, timestep = 1000·σ.
 */
export const flowProcess: Process = {
  kind: 'flow',
  sigmaMin: 1 / 1000,
  sigmaMax: 1,
  alpha: (sigma) => 1 - sigma,
  timestep: (sigma) => 1000 * sigma,
  sigma: (timestep) => timestep / 1000,
}

/** The training schedule of epsilon and v models, in diffusers' words. */
export interface Training {
  betaStart: number
  betaEnd: number
  betaSchedule: 'linear' | 'scaled_linear'
  steps: number
}

/**
 * A DDPM training schedule seen as k-diffusion does: x = picture + σ·noise with σ² = (1 − ᾱ)/ᾱ. Between two training
 * steps log σ is interpolated linearly (k_diffusion/external.py, DiscreteSchedule).
 */
export function trainedProcess({ betaStart, betaEnd, betaSchedule, steps }: Training): Process {
  const root = betaSchedule === 'scaled_linear' ? Math.sqrt : (beta: number) => beta
  const power = betaSchedule === 'scaled_linear' ? 2 : 1
  const logSigmas = new Float64Array(steps)
  let keeps = 1
  for (let at = 0; at < steps; at++) {
    const part = steps === 1 ? 0 : at / (steps - 1)
    keeps *= 1 - (root(betaStart) + part * (root(betaEnd) - root(betaStart))) ** power
    logSigmas[at] = 0.5 * Math.log((1 - keeps) / keeps)
  }
  return {
    kind: 'variance-exploding',
    sigmaMin: Math.exp(logSigmas[0]!),
    sigmaMax: Math.exp(logSigmas.at(-1)!),
    alpha: () => 1,
    sigma: (timestep) => Math.exp(interpolate(logSigmas, timestep)),
    timestep: (sigma) => find(logSigmas, Math.log(sigma)),
  }
}

/** The value of a table at a fractional place. */
function interpolate(table: Float64Array, place: number): number {
  const at = Math.min(Math.max(place, 0), table.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, table.length - 1)
  return table[low]! + (at - low) * (table[high]! - table[low]!)
}

/** The fractional place of a value in a rising table; values outside get the nearest end. */
function find(table: Float64Array, value: number): number {
  let low = 0
  let high = table.length - 1
  if (value <= table[low]!) return low
  if (value >= table[high]!) return high
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (table[middle]! <= value) low = middle
    else high = middle
  }
  return low + (value - table[low]!) / (table[high]! - table[low]!)
}
