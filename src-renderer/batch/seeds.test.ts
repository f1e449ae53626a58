import { expect, it } from 'vitest'
import { readSeeds, seedsText } from './seeds.ts'

it.each([
  ['', []],
  ['7', [7]],
  ['1-4', [1, 2, 3, 4]],
  ['3, 7 20-22', [3, 7, 20, 21, 22]],
  ['4 - 2', [4, 3, 2]],
  ['1–3，9、11', [1, 2, 3, 9, 11]],
  ['1..3', [1, 2, 3]],
  ['5, 5, 4-6', [5, 4, 6]],
  ['1871-1871', [1871]],
])('"%s" is %j', (text, seeds) => {
  expect(readSeeds(text)).toEqual({ seeds })
})

it.each([
  ['one', 'unreadable', 'one'],
  ['1, -2-', 'unreadable', '1,-2-'],
  ['1-4294967296', 'large', '1-4294967296'],
  ['1-1001', 'many', '1-1001'],
  ['1-600 700-1300', 'many', '700-1300'],
])('"%s" is %s', (text, problem, part) => {
  const read = readSeeds(text)
  expect(read).toMatchObject({ problem })
  if ('part' in read && problem !== 'unreadable') expect(read.part).toBe(part)
})

it('writes ranges as short as they can be read back', () => {
  expect(seedsText([1, 2, 3, 4, 9, 10, 20])).toBe('1-4, 9, 10, 20')
  for (const seeds of [[], [5], [3, 2, 1], [1, 2, 3, 7, 8, 100, 101, 102]])
    expect(readSeeds(seedsText(seeds))).toEqual({ seeds })
})
