import { Tokenizer } from '@huggingface/tokenizers'
import { StudioError } from '#shared/errors.ts'
import { wholeCharacters } from './utf8.ts'

/** What a token adds to the text. */
export interface Piece {
  bytes: Uint8Array
  /** Its text when it holds only whole characters: the usual case, and the fast one. */
  text: string | undefined
}

/** A tokenizer.json as generation needs it: text to ids, and one id at a time back to bytes. */
export interface TextTokenizer {
  encode(text: string): number[]
  idOf(token: string): number | undefined
  /** Undefined for tokens that are not text: control tokens, and ids that the vocabulary does not have. */
  piece(id: number): Piece | undefined
  /** Tokens that a template may use and a brief must not: `<bos>`, `<|im_end|>`. */
  readonly controls: ReadonlyMap<string, number>
}

/** How the vocabulary spells bytes. */
type Spelling = 'byte-level' | 'metaspace' | 'plain'

export function openTokenizer(json: Uint8Array, file: string): TextTokenizer {
  let definition: TokenizerDefinition
  let tokenizer: Tokenizer
  try {
    definition = JSON.parse(new TextDecoder().decode(json)) as TokenizerDefinition
    tokenizer = new Tokenizer(definition, {})
  } catch (cause) {
    throw new StudioError(
      {
        code: 'invalid-model',
        message: `the tokenizer cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        where: { file },
        remedy: 'A text package needs a tokenizer.json of Hugging Face tokenizers.',
      },
      { cause },
    )
  }
  const spelling = spellingOf(definition.decoder)
  const controls = new Map<string, number>()
  const literal = new Set<number>()
  for (const { id, content, special } of definition.added_tokens ?? []) {
    if (special) controls.set(content, id)
    else literal.add(id) // an added word is spelled as it reads
  }
  const controlIds = new Set(controls.values())
  const pieces = new Map<number, Piece | undefined>()
  return {
    controls,
    encode: (text) => (text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    idOf: (token) => tokenizer.token_to_id(token),
    piece(id) {
      if (pieces.has(id)) return pieces.get(id)
      const token = controlIds.has(id) ? undefined : tokenizer.id_to_token(id)
      const bytes = token === undefined ? undefined : bytesOf(token, literal.has(id) ? 'plain' : spelling)
      const whole = bytes === undefined ? undefined : wholeCharacters(bytes)
      const piece = bytes && { bytes, text: whole === bytes.length ? utf8.decode(bytes) : undefined }
      pieces.set(id, piece)
      return piece
    },
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

interface DecoderDefinition {
  type?: string
  decoders?: DecoderDefinition[]
}
interface TokenizerDefinition {
  decoder?: DecoderDefinition | null
  added_tokens?: { id: number; content: string; special: boolean }[]
}

function spellingOf(decoder: DecoderDefinition | null | undefined): Spelling {
  const types = [decoder?.type, ...(decoder?.decoders ?? []).map((step) => step.type)]
  if (types.includes('ByteLevel')) return 'byte-level'
  // SentencePiece: `▁` is a space (Metaspace, or Replace in a Sequence) and <0xE8> a byte (ByteFallback).
  if (types.includes('Metaspace') || types.includes('ByteFallback') || types.includes('Replace')) return 'metaspace'
  return 'plain'
}

function bytesOf(token: string, spelling: Spelling): Uint8Array | undefined {
  switch (spelling) {
    case 'byte-level': {
      const bytes = new Uint8Array(token.length) // every sign of the spelling is one code unit
      for (let at = 0; at < token.length; at++) {
        const byte = BYTE_OF.get(token.charCodeAt(at))
        if (byte === undefined) return undefined
        bytes[at] = byte
      }
      return bytes
    }
    case 'metaspace': {
      const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)
      return byte ? Uint8Array.of(Number.parseInt(byte[1]!, 16)) : encoder.encode(token.replaceAll('▁', ' '))
    }
    case 'plain':
      return encoder.encode(token)
  }
}

/** GPT-2's spelling of bytes: printable Latin-1 as itself, the other 68 from U+0100 on, in order. */
const BYTE_OF = byteLevelSpelling()
function byteLevelSpelling(): Map<number, number> {
  const spelling = new Map<number, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    spelling.set(printable ? byte : next++, byte)
  }
  return spelling
}
