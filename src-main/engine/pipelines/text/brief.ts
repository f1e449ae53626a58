import { Template } from '@huggingface/jinja'
import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { Limit, TextRecipe } from '#shared/recipe/text.ts'
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

export function promptFields(recipe: TextRecipe, limit: Limit | undefined): PromptFields {
  const { brief } = recipe
  return {
    lang: recipe.language,
    language: recipe.language,
    channel: recipe.channel,
    framework: recipe.framework ?? '',
    tone: brief.tone ?? '',
    category: brief.category ?? '',
    product: brief.product,
    audience: brief.audience ?? '',
    occasion: brief.occasion ?? '',
    benefit: brief.benefit ?? '',
    mustSay: brief.mustSay,
    limit: limit ?? null,
  }
}

/** The package's template filled in, as token ids. */
export function promptIds(config: TextConfig, fields: PromptFields, tokenizer: TextTokenizer): number[] {
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
  const ids = tokenizer.encode(render(config.prompt, clean))
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

function render(template: string, fields: Record<string, unknown>): string {
  try {
    return new Template(template).render(fields)
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
