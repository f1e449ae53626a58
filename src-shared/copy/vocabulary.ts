import type { Language } from '../recipe/text.ts'

/** A word of a model's vocabulary, with what people write when they mean it. */
export interface Term {
  /** What the model was trained on. */
  id: string
  name: Record<Language, string>
  words: Record<Language, string[]>
}

export const VOCABULARY_LISTS = ['tones', 'categories', 'occasions', 'audiences', 'channels', 'frameworks'] as const
export type VocabularyList = (typeof VOCABULARY_LISTS)[number]
export type Vocabulary = Record<VocabularyList, Term[]>

/**
 * The lists of a text package's `config.vocabulary`. An entry is a plain string, or an object with `id` (or `name`) and
 * words under `en` and `zh`, directly or under `words`, one or many; or a `phrase` of one `lang` with its `words`. What
 * else a package puts there is left alone.
 */
export function readVocabulary(lists: Readonly<Record<string, unknown>>): Vocabulary {
  const read = (list: VocabularyList) => {
    const entries = lists[list]
    return Array.isArray(entries) ? entries.map(readTerm).filter((term) => term !== undefined) : []
  }
  return Object.fromEntries(VOCABULARY_LISTS.map((list) => [list, read(list)])) as Vocabulary
}

function readTerm(entry: unknown): Term | undefined {
  if (typeof entry === 'string') return entry === '' ? undefined : term(entry, {}, {})
  if (typeof entry !== 'object' || entry === null) return undefined
  const { id, name, words, en, zh, phrase, lang } = entry as Record<string, unknown>
  // A phrase of one language, with that language's words.
  const own = lang === 'zh' ? 'zh' : 'en'
  const names = isRecord(name) ? name : { [own]: name ?? phrase }
  const known = [id, phrase, names.en, strings(en)[0]].find((value) => typeof value === 'string' && value !== '')
  if (known === undefined) return undefined
  const more = isRecord(words) ? words : { [own]: words }
  return term(String(known), names, {
    en: [...strings(en), ...strings(more.en)],
    zh: [...strings(zh), ...strings(more.zh)],
  })
}

function term(id: string, names: Record<string, unknown>, words: Partial<Record<Language, string[]>>): Term {
  const [en, zh] = (['en', 'zh'] as const).map((language) => {
    const name = names[language]
    return typeof name === 'string' && name !== '' ? name : undefined
  })
  const spelled = id.replace(/[-_]+/g, ' ')
  return {
    id,
    name: { en: en ?? words.en?.[0] ?? spelled, zh: zh ?? words.zh?.[0] ?? en ?? spelled },
    words: {
      en: unique([spelled, en, ...(words.en ?? [])]),
      zh: unique([zh, ...(words.zh ?? [])]),
    },
  }
}

/** The term that is meant by this word alone, in either language. */
export function findTerm(terms: readonly Term[], word: string): Term | undefined {
  const wanted = fold(word)
  if (wanted === '') return undefined
  const says = (term: Term) => [term.id, ...term.words.en, ...term.words.zh].some((known) => fold(known) === wanted)
  return terms.find((term) => fold(term.id) === wanted) ?? terms.find(says)
}

export interface Found {
  term: Term
  /** The words of the text. */
  text: string
  at: number
}

/** The terms that a text mentions, the longest words first: "coffee shop" before "coffee". */
export function findTerms(terms: readonly Term[], text: string): Found[] {
  const letters = lettersOf(text)
  const found: Found[] = []
  for (const term of terms) {
    for (const word of [...term.words.en, ...term.words.zh]) {
      const place = placeOf(word, text, letters)
      if (place) found.push({ term, text: text.slice(place[0], place[1]), at: place[0] })
    }
  }
  return found.sort((a, b) => width(b.text) - width(a.text) || a.at - b.at)
}

/** English whole words with a plural or not, Chinese anywhere. A search, no pattern: vocabularies have thousands of words. */
function placeOf(word: string, text: string, letters: string): [from: number, to: number] | undefined {
  if (/\p{Script=Han}/u.test(word)) {
    const at = text.indexOf(word)
    return at < 0 ? undefined : [at, at + word.length]
  }
  const wanted = lettersOf(word)
  if (wanted.trim() === '') return undefined
  for (const ending of [' ', 's ', 'es ']) {
    const at = letters.indexOf(wanted.trimEnd() + ending)
    // `letters` has a space in front: the word begins where that space is in the text.
    if (at >= 0) return [at, at + wanted.trim().length + ending.length - 1]
  }
  return undefined
}

/** Lower case, every other sign a space, a space at both ends: " mother s day ". Places stay, but for the first space. */
function lettersOf(text: string): string {
  const lower = text.toLowerCase()
  const same = lower.length === text.length ? lower : text
  return ` ${same.replace(/[^\p{L}\p{N}]/gu, (sign) => ' '.repeat(sign.length))} `
}

/** A Chinese character says as much as three letters. */
function width(text: string): number {
  return text.length + 2 * (text.match(/\p{Script=Han}/gu)?.length ?? 0)
}

function fold(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim()
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

function unique(words: readonly (string | undefined)[]): string[] {
  return [...new Set(words.filter((word) => word !== undefined && word !== ''))] as string[]
}
