import { expect, test } from 'vitest'
import { openTokenizer } from './tokens.ts'

const open = (definition: object) =>
  openTokenizer(new TextEncoder().encode(JSON.stringify(definition)), 'tokenizer.json')

const byteLevel = {
  version: '1.0',
  added_tokens: [
    { id: 0, content: '<eos>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
    {
      id: 9,
      content: 'Broadside',
      special: false,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  // 茶 is E8 8C B6: è and ¶ are printable and spell themselves, 8C is spelled Į.
  model: {
    type: 'BPE',
    vocab: { '<eos>': 0, t: 1, e: 2, a: 3, Ġ: 4, Ġt: 5, è: 6, Į: 7, '¶': 8 },
    merges: [['Ġ', 't']],
  },
}

test('byte-level tokens give their bytes back, a space for Ġ, and parts of a character', () => {
  const tokenizer = open(byteLevel)
  expect(tokenizer.piece(5)).toEqual({ bytes: Uint8Array.of(0x20, 0x74), text: ' t' })
  expect(tokenizer.piece(6)).toEqual({ bytes: Uint8Array.of(0xe8), text: undefined })
  expect(tokenizer.piece(7)).toEqual({ bytes: Uint8Array.of(0x8c), text: undefined })
  expect(tokenizer.encode('tea 茶')).toEqual([1, 2, 3, 4, 6, 7, 8])
})

test('control tokens and ids outside the vocabulary are not text; added words are', () => {
  const tokenizer = open(byteLevel)
  expect(tokenizer.piece(0)).toBeUndefined()
  expect(tokenizer.piece(1000)).toBeUndefined()
  expect(tokenizer.piece(9)?.text).toBe('Broadside')
  expect([...tokenizer.controls]).toEqual([['<eos>', 0]])
})

test('SentencePiece vocabularies spell a space ▁ and a byte <0xNN>', () => {
  const tokenizer = open({
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: false },
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
      ],
    },
    model: { type: 'BPE', vocab: { '▁tea': 0, '<0xE8>': 1, 茶: 2 }, merges: [], byte_fallback: true },
  })
  expect(tokenizer.piece(0)?.text).toBe(' tea')
  expect(tokenizer.piece(1)).toEqual({ bytes: Uint8Array.of(0xe8), text: undefined })
  expect(tokenizer.piece(2)?.text).toBe('茶')
})

test('a file that is no tokenizer is told by name', () => {
  expect(() => open({})).toThrow(expect.objectContaining({ code: 'invalid-model', where: { file: 'tokenizer.json' } }))
})
