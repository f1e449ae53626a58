import { expect, test } from 'vitest'
import type { QueuedJob } from '#shared/contract/events.ts'
import { differences, resultsOf } from './results.ts'

const job = (id: string, queued: number, state: QueuedJob['state'], artifacts: string[] = []) =>
  ({
    id,
    queued,
    state,
    recipe: { kind: 'gan', seed: 1 },
    artifacts: artifacts.map((sha256) => ({ sha256 })),
  }) as QueuedJob

test('the newest run comes first, inside it the first seed', () => {
  const jobs = [
    job('a', 1000, 'done', ['x']),
    job('b', 5000, 'done', ['y']),
    job('c', 5000, 'running'),
    job('d', 5000, 'failed'),
    job('e', 5000, 'cancelled'),
  ]
  expect(resultsOf(jobs, new Set()).map(({ key }) => key)).toEqual(['b:y', 'c', 'd', 'a:x'])
  expect(resultsOf(jobs, new Set(['y'])).map(({ key }) => key)).toEqual(['c', 'd', 'a:x'])
})

test('two recipes are compared field by field', () => {
  const a = { seed: 1, steps: 12, mix: { seed: 3, from: 2 } }
  const b = { seed: 2, steps: 12 }
  expect(differences(a, b)).toEqual([
    { field: 'seed', a: '1', b: '2' },
    { field: 'mix.seed', a: '3', b: '—' },
    { field: 'mix.from', a: '2', b: '—' },
  ])
})
