import { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { StudioError } from '#shared/errors.ts'
import { parse } from '#shared/validate.ts'
import type { MakeResult } from '#shared/work/tasks.ts'

export interface Clip {
  /** Ids of one row: start, words, end, padding; and what did not fit. */
  read(prompt: string, length: number): { ids: number[]; reading: NonNullable<MakeResult['reading']> }
}

export interface ClipFiles {
  vocab: unknown
  /** merges.txt */
  merges: string
  /** special_tokens_map.json or tokenizer_config.json, for the padding. */
  special?: unknown
}

const START = '<|startoftext|>'
const END = '<|endoftext|>'
const WORDS = "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"

/**
 * CLIP's tokenizer from the two files that diffusers folders carry; they often have no tokenizer.json. Lower case,
 * byte-pair merges with `</w>` at word ends (openai/CLIP simple_tokenizer.py).
 */
export function clipTokenizer(files: ClipFiles, folder: string): Clip {
  const where = { file: folder }
  const vocab = parse(z.record(z.string(), z.number().int().min(0)), files.vocab, {
    what: 'vocab.json',
    code: 'invalid-model',
    where,
  })
  const start = vocab[START]
  const end = vocab[END]
  if (start === undefined || end === undefined) {
    throw new StudioError({ code: 'invalid-model', message: `vocab.json has no ${START} or ${END}`, where })
  }
  const merges = files.merges
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#version'))
    .map((line) => line.split(' '))
  const tokenizer = new Tokenizer(
    {
      version: '1.0',
      added_tokens: [],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'NFC' },
          { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
          { type: 'Lowercase' },
        ],
      },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        ],
      },
      post_processor: null,
      decoder: null,
      model: {
        type: 'BPE',
        unk_token: END,
        continuing_subword_prefix: '',
        end_of_word_suffix: '</w>',
        fuse_unk: false,
        vocab,
        merges,
      },
    },
    {},
  )
  const pad = vocab[padToken(files.special)] ?? end

  return {
    read(prompt, length) {
      const { ids, tokens } = tokenizer.encode(prompt, { add_special_tokens: false })
      const room = length - 2
      const words = ids.slice(0, room)
      const lost = tokens.slice(room).join('').replaceAll('</w>', ' ').trim()
      const row = [start, ...words, end]
      return {
        ids: Array.from({ length }, (_, place) => row[place] ?? pad),
        reading: { understood: [], unknown: lost === '' ? [] : [lost] },
      }
    },
  }
}

/** Stable Diffusion 1 pads with the end token, 2 with "!". */
function padToken(special: unknown): string {
  const token = z
    .looseObject({ pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]) })
    .safeParse(special)
  if (!token.success) return END
  const { pad_token: pad } = token.data
  return typeof pad === 'string' ? pad : pad.content
}
