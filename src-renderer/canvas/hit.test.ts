import { describe, expect, test } from 'vitest'
import { box, group, storeOf } from './fixtures.ts'
import { chosen, hitsAt } from './hit.ts'

const ids = (store: ReturnType<typeof storeOf>, x: number, y: number, reach = 0) =>
  hitsAt(store, 'a', { x, y }, reach).map((path) => path.map(({ id }) => id).join('/'))

test('the top-most is first', () => {
  const store = storeOf(box('low', 0, 0, 100, 100), box('high', 50, 50, 100, 100))
  expect(ids(store, 60, 60)).toEqual(['high', 'low'])
  expect(ids(store, 10, 10)).toEqual(['low'])
  expect(ids(store, 300, 300)).toEqual([])
})

test('hidden and locked layers are not hit', () => {
  const store = storeOf(box('h', 0, 0, 9, 9, { hidden: true }), box('l', 0, 0, 9, 9, { locked: true }))
  expect(ids(store, 5, 5)).toEqual([])
})

test('a turned box is hit where it is seen', () => {
  const store = storeOf(box('bar', 0, 45, 100, 10, { rotation: 90 }))
  expect(ids(store, 50, 5)).toEqual(['bar'])
  expect(ids(store, 5, 50)).toEqual([])
})

describe('in a group', () => {
  test('children are hit where they are seen', () => {
    const store = storeOf(group('g', 0, 0, 100, 100, { rotation: 90 }), box('c', 0, 0, 20, 20, { parent: 'g' }))
    expect(ids(store, 90, 10)).toEqual(['g/c'])
    expect(ids(store, 10, 10)).toEqual([])
  })

  test('what is cut away is not hit', () => {
    const store = storeOf(group('g', 0, 0, 50, 50, { clip: true }), box('c', 0, 0, 200, 200, { parent: 'g' }))
    expect(ids(store, 25, 25)).toEqual(['g/c'])
    expect(ids(store, 100, 100)).toEqual([])
  })

  test('a click takes the whole, or a child of what was entered', () => {
    const store = storeOf(
      group('g', 0, 0, 100, 100),
      group('h', 0, 0, 100, 100, { parent: 'g' }),
      box('c', 0, 0, 20, 20, { parent: 'h' }),
    )
    const [path] = hitsAt(store, 'a', { x: 5, y: 5 })
    expect(chosen(path!, undefined).id).toBe('g')
    expect(chosen(path!, 'g').id).toBe('h')
    expect(chosen(path!, 'h').id).toBe('c')
    expect(chosen(path!, 'elsewhere').id).toBe('g')
  })
})

test('a thin line can be hit from beside it', () => {
  const store = storeOf(box('line', 0, 50, 100, 0))
  expect(ids(store, 50, 53)).toEqual([])
  expect(ids(store, 50, 53, 5)).toEqual(['line'])
})

test('a dieline over everything is hit last', () => {
  const dieline = box('die', 0, 0, 500, 500, {
    type: 'dieline',
    shape: undefined,
    viewBox: [0, 0, 10, 10],
    paths: [{ d: 'M 0 0 L 10 10' }],
  })
  expect(ids(storeOf(box('art', 0, 0, 500, 500), dieline), 5, 5)).toEqual(['art', 'die'])
})
