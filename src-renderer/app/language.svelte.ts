/** A word of the interface in both languages. Every room keeps its own in `words.ts`. */
export type Word = readonly [en: string, zh: string]
export type Language = 'en' | 'zh'

let current = $state<Language>(remembered())

export const language = {
  get current(): Language {
    return current
  },
  set current(next: Language) {
    current = next
    localStorage.setItem('language', next)
    document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  },
}

/** `say(words.seed)`; `{name}` in a word is filled from `values`. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return word[current === 'zh' ? 1 : 0].replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole))
}

function remembered(): Language {
  const stored = localStorage.getItem('language')
  if (stored === 'en' || stored === 'zh') return stored
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}
