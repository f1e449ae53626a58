import { expect, test } from 'vitest'
import { Generator } from './generator.ts'
import goldens from './goldens.json' with { type: 'json' }
import { mt19937 } from './mt19937.ts'

test('mt19937 gives the 10,000th number of the C++ standard for seed 5489', () => {
  const next = mt19937(5489)
  for (let at = 1; at < 10_000; at++) next()
  expect(next()).toBe(4_123_659_995)
})

const name = ({ seed, calls }: (typeof goldens.cases)[number]) =>
  `seed ${seed}: ${calls.map(({ kind, n }) => `${kind}(${n})`).join(', ')}`

test.each(goldens.cases.map((golden) => ({ ...golden, name: name(golden) })))(
  `equals PyTorch for $name`,
  ({ seed, calls }) => {
    const generator = new Generator(seed)
    for (const { kind, n, first, last, sum } of calls) {
      const values = kind === 'rand' ? generator.rand(n) : generator.randn(n)
      const tolerance = kind === 'rand' ? 0 : 2e-6
      const worst = (got: Float32Array, want: number[]) =>
        Math.max(...want.map((value, at) => Math.abs(value - got[at]!)))
      expect(values).toHaveLength(n)
      expect(worst(values, first)).toBeLessThanOrEqual(tolerance)
      expect(worst(values.subarray(-last.length), last)).toBeLessThanOrEqual(tolerance)
      expect(Math.abs(values.reduce((total, value) => total + value, 0) - sum)).toBeLessThanOrEqual(n * 1e-7)
    }
  },
)

test('another seed gives other noise, the same seed the same bytes', () => {
  expect(new Generator(7).randn(64)).toEqual(new Generator(7).randn(64))
  expect(new Generator(7).randn(64)).not.toEqual(new Generator(8).randn(64))
})
