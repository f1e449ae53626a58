import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { NumberedEvent, QueuedJob, StudioEvent } from '#shared/contract/events.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { hostilePackage, TINY } from './fixtures/package-copy.ts'
import { createStudio } from './studio.ts'

/** Every rule starts workers, and the machine may be busy with others. */
vi.setConfig({ testTimeout: 60_000 })

let home: string
let studio: StudioApi
let heard: StudioEvent[]
let listening: AbortController

async function open(): Promise<void> {
  studio = createStudio({ home, starters: [TINY] })
  heard = []
  listening = new AbortController()
  const events = studio.events({ signal: listening.signal })[Symbol.asyncIterator]()
  heard.push(((await events.next()) as IteratorYieldResult<NumberedEvent>).value.event)
  void (async () => {
    for (let next = await events.next(); !next.done; next = await events.next()) heard.push(next.value.event)
  })()
}
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'broadside-queue-'))
  await open()
})
afterEach(async () => {
  listening.abort()
  await studio.close()
  rmSync(home, { recursive: true, force: true })
})

const gan = async (seed: number): Promise<Recipe> => {
  const { manifest, hash } = await studio.models.get('tiny-gan')
  return draftImage(manifest, hash, { seed })
}
/** Long enough to be caught in the middle. */
const slow = async (seed = 1): Promise<Recipe> => {
  const { manifest, hash } = await studio.models.get('tiny-diffusion')
  return draftImage(manifest, hash, { seed, prompt: 'a fox', steps: 50, size: [256, 256] })
}
const submit = async (...recipes: Recipe[]) => studio.jobs.submit(recipes.map((recipe) => ({ recipe })))

/** Every state that a job was told in, in order. */
const statesOf = (id: string) =>
  heard.flatMap((event) => (event.type === 'job' && event.job.id === id ? [event.job.state] : []))
const jobOf = (id: string): QueuedJob | undefined =>
  heard.flatMap((event) => (event.type === 'job' && event.job.id === id ? [event.job] : [])).at(-1)
const until = (what: () => boolean) => vi.waitFor(() => expect(what()).toBe(true), { timeout: 40_000, interval: 10 })
const ended = (id: string) => jobOf(id)?.ended !== undefined
/** Windows hear of things within 33 ms. */
const told = () => sleep(100)
const started = () =>
  heard.flatMap((event) => (event.type === 'job' && event.job.state === 'running' ? [event.job.id] : []))
const lastOrder = () => heard.flatMap((event) => (event.type === 'order' ? [event.ids] : [])).at(-1)

async function snapshot(): Promise<QueuedJob[]> {
  for await (const { event } of studio.events()) if (event.type === 'snapshot') return event.queue
  throw new Error('no snapshot')
}

describe('what will probably be asked for', () => {
  const quick = async (seed: number) => {
    const { manifest, hash } = await studio.models.get('tiny-diffusion')
    return draftImage(manifest, hash, { seed, prompt: 'a fox', steps: 4 })
  }
  /** Runs of the model's graphs that a picture took after it was asked for. */
  async function runsOf(seed: number, { expected }: { expected: boolean }): Promise<number> {
    if (expected) {
      await studio.jobs.expect(await quick(seed))
      await sleep(400) // a person types on
    }
    const [id] = (await submit(await quick(seed))) as [string]
    await until(() => ended(id))
    return jobOf(id)!.ran!.sessionRuns
  }

  test('is begun while it is typed, once it is known to be quick', async () => {
    const unknown = await runsOf(1, { expected: true })
    const plain = await runsOf(2, { expected: false })
    expect(unknown).toBeGreaterThanOrEqual(plain) // nobody knew how long a step takes
    await vi.waitFor(async () => expect(await runsOf(3, { expected: true })).toBeLessThan(plain), 30_000)
  })

  test('is no error where it cannot be made', async () => {
    await runsOf(1, { expected: false })
    const recipe = await quick(2)
    await studio.jobs.expect({ ...recipe, model: { id: 'nobody', hash: recipe.model.hash } })
    await studio.jobs.expect(await gan(1))
    expect(await runsOf(2, { expected: false })).toBeGreaterThan(0)
  })
})

