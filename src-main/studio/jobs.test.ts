import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseRecipe, recipeHash } from '#shared/recipe/recipe.ts'
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

test('a journal of the first version is taken over: its jobs belonged to calls', () => {
  jobs.close()
  rmSync(join(home, 'jobs.sqlite'))
  const old = new DatabaseSync(join(home, 'jobs.sqlite'))
  old.exec(`CREATE TABLE jobs (
     id TEXT PRIMARY KEY, state TEXT NOT NULL, recipe TEXT NOT NULL, recipe_hash TEXT NOT NULL,
     artifacts TEXT NOT NULL DEFAULT '[]', error TEXT, queued INTEGER NOT NULL, changed INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX jobs_by_state ON jobs (state);
   CREATE INDEX jobs_by_time ON jobs (queued);
   PRAGMA user_version = 1`)
  const insert = old.prepare(
    'INSERT INTO jobs (id, state, recipe, recipe_hash, queued, changed) VALUES (?, ?, ?, ?, 1, 1)',
  )
  for (const [id, state] of [
    ['made', 'done'],
    ['lost', 'running'],
  ] as const)
    insert.run(id, state, JSON.stringify(recipe), recipeHash(recipe))
  old.close()
  jobs = openJobs(home, () => 2000)
  expect(jobs.get('made')).toMatchObject({ state: 'done', device: 'cpu', recipe })
  expect(jobs.get('lost')?.state).toBe('failed')
  expect(jobs.line()).toEqual([])
  expect(jobs.ended(10)).toEqual([])
})

test('jobs of the line wait through any number of starts, in their order', () => {
  jobs.lineUp(['a', 'b', 'c'].map((id) => ({ id, recipe, device: 'cpu' })))
  jobs.reorder(['c', 'a', 'b'])
  for (let start = 0; start < 3; start++) {
    jobs.close()
    jobs = openJobs(home, () => 2000)
    expect(jobs.interrupted).toEqual([])
    expect(jobs.line().map((job) => job.id)).toEqual(['c', 'a', 'b'])
  }
})

test('all jobs of one submission line up, or none', () => {
  const broken = { ...recipe, toJSON: () => expect.fail('the disk is full') } as unknown as typeof recipe
  expect(() =>
    jobs.lineUp([
      { id: 'a', recipe, device: 'cpu' },
      { id: 'b', recipe: broken, device: 'cpu' },
    ]),
  ).toThrow()
  expect(jobs.line()).toEqual([])
})
