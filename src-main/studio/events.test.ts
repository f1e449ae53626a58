import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NumberedEvent, StudioEvent } from '#shared/contract/events.ts'
import { coalesce, type Feed, openFeed } from './events.ts'

const progress = (id: string, step: number): StudioEvent => ({ type: 'progress', id, step, steps: 9 })
const cleared = (...ids: string[]): StudioEvent => ({ type: 'cleared', ids })
const token = (line: number, from: number, text: string): StudioEvent => ({ type: 'token', id: 'a', line, text, from })
const snapshot: StudioEvent = { type: 'snapshot', queue: [] }

async function take(feed: Feed, count: number, after?: string): Promise<NumberedEvent[]> {
  const taken: NumberedEvent[] = []
  for await (const numbered of feed.follow({ after })) if (taken.push(numbered) === count) break
  return taken
}

test('a window gets a snapshot first, then everything that happens, numbered one after the other', async () => {
  const feed = openFeed({ present: () => [snapshot] })
  feed.publish(cleared('before')) // is in the snapshot
  const taking = take(feed, 3)
  await new Promise(setImmediate)
  feed.publish(cleared('1'))
  feed.publish(cleared('2'))
  const heard = await taking
  expect(heard.map(({ event }) => event)).toEqual([snapshot, cleared('1'), cleared('2')])
  const numbers = heard.map(({ id }) => Number(id?.split('-')[1]))
  expect(numbers).toEqual([1, 2, 3])
})

test('one that comes back hears what it missed and nothing twice', async () => {
  const feed = openFeed({ present: () => [snapshot] })
  const [{ id } = {}] = await take(feed, 1)
  for (const name of ['1', '2', '3']) feed.publish(cleared(name))
  const [first] = await take(feed, 1, id)
  expect(first?.event).toEqual(cleared('1'))
  expect((await take(feed, 2, first?.id)).map(({ event }) => event)).toEqual([cleared('2'), cleared('3')])
})

test.each([
  ['of another run of the service', 'abcdefabcdef-1'],
  ['that never was', 'RUN-999'],
  ['that is no number', 'RUN-1; DROP'],
  ['that is empty', ''],
])('a number %s begins with a snapshot', async (_, number) => {
  const feed = openFeed({ present: () => [snapshot] })
  const run = (await take(feed, 1))[0]!.id!.split('-')[0]!
  feed.publish(cleared('1'))
  expect((await take(feed, 1, number.replace('RUN', run)))[0]?.event).toEqual(snapshot)
})

test('a gap that is not remembered any more is a snapshot', async () => {
  const feed = openFeed({ present: () => [snapshot], remembered: 3 })
  const [{ id } = {}] = await take(feed, 1)
  for (let n = 0; n < 4; n++) feed.publish(cleared(String(n)))
  expect((await take(feed, 1, id))[0]?.event).toEqual(snapshot)
})

test('a snapshot of several parts carries its number on the last: who loses a part asks for all of it again', async () => {
  const feed = openFeed({ present: () => [snapshot, token(0, 0, 'so far'), progress('a', 4)] })
  const heard = await take(feed, 3)
  expect(heard.map(({ id }) => id !== undefined)).toEqual([false, false, true])
})

test('what comes faster than every frame comes together, and only the newest of each job', async () => {
  const feed = openFeed({ present: () => [snapshot] })
  const arrived: { at: number; event: StudioEvent }[] = []
  const abort = new AbortController()
  const following = (async () => {
    for await (const { event } of feed.follow({ signal: abort.signal })) arrived.push({ at: performance.now(), event })
  })()
  const started = performance.now()
  let step = 0
  while (performance.now() - started < 400) {
    feed.publish(progress('a', ++step))
    feed.publish(progress('b', step))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await new Promise((resolve) => setTimeout(resolve, 80))
  abort.abort()
  await following
  const ofA = arrived.filter(({ event }) => event.type === 'progress' && event.id === 'a')
  expect(ofA.length).toBeLessThanOrEqual(Math.ceil(500 / 16) + 1)
  expect(ofA.at(-1)?.event).toEqual(progress('a', step))
  const gaps = ofA.slice(1).map(({ at }, before) => at - ofA[before]!.at)
  expect(Math.min(...gaps)).toBeGreaterThan(11)
})

test('pieces of a line that follow each other are joined, also when the line steps back', () => {
  const entries = [token(0, 0, 'Fresh '), token(0, 6, 'honi'), token(0, 9, 'ey'), token(1, 0, 'x'), token(0, 11, '!')]
  expect(coalesce(entries.map((event, at) => ({ number: at + 1, event })))).toEqual([
    { number: 3, event: token(0, 0, 'Fresh honey') },
    { number: 4, event: token(1, 0, 'x') },
    { number: 5, event: token(0, 11, '!') },
  ])
})

/** What a window knows at the end: the last of each job, every cleared id, the text of each line. */
function seen(events: readonly StudioEvent[]) {
  const steps: Record<string, unknown> = {}
  const gone: string[] = []
  const lines: string[] = []
  for (const event of events) {
    if (event.type === 'progress') steps[event.id] = event.step
    if (event.type === 'cleared') gone.push(...event.ids)
    if (event.type === 'token') lines[event.line] = (lines[event.line] ?? '').slice(0, event.from) + event.text
  }
  return { steps, gone, lines }
}

test('wherever the connection breaks, a window ends up knowing what one knows that never lost it', async () => {
  const happening = fc.oneof(
    fc.record({ kind: fc.constant('progress'), job: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constant('cleared'), job: fc.string({ maxLength: 3 }) }),
    fc.record({ kind: fc.constant('token'), job: fc.constantFrom('0', '1') }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 1, maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 10 }),
      async (happenings, breaks) => {
        const feed = openFeed({ present: () => [snapshot], everyMs: 0 })
        let { id } = (await take(feed, 1))[0]!
        const lengths = [0, 0]
        const all = happenings.map(({ kind, job }, at): StudioEvent => {
          if (kind === 'progress') return progress(job, at)
          if (kind === 'cleared') return cleared(`${at}${job}`)
          const line = Number(job)
          lengths[line]! += 2
          return token(line, lengths[line]! - 2, `${at % 10}.`)
        })
        for (const event of all) feed.publish(event)
        const heard: StudioEvent[] = []
        const collect = async (most: number) => {
          for await (const numbered of feed.follow({ after: id })) {
            heard.push(numbered.event)
            id = numbered.id
            if (--most === 0 || id?.endsWith(`-${all.length}`)) return
          }
        }
        for (const most of breaks) if (!id?.endsWith(`-${all.length}`)) await collect(most)
        if (!id?.endsWith(`-${all.length}`)) await collect(Number.POSITIVE_INFINITY)
        expect(seen(heard)).toEqual(seen(all))
      },
    ),
    { numRuns: 200 },
  )
})

test('a window that leaves is forgotten at once', async () => {
  const feed = openFeed({ present: () => [snapshot] })
  const abort = new AbortController()
  const following = (async () => {
    for await (const _ of feed.follow({ signal: abort.signal }));
  })()
  await new Promise(setImmediate)
  abort.abort()
  await following
})