describe('the line', () => {
  test('is made in order, one after the other, and every job is told from queued to done', async () => {
    const ids = await submit(await gan(1), await gan(2), await gan(3))
    await until(() => ids.every(ended))
    expect(started()).toEqual(ids)
    for (const id of ids) expect(statesOf(id)).toEqual(['queued', 'running', 'done'])
    const ends = ids.map((id) => heard.findIndex((event) => event.type === 'job' && event.job === jobOf(id)))
    const starts = ids.map((id) =>
      heard.findIndex((event) => event.type === 'job' && event.job.id === id && event.job.state === 'running'),
    )
    expect(starts[1]).toBeGreaterThan(ends[0]!)
    expect(starts[2]).toBeGreaterThan(ends[1]!)
    for (const id of ids) expect(jobOf(id)?.artifacts).toMatchObject([{ kind: 'picture', model: 'tiny-gan' }])
  })

  test('can be put in another order while it waits', async () => {
    const [first, a, b, c] = (await submit(await slow(), await gan(1), await gan(2), await gan(3))) as [
      string,
      string,
      string,
      string,
    ]
    await studio.jobs.move(c, a)
    await studio.jobs.move(a)
    await told()
    expect(lastOrder()).toEqual([c, b, a])
    expect((await snapshot()).filter(({ state }) => state === 'queued').map(({ id }) => id)).toEqual([c, b, a])
    await studio.jobs.cancel([first])
    await until(() => ended(a))
    expect(started()).toEqual([first, c, b, a])
  })

  test('only waiting jobs have an order', async () => {
    const [running, waiting] = (await submit(await slow(), await gan(1))) as [string, string]
    for (const [id, before] of [
      [running, waiting],
      [waiting, running],
      ['nobody', waiting],
      [waiting, waiting],
    ] as const)
      await expect(studio.jobs.move(id, before)).rejects.toMatchObject({ code: 'usage' })
    await studio.jobs.cancel([running, waiting])
  })

  test('jobs that cannot be made are refused at once, by number, and none of them lines up', async () => {
    const other = { ...(await gan(1)), model: { id: 'tiny-gan', hash: 'b'.repeat(64) } } as Recipe
    await expect(submit(await gan(1), other)).rejects.toMatchObject({
      code: 'integrity',
      where: { field: 'jobs.1.model.hash' },
    })
    expect(await snapshot()).toEqual([])
  })

  test('carries what a window wants done with the result', async () => {
    const target = { project: 'p', action: 'fill', id: 'layer', window: 'w' } as const
    const [id] = await studio.jobs.submit([{ recipe: await gan(1), target }])
    await until(() => ended(id!))
    expect(jobOf(id!)?.target).toEqual(target)
  })

  test('tells how the prompt was read, and how long the next one of its kind will take', async () => {
    const recipe = { ...(await slow()), steps: 3, prompt: 'a fox and a gryphon' } as Recipe
    const [first] = await submit(recipe)
    await until(() => ended(first!))
    expect(jobOf(first!)?.reading?.unknown).toContain('gryphon')
    const [, next] = await submit(await slow(2), { ...recipe, seed: 2 } as Recipe)
    await told()
    const { started = 0, ended: end = 0 } = jobOf(first!)!
    expect(jobOf(next!)?.secondsLeft).toBeGreaterThan(0)
    expect(jobOf(next!)?.secondsLeft).toBeLessThan((end - started) / 1000 + 0.5)
    await studio.jobs.cancel([next!])
  })
})

describe('cancel', () => {
  test('of a waiting job takes it out of the line; of a running one ends it, and the next one runs', async () => {
    const [running, waiting, last] = (await submit(await slow(), await gan(1), await gan(2))) as [
      string,
      string,
      string,
    ]
    await until(() =>
      heard.some((event) => event.type === 'progress' && event.id === running && (event.step ?? 0) >= 2),
    )
    await studio.jobs.cancel([running, waiting])
    await told()
    expect(jobOf(running)?.state).toBe('cancelled')
    expect(jobOf(waiting)?.state).toBe('cancelled')
    await until(() => ended(last))
    expect(statesOf(running)).toEqual(['queued', 'running', 'cancelled'])
    expect(statesOf(waiting)).toEqual(['queued', 'cancelled'])
    expect((await studio.library.find({})).map(({ model }) => model)).toEqual(['tiny-gan'])
  })

  test('of something that has ended or never was is no error and changes nothing', async () => {
    const [id] = await submit(await gan(1))
    await until(() => ended(id!))
    await studio.jobs.cancel([id!, 'nobody'])
    await told()
    expect(statesOf(id!)).toEqual(['queued', 'running', 'done'])
  })
})

test('retry makes the same recipe again as a new job with the same target', async () => {
  const target = { project: 'p', action: 'results', window: 'w' } as const
  const [id] = await studio.jobs.submit([{ recipe: await slow(), target }])
  await studio.jobs.cancel([id!])
  const again = await studio.jobs.retry(id!)
  expect(again).not.toBe(id)
  await told()
  expect(jobOf(again)).toMatchObject({ recipe: jobOf(id!)!.recipe, target })
  await studio.jobs.cancel([again])
  await expect(studio.jobs.retry('nobody')).rejects.toMatchObject({ code: 'not-found' })
})

test('clear forgets what has ended, in the line and for windows that come later; prompts stay known', async () => {
  const short = { ...(await slow()), steps: 1 } as Recipe
  const [done, running] = (await submit(short, await slow(2))) as [string, string]
  await until(() => ended(done))
  await studio.jobs.clear()
  await told()
  expect(heard).toContainEqual({ type: 'cleared', ids: [done] })
  expect((await snapshot()).map(({ id }) => id)).toEqual([running])
  expect(await studio.library.prompts(10)).toMatchObject([{ prompt: 'a fox', model: 'tiny-diffusion' }])
  await studio.jobs.cancel([running])
})

