import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CHANNELS } from '#shared/copy/channels.ts'
import { letterPairs } from '#shared/copy/phrases.ts'
import { brokenRule, type Rule, troublesOf } from '#shared/copy/rules.ts'
import { readVocabulary, type Vocabulary } from '#shared/copy/vocabulary.ts'
import { toStudioError } from '#shared/errors.ts'
import { modelPackageSchema, type PackageOf, packageHash } from '#shared/models/manifest.ts'
import { draftCopy } from '#shared/recipe/draft.ts'
import type { Brief, Language, Limit, TextRecipe } from '#shared/recipe/text.ts'
import { parse } from '#shared/validate.ts'
import { Generator } from '../noise/generator.ts'
import { openPackage } from '../packages/open.ts'
import type { OpenPackage } from './pipeline.ts'
import { text } from './text.ts'

/** Random briefs, limits and phrases against the starter: no line may break a rule, however the dice fall. */

const LINES = process.env.BROADSIDE_SOAK ? 10_000 : 200
const starter = join(import.meta.dirname, '../../../models/starter/copy-lm')

const PRODUCTS = ['Zestline', 'Nimbus Tea', 'Otto', '云雀', '山野气泡水', 'Kumo & Sons', 'A1', 'Café Élan', '小满 Tea']
const SAID: Record<Language, string[]> = {
  en: [
    'no sugar',
    'new',
    'made by hand',
    'from €9',
    'open at 7',
    'BPA-free',
    '100 % oats',
    'since 1987',
    'free refill!',
  ],
  zh: ['零糖', '新品', '手工制作', '限量300份', '买一送一', '不含酒精', '第2杯半价', '7天', '现磨'],
}
const UNSAID: Record<Language, string[]> = {
  en: ['cheap', 'best', 'a', 'yay', 'hello', 'summer', 'e', 'the', 'play', '!'],
  zh: ['最', '第一', '的', '一', '好', '，', '茶', '来', '喝', '每'],
}

/** Whole numbers below `n`, the same ones every time. */
function dice(seed: number) {
  const generator = new Generator(seed)
  const roll = (n: number) => Math.min(n - 1, Math.floor(generator.rand(1)[0]! * n))
  return {
    roll,
    one: <T>(list: readonly T[]): T => list[roll(list.length)]!,
    some: <T>(list: readonly T[], most: number): T[] => [
      ...new Set(Array.from({ length: roll(most + 1) }, () => list[roll(list.length)]!)),
    ],
  }
}

/** Long copy takes ten times as long, and obeys the same rules. */
const SHORT = CHANNELS.filter(({ limit }) => limit.en.max <= 60)

interface Asked {
  recipe: TextRecipe
  limit: Limit
}

function ask(seed: number, manifest: PackageOf<'text'>, vocabulary: Vocabulary): Asked | undefined {
  const { roll, one, some } = dice(seed)
  const language = one<Language>(['en', 'zh'])
  const channel = one(roll(10) === 0 ? CHANNELS : SHORT)
  const squeezed = { ...channel.limit[language], max: Math.max(2, roll(channel.limit[language].max) + 1) }
  const { min: _, ...loose } = squeezed
  const limit: Limit =
    roll(3) > 0
      ? channel.limit[language]
      : roll(2) === 0
        ? loose
        : { ...loose, min: 1 + roll(Math.ceil(loose.max / 2)) }
  const optional = (list: readonly { id: string }[], field: string) =>
    roll(2) === 0 || list.length === 0 ? {} : { [field]: one(list).id }
  const brief: Brief = {
    product: one(PRODUCTS),
    ...optional(vocabulary.tones, 'tone'),
    ...optional(vocabulary.categories, 'category'),
    ...optional(vocabulary.occasions, 'occasion'),
    mustSay: roll(2) === 0 ? [] : some(SAID[language], 3),
    mustNotSay: roll(2) === 0 ? [] : some(UNSAID[language], 4),
  }
  // What would be told before the run does not run.
  if (troublesOf({ brief, languages: [language], channels: [{ ...channel, limit: { en: limit, zh: limit } }] }).length)
    return undefined
  const recipe = draftCopy(manifest, packageHash(manifest), {
    ...{ brief, language, channel: channel.id, limit, count: 5, seed },
    ...(roll(3) === 0 && vocabulary.frameworks.length > 0 ? { framework: one(vocabulary.frameworks).id } : {}),
    ...(roll(6) === 0 ? { temperature: 2 } : {}),
  })
  return { recipe, limit }
}

async function write(pkg: OpenPackage<'text'>, recipe: TextRecipe): Promise<string[]> {
  const context = {
    signal: new AbortController().signal,
    previews: false,
    report: () => {},
    picture: () => Promise.reject(new Error('a text recipe has no pictures')),
  }
  try {
    const { lines = [] } = await text.run(pkg, recipe, context)
    return lines.map((line) => line.text)
  } catch (thrown) {
    // Nothing fits at all: said, not written.
    expect(toStudioError(thrown)).toMatchObject({ code: 'invalid-input', where: { field: 'recipe.limit' } })
    return []
  }
}

test.runIf(existsSync(join(starter, 'model.json')))(
  `${LINES} lines under random rules: none over its limit, none without its must-say, none with a forbidden word`,
  async () => {
    const json = JSON.parse(await readFile(join(starter, 'model.json'), 'utf8'))
    const manifest = parse(modelPackageSchema, json, { what: 'model.json' }) as PackageOf<'text'>
    const vocabulary = readVocabulary(manifest.config.vocabulary)
    const pkg = openPackage<'text'>(starter, manifest, { device: 'cpu', threads: 1 })
    const broken: { rule: Rule; line: string; recipe: TextRecipe }[] = []
    let written = 0
    let asked = 0
    for (let seed = 0; written < LINES; seed++) {
      const order = ask(seed, manifest, vocabulary)
      if (!order) continue
      // Every third recipe keeps away from what another one wrote.
      const avoid = seed % 3 === 0 ? await write(pkg, { ...order.recipe, seed: seed + 1_000_000 }) : []
      const recipe = avoid.length > 0 ? { ...order.recipe, avoid } : order.recipe
      const lines = await write(pkg, recipe)
      asked += recipe.count
      written += lines.length
      const beside = avoid.map(letterPairs)
      for (const line of lines) {
        const rule = brokenRule(line, { ...recipe.brief, limit: order.limit }, beside)
        if (rule) broken.push({ rule, line, recipe })
        if (!line.isWellFormed() || /[\n\ufffd]/.test(line)) broken.push({ rule: 'limit', line, recipe })
      }
    }
    await pkg.close()
    expect(broken).toEqual([])
    // Rules that nothing can meet prove nothing.
    expect(written / asked).toBeGreaterThan(0.6)
  },
  3_600_000,
)
