import { describe, expect, test } from 'vitest'
import { SAMPLERS } from '#shared/recipe/diffusion.ts'
import { Generator } from '../noise/generator.ts'
import goldens from './goldens.json' with { type: 'json' }
import { flowProcess, type Process, trainedProcess } from './process.ts'
import type { Denoiser, SamplerContext, SamplerStep } from './sampler.ts'
import { samplers } from './samplers.ts'
import { schedules } from './schedules.ts'

const exploding = trainedProcess({ betaStart: 0.00085, betaEnd: 0.012, betaSchedule: 'scaled_linear', steps: 1000 })
const deterministic = ['euler', 'dpmpp-2m', 'ddim'] as const
const renoising = ['euler-ancestral', 'lcm'] as const

const context = (process: Process, more: Partial<SamplerContext> = {}): SamplerContext => ({
  process,
  noise: () => new Float32Array(0),
  signal: new AbortController().signal,
  report: () => {},
  ...more,
})

/** Data from N(mean, spread²) has a closed form: the best denoiser, and where the ODE takes each x. */
const mean = 0.4
const spread = 0.6
const deviation = ({ alpha }: Process, sigma: number) => Math.hypot(alpha(sigma) * spread, sigma)
const gaussian = (process: Process): Denoiser => {
  return async (x, sigma) => {
    const alpha = process.alpha(sigma)
    const gain = (alpha * spread ** 2) / deviation(process, sigma) ** 2
    return x.map((value) => mean + gain * (value - alpha * mean))
  }
}
const exactEnd = (process: Process, x: number, sigma: number) =>
  mean + (spread * (x - process.alpha(sigma) * mean)) / deviation(process, sigma)

