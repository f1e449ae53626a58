import { expect, test } from 'vitest'
import { clipTokenizer } from './clip.ts'

/** Enough of CLIP's vocabulary for "a photo of a cat", with the merges that make its words. */
const words = ['a</w>', 'photo</w>', 'of</w>', 'cat</w>', '!</w>', '<|startoftext|>', '<|endoftext|>', '!']
const letters = [...'acfhopt', 'o</w>', 'f</w>', 't</w>', 'ph', 'pho', 'phot', 'ca', 'x</w>', 'x']
const vocab = Object.fromEntries([...words, ...letters].map((word, id) => [word, id]))
const merges = '#version: 0.2\np h\nph o\npho t\nphot o</w>\no f</w>\nc a\nca t</w>\n'
const clip = (special?: unknown) => clipTokenizer({ vocab, merges, special }, 'tokenizer')

test('words become start, merged pieces, end, and the end again as padding', () => {
  expect(clip().read('A  photo OF a cat!', 10).ids).toEqual([5, 0, 1, 2, 0, 3, 4, 6, 6, 6])
})

test('the padding may be another token', () => {
  expect(clip({ pad_token: '!' }).read('cat', 4).ids).toEqual([5, 3, 6, 7])
  expect(clip({ pad_token: { content: '!' } }).read('', 3).ids).toEqual([5, 6, 7])
})

test('what does not fit is reported', () => {
  const { ids, reading } = clip().read('a cat of a photo', 4)
  expect(ids).toEqual([5, 0, 3, 6])
  expect(reading.unknown).toEqual(['of a photo'])
})

test('a vocabulary without start and end is refused', () => {
  expect(() => clipTokenizer({ vocab: { a: 1 }, merges: '' }, 'tokenizer')).toThrow(
    expect.objectContaining({ code: 'invalid-model' }),
  )
})
