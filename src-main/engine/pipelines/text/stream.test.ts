import { expect, test } from 'vitest'
import { streamLine } from './stream.ts'

function watch() {
  let clock = 0
  let text = ''
  const events: { text: string; from: number }[] = []
  const stream = streamLine(
    0,
    (event) => {
      if (event.type !== 'token') throw new Error('only tokens')
      events.push({ text: event.text, from: event.from })
      text = text.slice(0, event.from) + event.text
    },
    () => clock,
  )
  return { stream, events, tick: (ms: number) => (clock += ms), reads: () => text }
}

test('tokens that come quicker than a screen travel together', () => {
  const { stream, events, tick, reads } = watch()
  for (const text of ['F', 'Fr', 'Fre', 'Fresh']) {
    stream.show(text)
    tick(10)
  }
  stream.settle('Fresh tea')
  expect(reads()).toBe('Fresh tea')
  expect(events).toEqual([
    { text: 'F', from: 0 },
    { text: 'resh tea', from: 1 },
  ])
})

test('a line that is trimmed or begun anew steps back', () => {
  const { stream, events, tick, reads } = watch()
  stream.show('Slow mornings for the')
  tick(40)
  stream.settle('Slow mornings')
  expect(reads()).toBe('Slow mornings')
  tick(40)
  stream.show('New')
  expect(reads()).toBe('New')
  expect(events.at(-1)).toEqual({ text: 'New', from: 0 })
})

test('what is already there is not sent again, and pairs are never split', () => {
  const { stream, events, reads } = watch()
  stream.settle('tea 🎉')
  stream.settle('tea 🎉')
  expect(events).toHaveLength(1)
  stream.settle('tea 🎈') // shares the first surrogate
  expect(events.at(-1)).toEqual({ text: '🎈', from: 4 })
  expect(reads()).toBe('tea 🎈')
})

test('an event holds at most 4000 code units', () => {
  const { stream, events, reads } = watch()
  stream.settle('x'.repeat(9000))
  expect(events.map(({ text }) => text.length)).toEqual([4000, 4000, 1000])
  expect(reads()).toHaveLength(9000)
})
