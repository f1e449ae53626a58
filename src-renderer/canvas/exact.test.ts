import { expect, test, vi } from 'vitest'
import { ExactPictures } from './exact.ts'

const size = { width: 10, height: 10 }
const BYTES = 400

function setUp(room?: number) {
  const load = vi.fn(async (_: string, asked: typeof size) => ({ image: {}, ...asked }))
  const arrived = vi.fn()
  return { load, arrived, exact: new ExactPictures(load, arrived, room) }
}

test('nothing is asked for while something moves, and then each once', async () => {
  const { load, arrived, exact } = setUp()
  expect(exact.picture('a', size, 'layer', 1)).toBeUndefined()
  expect(exact.picture('a', size, 'layer', 1)).toBeUndefined()
  expect(load).not.toHaveBeenCalled()
  await exact.rest(1)
  expect(load).toHaveBeenCalledTimes(1)
  expect(arrived).toHaveBeenCalledWith('a')
  expect(exact.picture('a', size, 'layer', 1)).toMatchObject(size)
  await exact.rest(1)
  expect(load).toHaveBeenCalledTimes(1)
})

test('of a layer that is resized only the last size counts, and only at the zoom that is seen', async () => {
  const { load, exact } = setUp()
  for (const width of [10, 20, 30]) exact.picture('a', { width, height: 10 }, 'layer', 1)
  exact.picture('b', size, 'other', 0.5)
  await exact.rest(1)
  expect(load.mock.calls).toEqual([['a', { width: 30, height: 10 }]])
})

test('what comes while something moves is told when it rests', async () => {
  const { load, arrived, exact } = setUp()
  exact.picture('a', size, 'one', 1)
  exact.picture('b', size, 'two', 1)
  const resting = exact.rest(1)
  exact.hold()
  await resting
  expect(load).toHaveBeenCalledTimes(1)
  expect(arrived).not.toHaveBeenCalled()
  await exact.rest(1)
  expect(arrived.mock.calls).toEqual([['a'], ['b']])
})

test('pictures that do not fit together do not push each other out for ever', async () => {
  const { load, exact } = setUp(BYTES)
  const draw = () => {
    for (const sha256 of ['a', 'b']) exact.picture(sha256, size, sha256, 1)
  }
  draw()
  for (let at = 0; at < 5; at++) {
    await exact.rest(1)
    draw()
  }
  expect(load).toHaveBeenCalledTimes(1)
  // Elsewhere the other one is seen, and has the room.
  exact.hold()
  exact.picture('b', size, 'b', 1)
  await exact.rest(1)
  expect(exact.picture('b', size, 'b', 1)).toMatchObject(size)
})

test('one that is too large or cannot be had is not asked for again', async () => {
  const { load, exact } = setUp()
  load.mockRejectedValue(new Error('gone'))
  exact.picture('a', { width: 9000, height: 9000 }, 'large', 1)
  exact.picture('a', size, 'lost', 1)
  await exact.rest(1)
  exact.picture('a', size, 'lost', 1)
  await exact.rest(1)
  expect(load).toHaveBeenCalledTimes(1)
})
