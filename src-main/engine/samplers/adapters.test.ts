import { expect, test } from 'vitest'
import { Generator } from '../noise/generator.ts'
import { adapters, type Model } from './adapters.ts'
import { flowProcess, trainedProcess } from './process.ts'

/** A picture, a noise, and what a perfect model of each kind answers when it sees their mixture. */
const picture = new Generator(1).randn(16)
const noise = new Generator(2).randn(16)
const exploding = trainedProcess({ betaStart: 0.0001, betaEnd: 0.02, betaSchedule: 'linear', steps: 1000 })

const perfect = {
  flow: () => noise.map((value, at) => value - picture[at]!),
  epsilon: () => noise,
  v_prediction: (sigma: number) => {
    const keep = 1 / Math.sqrt(1 + sigma * sigma) // √ᾱ
    return noise.map((value, at) => keep * value - sigma * keep * picture[at]!)
  },
}

test.each(['flow', 'epsilon', 'v_prediction'] as const)('a perfect %s model gives back the picture', async (kind) => {
  const process = kind === 'flow' ? flowProcess : exploding
  for (const timestep of [20, 400, 980]) {
    const sigma = process.sigma(timestep)
    const x = picture.map((value, at) => process.alpha(sigma) * value + sigma * noise[at]!)
    const model: Model = async (seen, told) => {
      expect(told).toBeCloseTo(timestep, 4)
      const scale = kind === 'flow' ? 1 : 1 / Math.sqrt(1 + sigma * sigma)
      expect(seen[3]).toBeCloseTo(x[3]! * scale, 5)
      return perfect[kind](sigma)
    }
    const denoised = await adapters[kind](model, process)(x, sigma)
    for (const [at, value] of picture.entries()) expect(Math.abs(denoised[at]! - value)).toBeLessThan(1e-4)
  }
})
