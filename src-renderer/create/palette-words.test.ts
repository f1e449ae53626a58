import { expect, test } from 'vitest'
import { coloursOf, wordOfColour } from './palette-words.ts'
import { knownWord } from './prompt-words.ts'

const known = [
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'navy',
  'cream',
  'brown',
  'black',
  'white',
  'sunset',
].map(knownWord)
const word = (colour: string) => wordOfColour(colour, known)?.en

test('colours of a poster get the words that a designer would use', () => {
  expect(['#ff7a1a', '#ffd23f', '#0e6e5c', '#fff3df', '#2b1a12', '#ffffff', '#111111'].map(word)).toEqual([
    'orange',
    'yellow',
    'teal',
    'cream',
    'black',
    'white',
    'black',
  ])
})

test('a model that knows no colours gets none', () => {
  expect(wordOfColour('#ff0000', [])).toBeUndefined()
})

test('the commonest colour of a document comes first', () => {
  expect(coloursOf([], ['#FFFFFF', '#0e6e5c', '#0e6e5cff', null])).toEqual(['#0e6e5c', '#ffffff'])
})
