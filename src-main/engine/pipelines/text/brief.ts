import { Template } from '@huggingface/jinja'
import { findTerm, type Vocabulary, type VocabularyList } from '#shared/copy/vocabulary.ts'
import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { Limit, TextRecipe } from '#shared/recipe/text.ts'
import type { MakeResult } from '#shared/work/tasks.ts'
import type { TextTokenizer } from './tokens.ts'

type TextConfig = PackageOf<'text'>['config']

/** The fields that a package's prompt template may use. What the brief leaves open is an empty string. */
export interface PromptFields {
  lang: string
  language: string
  channel: string
  framework: string
  tone: string
  category: string
  product: string
  audience: string
  occasion: string
  benefit: string
  mustSay: string[]
  limit: { max: number; unit: Limit['unit'] } | null
}

export interface BriefRead {
  fields: PromptFields
  reading: NonNullable<MakeResult['reading']>
}

/**
 * The recipe in the model's own words. A tone, category, occasion, channel or framework is one of the package's list or
 * nothing: the model has a token for each, and another word in that place would be noise. An audience may be any words.
 * Whatever is left out or unusual is reported.
 */
export function readRecipe(recipe: TextRecipe, limit: Limit | undefined, vocabulary: Vocabulary): BriefRead {
  const { brief, language } = recipe
  const understood = [{ text: brief.product, role: 'product', name: brief.product }]
  const unknown: string[] = []
  const known = (role: string, list: VocabularyList, word: string | undefined): string => {
    if (word === undefined || word === '') return ''
    const term = findTerm(vocabulary[list], word)
    if (term === undefined && vocabulary[list].length > 0) {
      unknown.push(word)
      return role === 'audience' ? word : ''
    }
    const name = role === 'audience' && term ? term.name[language] : (term?.id ?? word)
    understood.push({ text: word, role, name })
    return name
  }
  const fields: PromptFields = {
    lang: language,
    language,
    channel: known('channel', 'channels', recipe.channel),
    framework: known('framework', 'frameworks', recipe.framework),
    tone: known('tone', 'tones', brief.tone),
    category: known('category', 'categories', brief.category),
    product: brief.product,
    audience: known('audience', 'audiences', brief.audience),
    occasion: known('occasion', 'occasions', brief.occasion),
    benefit: brief.benefit ?? '',
    mustSay: brief.mustSay,
    limit: limit ?? null,
  }
  return { fields, reading: { understood, unknown } }
}

/** A package's prompt template, filled in. */
export type PromptTemplate = (fields: Record<string, unknown>) => string

export function openTemplate(source: string): PromptTemplate {
  const template = orInvalid(() => new Template(source))
  return (fields) => orInvalid(() => template.render(fields))
}

/** The package's template filled in, as token ids. */
export function promptIds(
  config: TextConfig,
  template: PromptTemplate,
  fields: PromptFields,
  tokenizer: TextTokenizer,
): number[] {
  const clean = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? plain(value, tokenizer)
        : Array.isArray(value)
          ? value.map((phrase) => plain(phrase, tokenizer))
          : value,
    ]),
  )
  const ids = tokenizer.encode(template(clean))
  const bos = config.bos === undefined ? undefined : tokenizer.idOf(config.bos)
  return bos === undefined || ids[0] === bos ? ids : [bos, ...ids]
}

/** A brief is words. Control tokens in it would let a product name end the prompt or begin another. */
function plain(value: string, { controls }: TextTokenizer): string {
  let text = value.replace(/\s+/gu, ' ').trim()
  for (let before = ''; before !== text; ) {
    before = text
    for (const control of controls.keys()) text = text.replaceAll(control, '')
  }
  return text
}

function orInvalid<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new StudioError(
      {
        code: 'invalid-model',
        message: `the prompt template of this package cannot be filled in: ${cause instanceof Error ? cause.message : String(cause)}`,
        where: { file: 'model.json', field: 'config.prompt' },
        remedy:
          'It is Jinja over lang, channel, framework, tone, category, product, audience, occasion, benefit, mustSay, limit.',
      },
      { cause },
    )
  }
}
