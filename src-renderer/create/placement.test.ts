import { expect, test } from 'vitest'
import type { JobTarget, QueuedJob } from '#shared/contract/events.ts'
import { parseDocument } from '#shared/document/document.ts'
import { DocumentStore } from '#shared/document/store.ts'
import { isDue, layerIdOf, place } from './placement.ts'

const asset = 'a'.repeat(64)
const mask = 'b'.repeat(64)
const label = { place: 'Place', fill: 'Fill' }
const board = { type: 'artboard', id: 'board', width: 1080, height: 1440 } as const
const open = () => new DocumentStore(parseDocument({ format: 1, artboards: [board], layers: [] }))

function job(target: Partial<JobTarget> = {}, more: Partial<QueuedJob> = {}): QueuedJob {
  const recipe = {
    ...{ format: 1, kind: 'gan', model: { id: 'pattern-gan', hash: asset } },
    ...{ prompt: 'waves in teal', seed: 7, truncation: 0.8 },
  } as QueuedJob['recipe']
  return {
    ...{ id: 'job-1', state: 'done', recipe, recipeHash: asset, device: 'cpu', queued: 1 },
    artifacts: [{ sha256: asset, kind: 'picture', extension: 'png', bytes: 1, width: 256, height: 256, created: 1 }],
    target: { project: 'p', action: 'place', id: 'board', window: 'w', ...target },
    ...more,
  }
}

test('a finished job becomes one layer in one step, with the recipe inside', () => {
  const store = open()
  place(job(), store, label)
  expect(store.layer(layerIdOf('job-1'))).toMatchObject({
    name: 'Waves in teal',
    asset,
    recipe: { seed: 7 },
    ...{ x: 0, y: 180, width: 1080, height: 1080 },
  })
  store.undo()
  expect(store.children('board')).toEqual([])
})

test('a job is placed exactly once, also when its layer was taken back', () => {
  const store = open()
  expect(isDue(job(), 'p', new Set(), store)).toBe(true)
  place(job(), store, label)
  expect(isDue(job(), 'p', new Set(), store)).toBe(false)
  store.undo()
  expect(isDue(job(), 'p', new Set(['job-1']), store)).toBe(false)
})

test('nothing is due of other projects, unfinished jobs and plain results', () => {
  const due = (one: QueuedJob) => isDue(one, 'p', new Set(), open())
  expect(due(job({ project: 'q' }))).toBe(false)
  expect(due(job({ action: 'results' }))).toBe(false)
  expect(due(job({}, { state: 'running' }))).toBe(false)
  expect(due(job({}, { artifacts: [] }))).toBe(false)
})

test('a masked picture keeps its very box: outside the mask nothing changes', () => {
  const store = open()
  place(job({ mask, box: { x: 10, y: 20, width: 300, height: 200 } }), store, label)
  expect(store.layer(layerIdOf('job-1'))).toMatchObject({
    mask: { asset: mask },
    fit: 'fill',
    ...{ x: 10, y: 20, width: 300, height: 200 },
  })
})

test('fill changes the picture of a layer; without the layer nothing happens', () => {
  const store = open()
  place(job(), store, label)
  const made = job({ action: 'fill', id: layerIdOf('job-1') }, { id: 'job-2' })
  const [picture] = made.artifacts
  place({ ...made, artifacts: [{ ...picture!, sha256: mask }] }, store, label)
  expect(store.layer(layerIdOf('job-1'))).toMatchObject({ asset: mask })
  expect(place(job({ action: 'fill', id: 'gone' }), store, label)).toBeUndefined()
})
