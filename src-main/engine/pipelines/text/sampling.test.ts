import { expect, test } from 'vitest'
import {
  argmax,
  createShortlist,
  draw,
  logProbability,
  penaliseRepetition,
  type SamplingSettings,
  shortlist,
  strike,
} from './sampling.ts'

const open: SamplingSettings = { temperature: 1, topK: 0, topP: 1, minP: 0 }
/** Logits of the probabilities 0.5, 0.25, 0.125, 0.0625, 0.0625, out of order. */
const logits = () => Float32Array.from([0.125, 0.5, 0.0625, 0.25, 0.0625], Math.log)
const kept = (settings: Partial<SamplingSettings>, from = logits()) => {
  const list = shortlist(from, { ...open, ...settings }, createShortlist(from.length))
  return [...list.ids.subarray(0, list.length)]
}

test('without filters all tokens stay, likeliest first, the lower id first among equals', () => {
  expect(kept({})).toEqual([1, 3, 0, 2, 4])
})

test('greedy keeps the likeliest only', () => {
  expect(kept({ temperature: 0 })).toEqual([1])
  expect(argmax(Float32Array.of(1, 3, 3, 2))).toBe(1)
})

test('top-k keeps k', () => {
  expect(kept({ topK: 2 })).toEqual([1, 3])
  expect(kept({ topK: 4 })).toEqual([1, 3, 0, 2])
  expect(kept({ topK: 99 })).toHaveLength(5)
})

test('top-p keeps the shortest run from the top whose mass reaches p', () => {
  expect(kept({ topP: 0.4 })).toEqual([1])
  expect(kept({ topP: 0.6 })).toEqual([1, 3])
  expect(kept({ topP: 0.8 })).toEqual([1, 3, 0])
  expect(kept({ topP: 0 })).toEqual([1])
})

test('top-p measures mass among what top-k left', () => {
  // Of 0.5 and 0.25 the first holds two thirds.
  expect(kept({ topK: 2, topP: 0.66 })).toEqual([1])
  expect(kept({ topK: 2, topP: 0.67 })).toEqual([1, 3])
})

test('min-p keeps what is at least p times as likely as the likeliest', () => {
  expect(kept({ minP: 0.3 })).toEqual([1, 3])
  expect(kept({ minP: 0.2 })).toEqual([1, 3, 0])
})

test('temperature sharpens or flattens before the filters look', () => {
  // At T = 0.5 the probabilities are squared: 0.25 is a quarter of 0.5 instead of a half.
  expect(kept({ temperature: 0.5, minP: 0.3 })).toEqual([1])
  expect(kept({ temperature: 2, minP: 0.49 })).toEqual([1, 3, 0])
})

test('weights are the probabilities relative to the likeliest', () => {
  const list = shortlist(logits(), open, createShortlist(5))
  expect([...list.weights.subarray(0, 5)].map((weight) => weight.toFixed(4))).toEqual([
    '1.0000',
    '0.5000',
    '0.2500',
    '0.1250',
    '0.1250',
  ])
})

test('a masked token is never kept', () => {
  const masked = logits()
  masked[1] = Number.NEGATIVE_INFINITY
  masked[4] = Number.NEGATIVE_INFINITY
  expect(kept({}, masked)).toEqual([3, 0, 2])
  expect(kept({ topK: 4 }, masked)).toEqual([3, 0, 2])
  expect(kept({}, new Float32Array(3).fill(Number.NEGATIVE_INFINITY))).toEqual([])
})

test('the partial selection agrees with sorting everything', () => {
  const many = Float32Array.from({ length: 5000 }, (_, id) => Math.sin(id * 12.9898) * 8)
  const sorted = [...many.keys()].sort((a, b) => many[b]! - many[a]! || a - b)
  expect(kept({ topK: 40 }, many)).toEqual(sorted.slice(0, 40))
  const nucleus = kept({ topP: 0.9 }, many)
  expect(nucleus).toEqual(sorted.slice(0, nucleus.length))
  const mass = (ids: number[]) => ids.reduce((sum, id) => sum + Math.exp(many[id]!), 0)
  expect(mass(nucleus)).toBeGreaterThanOrEqual(0.9 * mass(sorted))
  expect(mass(nucleus.slice(0, -1))).toBeLessThan(0.9 * mass(sorted))
})

test('a draw walks down the weights', () => {
  const list = shortlist(logits(), { ...open, topK: 3 }, createShortlist(5)) // weights 1, ½, ¼
  const drawn = (u: number) => list.ids[draw(list, u)]
  expect(drawn(0)).toBe(1)
  expect(drawn(0.57)).toBe(1)
  expect(drawn(0.58)).toBe(3)
  expect(drawn(0.86)).toBe(0)
  expect(drawn(0.999999)).toBe(0)
})

test('a struck token leaves the order of the others', () => {
  const list = shortlist(logits(), { ...open, topK: 3 }, createShortlist(5))
  strike(list, 1)
  expect([...list.ids.subarray(0, list.length)]).toEqual([1, 0])
  expect(list.weights[1]).toBeCloseTo(0.25)
})

test('repetition penalty divides positive logits and multiplies negative ones', () => {
  const some = Float32Array.of(2, -2, 4, 1)
  penaliseRepetition(some, new Set([0, 1]), 2)
  expect([...some]).toEqual([1, -4, 4, 1])
})

test('the log-probability of a token is that of the softmax', () => {
  const logits = Float32Array.of(2, 1, -1, -40)
  const sum = Math.exp(2) + Math.exp(1) + Math.exp(-1)
  expect(logProbability(logits, 1)).toBeCloseTo(Math.log(Math.exp(1) / sum), 6)
  expect(logProbability(logits, 3)).toBeCloseTo(-40 - Math.log(sum), 4)
})
