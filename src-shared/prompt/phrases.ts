import { z } from 'zod'
import { parse } from '../validate.ts'
import type { MakeResult } from '../work/tasks.ts'

/** vocabulary.json: words of English and Chinese that mean the same share one token. */
const vocabularySchema = z.strictObject({
  pad: z.number().int().min(0),
  tokens: z
    .array(
      z.looseObject({
        id: z.number().int().min(0),
        role: z.string().max(40),
        name: z.string().max(80),
        en: z.array(z.string().min(1).max(80)).max(64),
        zh: z.array(z.string().min(1).max(80)).max(64),
        /** Which drawing of the reference bank shows it. */
        reference: z.number().int().min(0).optional(),
        /** Of a background: drawings of its pattern in greys, one of which becomes the ground of the reference. */
        references: z.array(z.number().int().min(0)).min(1).max(256).optional(),
      }),
    )
    .max(20_000),
  ignore: z.strictObject({ en: z.array(z.string()).max(1000), zh: z.array(z.string()).max(1000) }),
})
export type Vocabulary = z.output<typeof vocabularySchema>
export type PhraseToken = Vocabulary['tokens'][number]

export interface Phrases {
  vocabulary: Vocabulary
  /** What each phrase means; undefined: it is known and says nothing ("the", "的"). */
  meanings: ReadonlyMap<string, PhraseToken | undefined>
  /** Code units of the longest phrase. */
  longest: number
}

export interface PhraseReading {
  /** In the order they were said, each once, at most `length`. */
  tokens: PhraseToken[]
  reading: NonNullable<MakeResult['reading']>
}

export function readVocabulary(json: unknown, file: string): Phrases {
  const vocabulary = parse(vocabularySchema, json, { what: 'vocabulary', code: 'invalid-model', where: { file } })
  const meanings = new Map<string, PhraseToken | undefined>()
  for (const word of [...vocabulary.ignore.en, ...vocabulary.ignore.zh]) meanings.set(normalize(word), undefined)
  for (const token of vocabulary.tokens) {
    for (const word of [...token.en, ...token.zh]) meanings.set(normalize(word), token)
  }
  const longest = Math.max(0, ...[...meanings.keys()].map((phrase) => phrase.length))
  return { vocabulary, meanings, longest }
}

/**
 * Reads a prompt: at each place the longest known phrase wins. Phrases of letters match whole words; Chinese has no
 * spaces, so its phrases match anywhere. What nobody knows is reported, and so is what does not fit into `length`.
 */
export function readPhrases({ meanings, longest }: Phrases, prompt: string, length: number): PhraseReading {
  const text = normalize(prompt)
  const tokens: PhraseToken[] = []
  const reading: PhraseReading['reading'] = { understood: [], unknown: [] }
  let place = 0
  while (place < text.length) {
    const phrase = longestAt(text, place, meanings, longest)
    if (phrase === undefined) {
      const word = unknownAt(text, place, meanings, longest)
      if (WORD.test(word)) reading.unknown.push(word)
      place += word.length
      continue
    }
    place += phrase.length
    const token = meanings.get(phrase)
    if (!token || tokens.includes(token)) continue
    if (tokens.length === length) {
      reading.unknown.push(phrase)
      continue
    }
    tokens.push(token)
    reading.understood.push({ text: phrase, role: token.role, name: token.name })
  }
  return { tokens, reading: { ...reading, unknown: [...new Set(reading.unknown)] } }
}

/** Token ids of one row, padded. */
export function phraseIds({ vocabulary }: Phrases, tokens: readonly PhraseToken[], length: number): number[] {
  return Array.from({ length }, (_, place) => tokens[place]?.id ?? vocabulary.pad)
}

/** Anything that can be part of a word at all: punctuation alone is not worth a report. */
const WORD = /[\p{L}\p{N}]/u
/** A character that is written together with its neighbours as one word: letters and digits, but not Han. */
const JOINS = /[\p{L}\p{N}\p{M}'’]/u
const HAN = /\p{Script=Han}/u

function normalize(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}

function longestAt(text: string, place: number, meanings: Phrases['meanings'], longest: number): string | undefined {
  if (joined(text, place)) return undefined
  for (let length = Math.min(longest, text.length - place); length > 0; length--) {
    const phrase = text.slice(place, place + length)
    if (meanings.has(phrase) && !joined(text, place + length)) return phrase
  }
  return undefined
}

/** Whether the characters before and after `place` belong to one word. */
function joined(text: string, place: number): boolean {
  const before = text[place - 1]
  const after = text[place]
  return before !== undefined && after !== undefined && inWord(before) && inWord(after)
}

const inWord = (character: string) => JOINS.test(character) && !HAN.test(character)

/** From `place` on to the end of the word, or of the Chinese characters that no phrase starts at. */
function unknownAt(text: string, place: number, meanings: Phrases['meanings'], longest: number): string {
  const han = HAN.test(text[place]!)
  const word = inWord(text[place]!)
  let end = place + 1
  while (end < text.length) {
    const next = text[end]!
    const goesOn = han ? HAN.test(next) && longestAt(text, end, meanings, longest) === undefined : word && inWord(next)
    if (!goesOn) break
    end++
  }
  return text.slice(place, end)
}
