/** Words of a model in a prompt: what it calls things, adding them, taking them out, finding the nearest. */

export interface KnownWord {
  en: string
  zh?: string
}

const HAN = /\p{Script=Han}/u

/** "line art 线稿" → both languages of a word, as `models.words` writes them. */
export function knownWord(text: string): KnownWord {
  const at = text.search(HAN)
  if (at < 0) return { en: text.trim() }
  return { en: text.slice(0, at).trim() || text, zh: text.slice(at).trim() }
}

/** The word in the prompt's language; an empty prompt follows the interface. */
export function wordFor({ en, zh }: KnownWord, prompt: string, language: 'en' | 'zh'): string {
  const chinese = HAN.test(prompt) || (prompt.trim() === '' && language === 'zh')
  return chinese && zh !== undefined ? zh : en
}

/** `red` is not in "bored", `红` is in "红色的". */
const pattern = (word: string) => {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')
  return HAN.test(word) ? escaped : `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`
}
const wordIn = (word: string) => new RegExp(pattern(word), 'giu')

export const holds = (prompt: string, word: KnownWord): boolean =>
  [word.en, word.zh].some((form) => form !== undefined && wordIn(form).test(prompt))

/** Which of these words are in the prompt. The longest wins, as when the model reads: 天蓝色 is not 蓝色. */
export function wordsIn(prompt: string, known: readonly KnownWord[]): Set<KnownWord> {
  const forms = known.flatMap((word) =>
    [word.en, word.zh].flatMap((form) => (form === undefined ? [] : [{ word, form }])),
  )
  const found = new Set<KnownWord>()
  let rest = prompt
  for (const { word, form } of forms.sort((a, b) => b.form.length - a.form.length)) {
    const without = rest.replace(wordIn(form), '\n')
    if (without !== rest) found.add(word)
    rest = without
  }
  return found
}

export function addWord(prompt: string, word: string): string {
  const before = prompt.trim().replace(/[,，、]\s*$/u, '')
  if (before === '') return word
  return HAN.test(word) ? `${before}，${word}` : `${before}, ${word}`
}

/** Every form of the word goes, with the comma that set it apart. */
export function removeWord(prompt: string, forms: readonly string[]): string {
  const without = forms.reduce((text, form) => text.replace(wordIn(form), ''), prompt)
  return without
    .replace(/\s+([,，、])/gu, '$1')
    .replace(/([,，、])(?:\s*[,，、])+/gu, '$1')
    .replace(/^[\s,，、]+|[\s,，、]+$/gu, '')
    .replace(/ {2,}/g, ' ')
}

export const replaceWord = (prompt: string, word: string, by: string): string => prompt.replace(wordIn(word), by)

export function toggleWord(prompt: string, word: KnownWord, language: 'en' | 'zh'): string {
  if (!holds(prompt, word)) return addWord(prompt, wordFor(word, prompt, language))
  return removeWord(prompt, word.zh === undefined ? [word.en] : [word.en, word.zh])
}

/** The known words that were most likely meant, nearest first. */
export function nearestWords(word: string, known: readonly KnownWord[], most = 4): string[] {
  const chinese = HAN.test(word)
  const forms = known.flatMap(({ en, zh }) => (chinese ? (zh ? [zh] : []) : [en]))
  // Every Chinese word is two edits from every other: only a shared character says anything.
  const related = (form: string) => !chinese || [...word].some((character) => form.includes(character))
  const allowed = Math.max(2, Math.ceil(word.length / 2))
  return [...new Set(forms)]
    .map((form) => ({ form, distance: closeness(word.toLowerCase(), form.toLowerCase()) }))
    .filter(({ form, distance }) => distance <= allowed && related(form))
    .sort((a, b) => a.distance - b.distance || a.form.length - b.form.length)
    .slice(0, most)
    .map(({ form }) => form)
}

/** Edits from one to the other; a shared beginning counts as nearness, and so does being part of it. */
function closeness(word: string, form: string): number {
  const shared = [...word].findIndex((letter, at) => form[at] !== letter)
  const bonus = (shared < 0 ? word.length : shared) / 4
  const inside = word.length >= 3 && form.includes(word) ? 1 : Number.POSITIVE_INFINITY
  return Math.min(inside, editsBetween(word, form)) - bonus
}

function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const substituted = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substituted))
    }
    row = next
  }
  return row[to.length]!
}
