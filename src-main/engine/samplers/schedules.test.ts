import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SCHEDULES } from '#shared/recipe/diffusion.ts'
import goldens from './goldens.json' with { type: 'json' }
import { flowProcess, trainedProcess } from './process.ts'
import { schedules } from './schedules.ts'

const sd1 = trainedProcess({ betaStart: 0.00085, betaEnd: 0.012, betaSchedule: 'scaled_linear', steps: 1000 })

const closeTo = (got: Float64Array, want: number[], relative: number) => {
  expect(got).toHaveLength(want.length)
  for (const [at, value] of want.entries())
    expect(Math.abs(got[at]! - value)).toBeLessThanOrEqual(relative * value + 1e-6)
}

test('karras and exponential equal k-diffusion', () => {
  const process = { ...sd1, sigmaMin: 0.03, sigmaMax: 14.6 }
  closeTo(schedules.karras(6, process, 1), goldens.schedules.karras, 1e-6)
  closeTo(schedules.exponential(6, process, 1), goldens.schedules.exponential, 1e-6)
})

test('flow equals diffusers with and without shift', () => {
  closeTo(schedules.flow(6, flowProcess, 1), goldens.schedules['flow 1'], 1e-6)
  closeTo(schedules.flow(6, flowProcess, 3), goldens.schedules['flow 3'], 1e-6)
})

test('linear walks the training steps as diffusers does', () => {
  const { sigmas, timesteps } = goldens.schedules.linear
  const made = schedules.linear(7, sd1, 1)
  // diffusers interpolates σ between two training steps, k-diffusion and this code log σ.
  closeTo(made, sigmas, 1e-4)
  for (const [at, timestep] of timesteps.entries()) expect(sd1.timestep(made[at]!)).toBeCloseTo(timestep, 6)
})

test('timestep and sigma are inverse', () => {
  for (const process of [sd1, flowProcess]) {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 998, noNaN: true }),
        (t) => Math.abs(process.timestep(process.sigma(t)) - t) < 1e-6,
      ),
    )
  }
})

test.each(SCHEDULES)('%s gives n falling noise levels from the highest on, then 0', (name) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), fc.double({ min: 0.2, max: 8, noNaN: true }), (steps, shift) => {
      const sigmas = schedules[name](steps, flowProcess, shift)
      expect(sigmas).toHaveLength(steps + 1)
      expect(sigmas[0]).toBeCloseTo(1, 9)
      expect(sigmas.at(-1)).toBe(0)
      for (let at = 1; at <= steps; at++) expect(sigmas[at]).toBeLessThan(sigmas[at - 1]!)
    }),
  )
})

test('the flow schedule is refused for models that are none, with a remedy', () => {
  expect(() => schedules.flow(4, sd1, 1)).toThrow(
    expect.objectContaining({ code: 'usage', remedy: expect.any(String) }),
  )
})