describe('when the service ends', () => {
  async function restart(): Promise<void> {
    listening.abort()
    await studio.close()
    await open()
  }

  test('in good order, what ran and what waited wait again, in their order, and go on at the next start', async () => {
    const ids = await submit(await slow(), await gan(1), await gan(2), await gan(3))
    await studio.jobs.move(ids[3]!, ids[1])
    await until(() => heard.some((event) => event.type === 'progress' && event.step !== undefined))
    await restart()
    const [left] = heard
    expect(left?.type === 'snapshot' && left.queue.map(({ id, state }) => [id, state])).toEqual([
      [ids[0], 'queued'],
      [ids[3], 'queued'],
      [ids[1], 'queued'],
      [ids[2], 'queued'],
    ])
    await studio.start()
    await until(() => started().length > 0)
    await studio.jobs.cancel([ids[0]!])
    await until(() => ended(ids[2]!))
    expect(started()).toEqual([ids[0], ids[3], ids[1], ids[2]])
  })

  test('what somebody cancelled stays cancelled', async () => {
    const [id] = await submit(await slow())
    await until(() => heard.some((event) => event.type === 'progress' && event.step !== undefined))
    await studio.jobs.cancel([id!])
    await restart()
    expect(await snapshot()).toMatchObject([{ id, state: 'cancelled' }])
  })

  test('twice in the middle of the same job, the job fails and says so; once, it is made', async () => {
    const [id] = await submit(await slow())
    await until(() => jobOf(id!)?.state === 'running')
    await studio.close()
    /** As a kill leaves it: the journal says "running", so many times. */
    const kill = (starts: number) => {
      const journal = new DatabaseSync(join(home, 'jobs.sqlite'))
      journal.prepare("UPDATE jobs SET state = 'running', starts = ? WHERE id = ?").run(starts, id!)
      journal.close()
    }
    kill(1)
    await open()
    expect(await snapshot()).toMatchObject([{ id, state: 'queued' }])
    await studio.close()
    kill(2)
    await open()
    expect(await snapshot()).toMatchObject([
      { id, state: 'failed', error: { message: expect.stringContaining('ended twice'), remedy: expect.any(String) } },
    ])
  })
})

test('a job that took two workers with it is not put in the line again after a restart', async () => {
  hostilePackage(join(home, 'models'), 'bottomless')
  const { manifest, hash } = await studio.models.get('bottomless')
  const recipe = draftImage(manifest, hash, { seed: 1 })
  const [first] = await submit(recipe)
  await until(() => ended(first!))
  if (jobOf(first!)?.error?.code !== 'worker-died') return // this runtime refuses the graph: nothing to quarantine
  const [second] = await submit(recipe)
  await until(() => ended(second!))
  const [third] = await submit(recipe)
  await until(() => ended(third!))
  expect(jobOf(third!)?.error?.code).toBe('quarantined')
  await studio.close()
  const journal = new DatabaseSync(join(home, 'jobs.sqlite'))
  journal.prepare("UPDATE jobs SET state = 'running', starts = 1, error = NULL WHERE id = ?").run(third!)
  journal.close()
  await open()
  expect((await snapshot()).find(({ id }) => id === third)).toMatchObject({
    state: 'failed',
    error: { code: 'quarantined', remedy: expect.stringContaining('verify') },
  })
})

test('previews come while somebody listens, and are gone with their job', async () => {
  const [id] = await submit(await slow())
  await until(() => heard.some((event) => event.type === 'preview'))
  const { step } = heard.find((event) => event.type === 'preview')!
  expect(step).toBe(1)
  const { width, height, pixels } = studio.pictures.preview(id!, step)!
  expect(pixels).toHaveLength(width * height * 3)
  await studio.jobs.cancel([id!])
  await until(() => studio.pictures.preview(id!, step) === undefined)
})

test('the pixels of a small preview come along with its event', async () => {
  const small = { ...(await slow()), width: 64, height: 64 } as Recipe
  await submit(small, { ...small, seed: 2 } as Recipe)
  const events = () => heard.flatMap((event) => (event.type === 'preview' ? [event] : []))
  await until(() => new Set(events().map(({ id }) => id)).size === 2) // the second one begins with a sketch
  for (const { width, height, pixels } of events())
    expect(Buffer.from(pixels!, 'base64')).toHaveLength(width * height * 3)
})

test('ten thousand jobs line up in two seconds and are told in one, of processor time', async () => {
  await submit(await slow())
  const recipe = await gan(1)
  const before = process.cpuUsage()
  for (let batch = 0; batch < 20; batch++) await submit(...Array.from({ length: 500 }, () => recipe))
  const lining = process.cpuUsage(before)
  expect((lining.user + lining.system) / 1e6).toBeLessThan(4) // two on an idle machine
  const between = process.cpuUsage()
  const queue = await snapshot()
  expect(queue).toHaveLength(10_001)
  const telling = process.cpuUsage(between)
  expect((telling.user + telling.system) / 1e6).toBeLessThan(1)
  await studio.jobs.cancel(queue.map(({ id }) => id))
  expect((await snapshot()).filter(({ state }) => state === 'queued')).toEqual([])
})
