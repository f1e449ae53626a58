import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, sameJson } from './canonical.ts'

test('sameJson compares as canonicalJson does', () => {
  // Few different values, so that many pairs are the same.
  const leaf = fc.constantFrom<unknown>(null, undefined, true, 0, -0, 1, Number.NaN, '', 'a')
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'toString'), tie('value'), { maxKeys: 2 }),
    ),
  }))
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(sameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b))
    }),
    { numRuns: 5000 },
  )
})
