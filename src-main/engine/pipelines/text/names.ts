import { fold } from '#shared/copy/phrases.ts'
import type { TextRecipe } from '#shared/recipe/text.ts'
import type { TextTokenizer } from './tokens.ts'
import type { OpenText } from './utf8.ts'

/** Whether a line may go on from `before` to `after`, or end there (`after` undefined). */
export type Spelling = (before: string, after: OpenText | undefined) => boolean

const HAN = /\p{Script=Han}/u
const LETTER = /[\p{L}\p{N}\p{M}]/u
const encoder = new TextEncoder()

/**
 * A name is spelled as the brief spells it or not begun: a small model that starts on "Nimbus" must not arrive at
 * "Nimbo". A name counts as begun where its own tokens break it (two letters at least), so that ordinary words with the
 * same first letters stay free.
 */
export function spellingOf(name: string, tokenizer: TextTokenizer): Spelling {
  const words = name.split(/\s+/).filter((word) => word.length > 2 || (HAN.test(word) && word.length > 1))
  const begun = new Map<string, string[]>()
  for (const word of words) {
    for (const start of HAN.test(word) ? prefixes(word) : tokenStarts(word, tokenizer)) {
      begun.set(start, [...(begun.get(start) ?? []), word])
    }
  }
  const longest = Math.max(0, ...[...begun.keys()].map((start) => start.length))

  return (before, after) => {
    for (let length = Math.min(longest, before.length); length > 1; length--) {
      const start = before.slice(-length)
      const meant = begun.get(start)
      if (meant === undefined) continue
      // In a script with spaces the name begins a word.
      if (!HAN.test(start) && LETTER.test(before[before.length - length - 1] ?? ' ')) continue
      if (after === undefined) return meant.includes(start)
      return meant.some((word) => continues(word.slice(length), before, after))
    }
    return true
  }
}

/** Whether what is added goes on with the rest of the word, letter by letter, and past its end. */
function continues(rest: string, before: string, { text, pending }: OpenText): boolean {
  const added = text.slice(before.length)
  const shared = Math.min(added.length, rest.length)
  if (added.slice(0, shared) !== rest.slice(0, shared)) return false
  if (added.length > rest.length) return HAN.test(rest) || !LETTER.test(added[rest.length]!)
  // A character on its way has to be the right one.
  const coming = encoder.encode(rest.slice(added.length))
  return pending.every((byte, at) => coming[at] === byte)
}

function prefixes(word: string): string[] {
  return Array.from({ length: word.length - 2 }, (_, at) => word.slice(0, at + 2))
}

/** Where the tokens of a word break it, at the start of a line and behind a space. */
function tokenStarts(word: string, tokenizer: TextTokenizer): Set<string> {
  const starts = new Set<string>()
  for (const spaced of [word, ` ${word}`]) {
    let text = ''
    for (const id of tokenizer.encode(spaced)) {
      text += tokenizer.piece(id)?.text ?? ''
      const start = text.trimStart()
      if (start.length > 1 && word.startsWith(start)) starts.add(start)
    }
  }
  if (LETTER.test(word.at(-1)!)) starts.add(word) // whole, it does not grow: "Ottonora"
  return starts
}

/** A word twice in a row, or a character three times: the mark of a model that lost its thread. */
export function stutters(text: string): boolean {
  return /(?<![\p{L}\p{N}])(\p{L}{2,})[\s,，]+\1(?![\p{L}\p{N}])/iu.test(text) || /(\p{L})\1\1/u.test(text)
}

/** The same clause twice: "For hikers. For hikers." */
export function repeatsItself(text: string): boolean {
  const clauses = fold(text)
    .split(/[.!?…,;:。！？，；：、–—]+/u)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
  return new Set(clauses).size < clauses.length
}

/** How a line begins: its first word (Chinese: two characters), the product's name left out. Ten ideas begin in ten ways. */
export function openingOf(text: string, { language, brief }: Pick<TextRecipe, 'language' | 'brief'>): string {
  const words =
    fold(text)
      .replaceAll(fold(brief.product).trim(), ' ')
      .match(/[\p{L}\p{N}\p{M}'’]+/gu) ?? []
  return language === 'zh' ? [...words.join('')].slice(0, 2).join('') : (words[0] ?? '')
}
