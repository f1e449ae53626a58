import { z } from 'zod'
import { parse } from '../validate.ts'
import type { MakeResult } from '../work/tasks.ts'

/**
 * vocabulary.json: words of English and Chinese that mean the same share one token. A token with the id of the padding
 * tells the model nothing: how many there are of a subject (`count`) and how two stand to each other (`relation`) is
 * said by the reference alone.
 */
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
        /** Of a relation: it stands after the thing that it is about, as 下 in 雨伞下. */
        postposed: z.boolean().optional(),
        /** Which drawing of the reference bank shows it. */
        reference: z.number().int().min(0).optional(),
        /** Of a style with drawings of its own: how far after a subject's usual drawing that style's stands in the bank. */
        referenceOffset: z.number().int().min(1).optional(),
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
  /** In the order they were said, each once, at most `length`; those that tell the model nothing as often as said. */
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
export function readPhrases(phrases: Phrases, prompt: string, length: number): PhraseReading {
  const { vocabulary, meanings, longest } = phrases
  const text = normalize(prompt)
  const tellsModel = ({ id }: PhraseToken) => id !== vocabulary.pad
  const said: { token: PhraseToken; phrase: string }[] = []
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
    if (!token) continue
    if (tellsModel(token)) {
      if (said.some((one) => one.token === token)) continue
      if (said.filter((one) => tellsModel(one.token)).length === length) {
        reading.unknown.push(phrase)
        continue
      }
    } else if (said.length >= MOST_SAID) continue
    said.push({ token, phrase })
  }
  const joined = said.filter((one, at) => one.token.role !== 'relation' || joins(said, at))
  for (const { phrase } of said.filter((one) => !joined.includes(one)))
    if (!vocabulary.ignore.en.includes(phrase) && !vocabulary.ignore.zh.includes(phrase)) reading.unknown.push(phrase)
  const understood = new Map(
    joined.map(({ token: { role, name }, phrase: text }) => [`${role} ${text}`, { text, role, name }]),
  )
  return {
    tokens: joined.map(({ token }) => token),
    reading: { understood: [...understood.values()], unknown: [...new Set(reading.unknown)] },
  }
}

/** Phrases of one prompt, those that are no business of the model included. */
const MOST_SAID = 64

/** A relation needs a subject on the side that it is about, with nothing but its looks between, and one more. */
function joins(said: readonly { token: PhraseToken }[], at: number): boolean {
  const roles = said.map(({ token }) => token.role)
  const postposed = said[at]!.token.postposed ?? false
  const about = postposed ? roles.slice(0, at).reverse() : roles.slice(at + 1)
  const isAboutSubject = about.find((role) => !LOOKS.includes(role)) === 'subject'
  const others = (of: string[]) => of.filter((role) => role === 'subject').length
  const [before, after] = [others(roles.slice(0, at)), others(roles.slice(at))]
  return isAboutSubject && (postposed ? before + after > 1 : before > 0)
}

/** Roles that may stand between a relation and its subject: "under three red umbrellas". */
const LOOKS = ['palette', 'style', 'finish', 'count']

/** Token ids of one row, padded. */
export function phraseIds({ vocabulary }: Phrases, tokens: readonly PhraseToken[], length: number): number[] {
  const ids = tokens.flatMap(({ id }) => (id === vocabulary.pad ? [] : [id]))
  return Array.from({ length }, (_, place) => ids[place] ?? vocabulary.pad)
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
