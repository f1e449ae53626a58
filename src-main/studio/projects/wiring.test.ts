import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createStudio } from '../studio.ts'
import { adding, poster, rectangle } from './fixtures/documents.ts'
import { temporaryFolder } from './fixtures/test-room.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

test('the studio keeps projects, tells its windows of saves, and ends with everything in place', async () => {
  const home = join(folder.path, 'home')
  const first = createStudio({ home, starters: [], what: 'first' })
  const made = await first.projects.create({ name: 'Poster', document: poster() })
  await first.projects.append({ handle: made.handle, base: 0, steps: [adding(rectangle('a', 1))] })
  const ended = new AbortController()
  const events = first.events({ signal: ended.signal })[Symbol.asyncIterator]()
  expect((await events.next()).value).toMatchObject({ event: { type: 'snapshot' } })
  const { revision } = await first.projects.save({ handle: made.handle })
  const { value } = await events.next()
  expect(value).toMatchObject({ event: { type: 'saved', project: made.id, revision: 1 } })
  ended.abort()
  await first.projects.append({ handle: made.handle, base: revision, steps: [adding(rectangle('b', 2))] })
  await first.close()

  const second = createStudio({ home, starters: [], what: 'second' })
  expect(await second.projects.recoverable()).toEqual([])
  const opened = await second.projects.open({ id: made.id })
  expect(opened).toMatchObject({ revision: 2, savedRevision: 1, recovered: false })
  expect(opened.document.layers.map(({ id }) => id)).toEqual(['a', 'b'])
  await second.close()
}, 60_000)
