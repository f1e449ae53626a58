import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseRecipe } from '#shared/recipe/recipe.ts'
import { type Jobs, openJobs } from './jobs.ts'

const recipe = parseRecipe({
  format: 1,
  kind: 'gan',
  model: { id: 'pattern-gan', hash: 'a'.repeat(64) },
  seed: 7,
  truncation: 0.8,
})

let home: string
let jobs: Jobs
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'broadside-jobs-'))
  jobs = openJobs(home, () => 1000)
})
afterEach(() => {
  jobs.close()
  rmSync(home, { recursive: true, force: true })
})

test('a job goes from queued over running to done', () => {
  expect(jobs.enqueue('a', recipe)).toMatchObject({ state: 'queued', recipe })
  jobs.start('a')
  expect(jobs.get('a')?.state).toBe('running')
  jobs.done('a', { artifacts: ['f'.repeat(64)] })
  expect(jobs.get('a')).toMatchObject({ state: 'done', artifacts: ['f'.repeat(64)] })
})

test('the same id twice is one job', () => {
  jobs.enqueue('a', recipe)
  jobs.start('a')
  expect(jobs.enqueue('a', { ...recipe, seed: 8 } as typeof recipe).state).toBe('running')
  expect(jobs.list()).toHaveLength(1)
})

test('what is over stays as it ended', () => {
  jobs.enqueue('a', recipe)
  jobs.start('a')
  jobs.done('a', { artifacts: [] })
  expect(() => jobs.start('a')).toThrow('job a is done, not running')
  jobs.end('a', 'cancelled', { code: 'cancelled', message: 'too late' })
  expect(jobs.get('a')?.state).toBe('done')
})

test('jobs that a process left behind are found at the next start, and told as failed', () => {
  jobs.enqueue('waiting', recipe)
  jobs.enqueue('running', recipe)
  jobs.start('running')
  jobs.close() // a kill leaves the same on the disk: every change is written when it is made
  jobs = openJobs(home, () => 2000)
  expect(jobs.interrupted.map((job) => job.id)).toEqual(['waiting', 'running'])
  expect(jobs.list().map((job) => job.state)).toEqual(['failed', 'failed'])
  expect(jobs.get('running')?.error?.message).toContain('ended while this was being made')
})
