import { describe, expect, test } from 'vitest'
import { clipOf, plainText, readClip, shiftFor } from './clip.ts'
import { pasteInto } from './copies.ts'
import { box, group, storeOf } from './fixtures.ts'

const store = () =>
  storeOf(
    group('g', 10, 10, 100, 100),
    box('c', 10, 10, 50, 50, { parent: 'g', name: 'Child' }),
    box('other', 0, 0, 9, 9),
  )

describe('layers on the clipboard', () => {
  test('come back with all they hold', () => {
    const clip = clipOf(store(), ['g'])!
    expect(readClip(JSON.stringify(clip))).toEqual(clip)
    expect(clip.layers.map(({ id }) => id)).toEqual(['g', 'c'])
  })

  test.each([
    '',
    'plain words',
    '{"broadside":"layers"}',
    '[1]',
    '{"broadside":"layers","artboard":"a","layers":[{}],"roots":["x"]}',
  ])('what is not ours is nothing: %s', (text) => expect(readClip(text)).toBeUndefined())

  test('get new ids and keep their tree', () => {
    const to = storeOf(box('there', 0, 0, 5, 5))
    const clip = clipOf(store(), ['g'])!
    let roots: string[] = []
    to.edit('paste', (edit) => {
      roots = pasteInto(edit, to, clip, { parent: 'a', by: { x: 5, y: 7 } })
    })
    expect(roots).toHaveLength(1)
    const [pasted] = to.children(roots[0]!)
    expect(to.layer(roots[0]!)).toMatchObject({ type: 'group', x: 15, y: 17, order: 1 })
    expect(pasted).toMatchObject({ name: 'Child', x: 15, y: 17 })
  })

  test('other programs get the words', () => {
    const words = box('t', 0, 0, 9, 9, { type: 'text', shape: undefined, text: 'Hello', family: 'Inter', size: 9 })
    expect(plainText(clipOf(storeOf(words), ['t'])!)).toBe('Hello')
  })
})

describe('the place', () => {
  const clip = clipOf(store(), ['g'])!
  const board = { id: 'a', width: 1000, height: 800 }

  test('is beside the originals', () => expect(shiftFor(clip, board, () => true)).toEqual({ x: 16, y: 16 }))
  test('is theirs when they were cut', () => expect(shiftFor(clip, board, () => false)).toEqual({ x: 0, y: 0 }))
  test('is the middle of an artboard that is too small for it', () => {
    expect(shiftFor(clip, { id: 'b', width: 60, height: 40 }, () => false)).toEqual({ x: -30, y: -40 })
  })
})
