import { describe, expect, test } from 'vitest'
import type { PhraseToken } from '#shared/prompt/phrases.ts'
import { Generator } from '../noise/generator.ts'
import { arrange, readScene } from './arrangement.ts'
import { place, type ReferenceConfig } from './reference.ts'

const config: ReferenceConfig = {
  file: 'references.rgba.gz',
  size: 128,
  jitter: { position: 0, size: 0 },
  layouts: {
    default: [[[0.5, 0.5, 0.6]]],
    left: [[[0.29, 0.5, 0.5]]],
    scattered: [
      [
        [0.2, 0.2, 0.3],
        [0.8, 0.2, 0.3],
        [0.5, 0.7, 0.3],
      ],
    ],
  },
}
const token = (role: string, name: string, more: Partial<PhraseToken> = {}): PhraseToken =>
  ({ id: 1, role, name, en: [], zh: [], ...more }) as PhraseToken
const cat = token('subject', 'cat', { reference: 0 })
const umbrella = token('subject', 'umbrella', { reference: 1 })
const under = token('relation', 'under')
const 下 = token('relation', 'under', { postposed: true })
const three = token('count', '3')
const SQUARE = { width: 256, height: 256 }
const items = (tokens: PhraseToken[], layout = 'default', shape = SQUARE) =>
  arrange(config, layout, readScene(tokens), shape, new Generator(1))
const within = ([cx, cy, size]: readonly [number, number, number]) =>
  cx - size / 2 >= -0.01 && cy - size / 2 >= -0.01 && cx + size / 2 <= 1.01 && cy + size / 2 <= 1.01

describe('what a prompt says of its subjects', () => {
  test.each([
    ['a cat under an umbrella', [cat, under, umbrella]],
    ['猫在雨伞下', [cat, umbrella, 下]],
    ['雨伞下的猫', [umbrella, 下, cat]],
  ])('%s: the cat is under the umbrella', (_, tokens) => {
    const { subjects, relation } = readScene(tokens)
    expect(relation?.name).toBe('under')
    expect(subjects[relation!.figure]!.token).toBe(cat)
    expect(subjects[relation!.landmark]!.token).toBe(umbrella)
    const height = (subject: PhraseToken) =>
      items(tokens).find((item) => subjects[item.subject]!.token === subject)!.placements[0]![1]
    expect(height(cat)).toBeGreaterThan(height(umbrella) + 0.2)
  })

  test('a number belongs to the subject after it', () => {
    expect(readScene([three, cat, umbrella]).subjects.map(({ count }) => count)).toEqual([3, 1])
    expect(readScene([cat, three, umbrella]).subjects.map(({ count }) => count)).toEqual([1, 3])
    expect(readScene([three]).subjects).toEqual([{ count: 3 }]) // of a picture that is given
  })
})

describe('the places', () => {
  test('so many of a kind as were said, all in sight, none over another', () => {
    for (const layout of ['default', 'left', 'scattered'])
      for (const count of ['2', '3', '4', '5']) {
        const [item] = items([token('count', count), cat], layout)
        expect(item!.placements).toHaveLength(Number(count))
        expect(item!.placements.every(within)).toBe(true)
        for (const [at, a] of item!.placements.entries())
          for (const b of item!.placements.slice(at + 1))
            expect(Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]))).toBeGreaterThan(((a[2] + b[2]) / 2) * 0.9)
      }
  })

  test('what is behind is drawn first', () => {
    const order = (name: string) => items([cat, token('relation', name), umbrella]).map(({ subject }) => subject)
    expect(order('behind')).toEqual([0, 1])
    expect(order('before')).toEqual([1, 0])
  })

  test('three cats under an umbrella are three, in the place of one', () => {
    const drawn = items([three, cat, under, umbrella])
    expect(drawn.map(({ placements }) => placements.length)).toEqual([1, 3])
    expect(drawn.flatMap(({ placements }) => placements).every(within)).toBe(true)
  })

  test('subjects of which nothing more is said stand where the layout puts them', () => {
    for (const layout of ['default', 'left', 'scattered']) {
      const plain = place(config, layout, 2, new Generator(1))
      expect(items([cat, umbrella], layout)).toEqual(plain.map((placements, subject) => ({ subject, placements })))
    }
  })

  test('in a tall picture they keep together', () => {
    const drawn = items([cat, under, umbrella], 'default', { width: 200, height: 600 })
    const heights = drawn.map(({ placements }) => placements[0]![1] * 600)
    const square = items([cat, under, umbrella]).map(({ placements }) => placements[0]![1] * 200)
    expect(heights[1]! - heights[0]!).toBeCloseTo(square[1]! - square[0]!)
  })

  test('a layout of several places has no room for a relation', () => {
    expect(items([cat, under, umbrella], 'scattered').map(({ placements }) => placements.length)).toEqual([2, 1])
  })
})