describe.each([
  ['flow', flowProcess, (steps: number) => schedules.flow(steps, flowProcess, 1)],
  ['variance-exploding', exploding, (steps: number) => schedules.karras(steps, exploding, 1)],
] as const)('%s models', (_, process, sigmasFor) => {
  const start = (sigma: number) => Float32Array.of(-1.5, -0.2, 0.3, 1.1).map((value) => value * sigma)

  const errorOf = async (name: (typeof SAMPLERS)[number], steps: number) => {
    const sigmas = sigmasFor(steps)
    const x = start(sigmas[0]!)
    const end = await samplers[name](gaussian(process), x, sigmas, context(process))
    return Math.max(...end.map((value, at) => Math.abs(value - exactEnd(process, x[at]!, sigmas[0]!))))
  }

  test.each(deterministic)('%s ends where the ODE ends', async (name) => {
    expect(await errorOf(name, 200)).toBeLessThan(name === 'dpmpp-2m' ? 1e-3 : 2e-2)
  })

  test.each([
    ['euler', 1],
    ['ddim', 1],
    ['dpmpp-2m', 2],
  ] as const)('%s is of order %i: twice the steps, 2^order less error', async (name, order) => {
    // Fewer steps are not yet asymptotic for flow; with more the last step from σ_min dominates the others.
    const steps = process.kind === 'flow' ? 64 : 16
    const ratio = (await errorOf(name, steps)) / (await errorOf(name, 2 * steps))
    expect(Math.log2(ratio)).toBeGreaterThan(order - 0.3)
  })

  test.each(renoising)('%s ends in the distribution of the data', async (name) => {
    const noise = new Generator(11)
    const n = 20_000
    const sigmas = sigmasFor(40)
    const x = noise.randn(n).map((value) => value * sigmas[0]!)
    const fresh = context(process, { noise: () => noise.randn(n) })
    const end = await samplers[name](gaussian(process), x, sigmas, fresh)
    const average = end.reduce((sum, value) => sum + value, 0) / n
    const variance = end.reduce((sum, value) => sum + (value - average) ** 2, 0) / n
    expect(average).toBeCloseTo(mean, 1)
    // LCM jumps to the mean of what is possible, so it is too narrow for data that is not one point.
    if (name === 'euler-ancestral') expect(Math.sqrt(variance)).toBeCloseTo(spread, 1)
  })

  test.each(SAMPLERS)('%s of a model that knows the one picture gives that picture', async (name) => {
    const noise = new Generator(3)
    const end = await samplers[name](
      async (x) => new Float32Array(x.length).fill(0.25),
      noise.randn(8),
      sigmasFor(5),
      context(process, { noise: () => noise.randn(8) }),
    )
    for (const value of end) expect(value).toBeCloseTo(0.25, 5)
  })

  test.each(SAMPLERS)('%s is pure: same arguments, same bytes, x unchanged', async (name) => {
    const make = () => {
      const noise = new Generator(5)
      return samplers[name](
        gaussian(process),
        start(1),
        sigmasFor(6),
        context(process, { noise: () => noise.randn(4) }),
      )
    }
    expect(await make()).toEqual(await make())
    const x = start(1)
    await samplers[name](gaussian(process), x, sigmasFor(6), context(process, { noise: () => new Float32Array(4) }))
    expect(x).toEqual(start(1))
  })

  test.each(SAMPLERS)('%s reports each step', async (name) => {
    const heard: SamplerStep[] = []
    const noise = () => new Float32Array(4)
    await samplers[name](
      gaussian(process),
      start(1),
      sigmasFor(3),
      context(process, { noise, report: (step) => void heard.push(step) }),
    )
    expect(heard.map(({ step, steps }) => `${step}/${steps}`)).toEqual(['1/3', '2/3', '3/3'])
    expect(heard[0]?.denoised).toHaveLength(4)
  })

  test.each(SAMPLERS)('%s stops before the next step when told to', async (name) => {
    const abort = new AbortController()
    let calls = 0
    const model: Denoiser = async (x) => {
      calls++
      return x
    }
    const noise = () => new Float32Array(4)
    const report = ({ step }: SamplerStep) => {
      if (step === 2) abort.abort()
    }
    const made = samplers[name](
      model,
      start(1),
      sigmasFor(9),
      context(process, { noise, report, signal: abort.signal }),
    )
    await expect(made).rejects.toMatchObject({ code: 'cancelled' })
    expect(calls).toBe(2)
  })
})

describe('against other programs', () => {
  const toy: Denoiser = async (x, sigma) => x.map((value) => Math.tanh(value / (1 + sigma)))
  const close = (got: ArrayLike<number>, want: number[]) => {
    expect(got).toHaveLength(want.length)
    for (const [at, value] of want.entries()) expect(got[at]).toBeCloseTo(value, 5)
  }

  test.each(['euler', 'ddim', 'dpmpp-2m', 'euler-ancestral'] as const)('%s equals k-diffusion', async (name) => {
    const sigmas = Float64Array.from(goldens.schedules.karras)
    const draws = goldens.noise.map((values) => Float32Array.from(values)).values()
    const noise = () => draws.next().value!
    const x = Float32Array.from(goldens.x, (value) => value * sigmas[0]!)
    const end = await samplers[name](toy, x, sigmas, context(exploding, { noise }))
    close(end, goldens.samplers[name === 'ddim' ? 'euler' : name])
  })

  test('euler on a shifted flow equals diffusers', async () => {
    const sigmas = schedules.flow(6, flowProcess, 3)
    close(sigmas, goldens.schedules['flow 3'])
    close(
      await samplers.euler(toy, Float32Array.from(goldens.x), sigmas, context(flowProcess)),
      goldens.samplers['flow euler'],
    )
  })

  test('dpmpp-2m on flow equals diffusers', async () => {
    const sigmas = Float64Array.from(goldens.flowSigmas)
    const end = await samplers['dpmpp-2m'](toy, Float32Array.from(goldens.x), sigmas, context(flowProcess))
    close(end, goldens.samplers['flow dpmpp-2m'])
  })
})
