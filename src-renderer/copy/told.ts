import type { Trouble } from '#shared/copy/rules.ts'
import type { Limit } from '#shared/recipe/text.ts'
import { language, say } from '../app/language.svelte.ts'
import { words } from './words.ts'

/** Numbers and troubles of copy in the words of the interface. */

export const unitText = ({ unit }: Pick<Limit, 'unit'>): string => say(words[unit])

/** "2–6 words", "≤ 30 columns" */
export const limitText = (limit: Limit): string =>
  limit.min === undefined
    ? say(words.atMost, { max: limit.max, unit: unitText(limit) })
    : say(words.between, { min: limit.min, max: limit.max, unit: unitText(limit) })

/** How long a line is: words stand alone, everything else beside its limit. */
export function countText(count: number, limit: Limit | undefined): string {
  if (limit === undefined) return String(count)
  if (limit.unit !== 'words') return `${count}/${limit.max}`
  return count === 1 ? say(words.oneWord) : say(words.wordCount, { n: count })
}

/** How near a line is to its limit. */
export function nearness(count: number, limit: Limit | undefined): 'well' | 'near' | 'over' {
  if (limit === undefined || count <= limit.max * 0.92) return 'well'
  return count > limit.max ? 'over' : limit.unit === 'words' ? 'well' : 'near'
}

export function troubleText(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'empty':
      return say(
        { product: words.emptyProduct, channels: words.emptyChannels, languages: words.emptyLanguages }[trouble.field],
      )
    case 'long':
      return say(words.long, { n: trouble.count, most: trouble.most })
    case 'many':
      return say(words.many, { n: trouble.count, most: trouble.most })
    case 'contradiction':
      return say(words.contradiction, { phrase: trouble.phrase, forbidden: trouble.forbidden })
    case 'unsayable':
      return say(words.unsayable, { forbidden: trouble.forbidden })
    case 'no-room': {
      const { takes, limit, channel } = trouble
      const name = channel.name[language.current]
      return say(words.noRoom, { takes, max: limit.max, unit: unitText(limit), channel: name })
    }
  }
}
