import { expect, test } from 'vitest'
import { box, storeOf } from './fixtures.ts'
import { lastingGesture } from './lasting.ts'

test('a step from elsewhere does not end a drag', () => {
  const store = storeOf(box('one', 0, 0, 10, 10), box('two', 0, 0, 10, 10))
  const gesture = lastingGesture(store, 'Move')
  const moveTo = (x: number) =>
    gesture.update((edit) => {
      edit.update('one', { x })
    })
  moveTo(5)
  store.edit('Place', (edit) => edit.update('two', { y: 9 }))
  moveTo(8)
  gesture.commit()
  expect(store.layer('one')).toMatchObject({ x: 8 })
  expect(store.undoLabel).toBe('Move')
  store.undo()
  expect(store.layer('one')).toMatchObject({ x: 5 })
  expect(store.layer('two')).toMatchObject({ y: 9 })
})

test('what the document refuses is refused', () => {
  const gesture = lastingGesture(storeOf(box('one', 0, 0, 10, 10)), 'Move')
  expect(() =>
    gesture.update((edit) => {
      edit.update('nobody', { x: 1 })
    }),
  ).toThrow('not in the document')
})
