import { z } from 'zod'
import { StudioError } from '../errors.ts'
import {
  type Brief,
  briefSchema,
  LANGUAGES,
  type Language,
  type LIMIT_UNITS,
  type Limit,
  limitSchema,
} from '../recipe/text.ts'
import { parse } from '../validate.ts'
import { CHANNELS } from './channels.ts'
import { findTerm, findTerms, type Term, type Vocabulary } from './vocabulary.ts'

/** What was read out of a brief. What the writer did not say stays open for the panel's own fields to fill. */
export interface BriefReading {
  brief: Brief
  language: Language
  channel?: string
  framework?: string
  limit?: Limit
  count?: number
  /** Which words gave which field. */
  understood: { text: string; role: string; name: string }[]
}

/** A brief as JSON: the fields of a recipe's brief, and what else a writer may fix. */
const jsonBriefSchema = z.strictObject({
  ...briefSchema.shape,
  language: z.enum(LANGUAGES).optional(),
  channel: z.string().max(64).optional(),
  framework: z.string().max(64).optional(),
  limit: limitSchema.optional(),
  count: z.number().int().min(1).max(100).optional(),
})

/** Two pages. */
export const MOST_READ = 4000

/** Han by share of letters: a Chinese brief may name an English product, and the other way round. */
export function detectLanguage(text: string): Language {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}+/gu)?.length ?? 0
  return han > latin ? 'zh' : 'en'
}

/** Read a brief: JSON when it looks like it, else the writer's own words in English or Chinese. */
export function readBrief(text: string, vocabulary: Vocabulary): BriefReading {
  const trimmed = text.trim()
  if (trimmed === '') {
    throw new StudioError({
      code: 'usage',
      message: 'the brief is empty',
      where: { field: 'brief' },
      remedy: 'Say at least what the copy is for, for example: a spring headline for "Nimbus Tea".',
    })
  }
  if (trimmed.startsWith('{')) return readJsonBrief(trimmed)
  if (trimmed.length > MOST_READ) {
    throw new StudioError({
      code: 'usage',
      message: `the brief has ${trimmed.length} characters, at most ${MOST_READ} are read`,
      where: { field: 'brief' },
      remedy: 'Say what the copy is for, for whom, and how it should sound.',
    })
  }
  return readWords(trimmed.replace(/[ \t\u3000]+/gu, ' '), vocabulary)
}

function readJsonBrief(text: string): BriefReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new StudioError({
      code: 'usage',
      message: `the brief is no JSON: ${(error as Error).message}`,
      where: { field: 'brief' },
      remedy: 'It needs at least {"product": "…"}.',
    })
  }
  const { language, channel, framework, limit, count, ...brief } = parse(jsonBriefSchema, value, {
    what: 'brief',
    remedy: 'It needs at least {"product": "…"}.',
  })
  return {
    brief,
    language: language ?? detectLanguage(Object.values(brief).flat().join(' ')),
    ...defined({ channel, framework, limit, count }),
    understood: [{ text: brief.product, role: 'product', name: brief.product }],
  }
}

function readWords(text: string, vocabulary: Vocabulary): BriefReading {
  const language = detectLanguage(text)
  const labels = readLabels(text)
  const forbidden = phrasesAfter(text, FORBIDDEN)
  const required = phrasesAfter(text, REQUIRED)
  const mustNotSay = [...new Set([...listed(labels.mustNotSay), ...forbidden.phrases])].slice(0, 32)
  const mustSay = [...new Set([...listed(labels.mustSay), ...required.phrases])].slice(0, 8)
  // What must or must not be said is not what the brief is about.
  const about = without(without(text, forbidden.spans), required.spans)
  const product = labels.product ?? findProduct(about, vocabulary)
  const place = findChannelIn(labels.channel ?? about.replaceAll(product, ' '))
  // "小红书" is no book.
  const rest = [product, place?.text ?? ''].reduce(
    (left, said) => (said === '' ? left : left.replaceAll(said, ' ')),
    about,
  )

  const understood: BriefReading['understood'] = [{ text: product, role: 'product', name: product }]
  const choose = (role: string, terms: readonly Term[], label: string | undefined, texts: readonly string[]) => {
    const told = label === undefined ? undefined : (findTerm(terms, label) ?? findTerms(terms, label)[0]?.term)
    if (label !== undefined) {
      understood.push({ text: label, role, name: told?.id ?? label })
      return told?.id ?? label
    }
    for (const where of texts) {
      const found = findTerms(terms, where)[0]
      if (!found) continue
      understood.push({ text: found.text, role, name: found.term.id })
      return found.term.id
    }
    return undefined
  }
  const toneHint = first(rest, TONE)
  const tone = choose('tone', vocabulary.tones, labels.tone, toneHint ? [toneHint, rest] : [rest])
  const category = choose('category', vocabulary.categories, labels.category, [
    lastWords(product, vocabulary),
    rest,
    product,
  ])
  const occasion = choose('occasion', vocabulary.occasions, labels.occasion, [rest])
  const audienceHint = first(rest, AUDIENCE)
  const audience =
    choose('audience', vocabulary.audiences, labels.audience, audienceHint ? [audienceHint, rest] : [rest]) ??
    audienceHint
  const benefit = labels.benefit ?? first(rest, BENEFIT)
  const framework = choose('framework', vocabulary.frameworks, labels.framework, [rest])
  const channel = place?.id ?? labels.channel
  const limit = findLimit(text)
  const count = findCount(text)

  const brief: Brief = {
    product: product.slice(0, 80),
    ...defined({ category, audience: clip(audience), occasion, tone, benefit: clip(benefit) }),
    mustSay,
    mustNotSay,
    text: text.slice(0, 2000),
  }
  return { brief, language, ...defined({ channel, framework, limit, count }), understood }
}

// ── labels: "Product: Nimbus", "产品：云雀" ─────────────────────────────────────────────────────

type Label =
  | 'product'
  | 'category'
  | 'audience'
  | 'occasion'
  | 'tone'
  | 'benefit'
  | 'channel'
  | 'framework'
  | 'mustSay'
  | 'mustNotSay'

const LABELS: Record<Label, string> = {
  product: 'product(?: name)?|brand(?: name)?|name|client|产品(?:名称?)?|品牌(?:名称?)?|商品|名称',
  category: 'category|type|industry|品类|类别|类目|行业',
  audience: 'audience|target(?: audience| group)?|for whom|受众|人群|目标(?:人群|用户|客群)|面向',
  occasion: 'occasion|event|season|campaign|场合|节日|时机|活动|节点',
  tone: 'tone(?: of voice)?|voice|mood|语气|调性|风格|口吻',
  benefit: 'benefits?|usp|selling points?|key message|卖点|亮点|优势|利益点',
  channel: 'channel|format|medium|placement|渠道|平台|位置|形式',
  framework: 'framework|formula|框架|公式',
  mustSay: 'must say|must include|mandatory|required|必须(?:说|写|包含|出现|提到)?|必含',
  mustNotSay:
    'must not say|do not say|avoid|forbidden|never say|不要(?:说|写|出现)?|禁(?:用|止)(?:词)?|避免|不能(?:说|写|出现)',
}

function readLabels(text: string): Partial<Record<Label, string>> {
  const found: Partial<Record<Label, string>> = {}
  for (const [label, names] of Object.entries(LABELS) as [Label, string][]) {
    const match = new RegExp(`(?:^|[\\n;；。.]|[,，]\\s*)\\s*(?:${names})\\s*[:：]\\s*([^\\n;；。]+)`, 'iu').exec(text)
    if (!match) continue
    // A comma may belong to the value; it does not when another label follows it.
    const value = match[1]!.split(/[,，]\s*(?=[\p{L} ]{2,16}\s*[:：])/u)[0]!
    found[label] = unquote(value.replace(/[.\s]+$/u, ''))
  }
  return found
}

// ── what must and must not be said ──────────────────────────────────────────────────────────────

const REQUIRED =
  /(?:must (?:say|include|mention|contain)|be sure to (?:say|mention|include)|include the (?:words?|phrase)s?|has to say|(?<!不)必须(?:包含|出现|写上?|说|提到|含有)|要(?:写上|包含|提到)|务必(?:包含|写上|提到))\s*[:：]?\s*/giu
const FORBIDDEN =
  /(?:(?:do not|don['’]t|never|must not|should not|avoid|no mention of|without)(?:\s+(?:say|saying|use|using|mention|mentioning|include|the words?|words? like))+|不(?:要|能|得|可|许)(?:出现|写|说|提到?|使用|用)|禁用|避免(?:使用|出现|提到)?)\s*[:：]?\s*/giu

const QUOTED = /[“"「『《]([^”"」』》\n]{1,80})[”"」』》]|(?<![\p{L}\p{N}])['‘]([^'’\n]{2,80})['’](?![\p{L}\p{N}])/gu

/** The quoted phrases behind each match, or the words up to the next stop. */
function phrasesAfter(text: string, marker: RegExp): { phrases: string[]; spans: [number, number][] } {
  const phrases: string[] = []
  const spans: [number, number][] = []
  for (const match of text.matchAll(marker)) {
    const from = match.index + match[0].length
    const sentence = untilMarker(/^[^.;\n。；!！]*/u.exec(text.slice(from))![0])
    const quoted = [...sentence.matchAll(QUOTED)]
    const said =
      quoted.length > 0 ? quoted.map((quote) => quote[1] ?? quote[2]!) : listed(sentence.split(/\bbut\b|但/u)[0])
    phrases.push(...said.map((phrase) => phrase.trim()).filter((phrase) => phrase !== ''))
    spans.push([match.index, from + sentence.length])
  }
  return { phrases: [...new Set(phrases)].map((phrase) => phrase.slice(0, 200)), spans }
}

/** One list ends where the other begins: must include “a”, do not say “b”. */
function untilMarker(sentence: string): string {
  return sentence.slice(
    0,
    Math.min(...[REQUIRED, FORBIDDEN].map((marker) => [...sentence.matchAll(marker)][0]?.index ?? sentence.length)),
  )
}

function listed(value: string | undefined): string[] {
  if (value === undefined) return []
  const parts = value.split(/\s*[,，、;；/|]\s*|\s+(?:or|and)\s+|(?<=\p{Script=Han})[和或](?=\p{Script=Han})/u)
  return parts.map((part) => unquote(part)).filter((part) => part !== '')
}

// ── the product ─────────────────────────────────────────────────────────────────────────────────

const NAME = String.raw`[A-Z0-9](?:[\p{L}\p{N}'’&-]|\.(?=\p{L}))*(?:\s+(?:[A-Z0-9&](?:[\p{L}\p{N}'’&-]|\.(?=\p{L}))*|of|de|la|du|the(?=\s+[A-Z])))*`
const BEFORE_NAME = new RegExp(
  String.raw`\b(?:for|of|about|launch(?:ing|es)?|introduc(?:e|ing)|called|named|brand|from|by|promot(?:e|ing)|advertis(?:e|ing)|is)\s+(?:our\s+|the\s+|a\s+new\s+|new\s+)*(${NAME})`,
  'gu',
)
const ANY_NAME = new RegExp(`(?<![\\p{L}\\p{N}])(${NAME})`, 'gu')
const CHINESE_NAME = [
  /(?:品牌|产品|名为|叫做?|名叫)(?:是|为|叫)?\s*([\p{Script=Han}\p{L}\p{N}·&]{2,12}?)(?=[，。,；、的是！\s]|$)/u,
  /(?:为|给|替)\s*([\p{Script=Han}\p{L}\p{N}·& ]{2,16}?)(?=的|写|做|想|设计|创作|拟|起|来|推出|[，。,；：\s])/u,
  /(?:推广|宣传|介绍)\s*([\p{Script=Han}\p{L}\p{N}·&]{2,12}?)(?=的|[，。,；\s]|$)/u,
  /^([\p{Script=Han}\p{L}\p{N}·&]{2,12}?)(?=是一[款个家种]|，|：|推出|上新|开业)/u,
]
/** Capitals that are no names. */
const NOT_A_NAME =
  /^(?:write|make|create|give|need|want|we|i|a|an|the|this|these|please|posters?|banners?|labels?|blurbs?|posts?|headlines?|taglines?|slogans?|titles?|ads?|copy|tell|say|must|do|don['’]t|keep|highlight|avoid|instagram|tiktok|english|chinese|google|meta|facebook|instagram|taobao|xiaohongshu|aida|pas|fab|4u|bab|cta|rsa|english only|tone|it|our|no|use|for|in|at|on|new|\d+%?|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/iu

function findProduct(text: string, vocabulary: Vocabulary): string {
  const quoted = [...text.matchAll(QUOTED)].map((match) => (match[1] ?? match[2]!).trim())
  if (quoted[0]) return quoted[0]
  const isName = (name: string) =>
    !NOT_A_NAME.test(name) && !findTerm(vocabulary.occasions, name) && !findTerm(vocabulary.tones, name)
  const names = [...text.matchAll(BEFORE_NAME), ...text.matchAll(ANY_NAME)]
    .map((match) => trimName(match[1]!))
    .filter((name) => name !== '' && isName(name))
  if (names[0]) return names[0]
  for (const pattern of CHINESE_NAME) {
    const name = pattern.exec(text)?.[1]?.trim()
    if (name && !/^(?:我们?|一[个款]|这[个款]|新品?|海报|标题)$/u.test(name)) return name
  }
  // No name: what kind of thing it is, in the writer's word, else how the brief begins.
  const kind = findTerms(vocabulary.categories, text)[0]?.text
  return kind ?? /^[^\n.,;，。；]{1,40}/u.exec(text)?.[0].trim() ?? text.slice(0, 40)
}

/** Names say last what they are: "Wild Oak Coffee", "山野气泡水". */
function lastWords(product: string, { categories }: Vocabulary): string {
  return findTerms(categories, product).find(({ text, at }) => at + text.length === product.length)?.text ?? ''
}

/** "Write Nimbus Tea" begins a sentence with a verb in capitals. */
function trimName(name: string): string {
  const words = name.replace(/[.'’&-]+$/u, '').split(/\s+/)
  while (words.length > 1 && NOT_A_NAME.test(words[0]!)) words.shift()
  return words.join(' ')
}

// ── the other fields ────────────────────────────────────────────────────────────────────────────

const TONE = [
  /(?:tone|voice|mood)(?: of voice)?(?: (?:is|should be))?[:\s]+([\p{L} ,-]{3,40})/iu,
  /([\p{L}-]{3,20}(?:(?:,| and) [\p{L}-]{3,20})*)\s+(?:tone|voice|mood)\b/iu,
  /(?:sound|feel|keep it|make it|be)\s+([\p{L}, -]{3,40})/iu,
  /(?:语气|调性|风格|口吻)(?:要|是|为)?\s*[:：]?\s*([\p{Script=Han}、]{1,12})/u,
  /([\p{Script=Han}]{2,6})(?:一点|一些)?的?(?:语气|调性|风格|口吻)/u,
]
const AUDIENCE = [
  /(?:aimed at|target(?:ing|ed at)?|audience (?:is|are)|speaks? to|written for)\s+([\p{L}\p{N}' -]{3,40})/iu,
  /(?:面向|针对|写给|适合|目标人群是?)\s*([\p{Script=Han}\p{L}\p{N}]{2,12}?)(?=[，。,；的、\s]|$)/u,
]
const BENEFIT = [
  /(?:benefit is|highlight(?:ing|s)?|emphasi[sz](?:e|ing)|featur(?:es|ing)|mention(?:ing)?|because it|selling point is)\s+([^.,;\n]{3,80})/iu,
  /(?:突出|强调|主打|卖点是?|亮点是?|特点是?)\s*[:：]?\s*([^，。,；\n]{2,30})/u,
]

function first(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const value = pattern.exec(text)?.[1]?.trim()
    if (value) return value
  }
  return undefined
}

/** Words for a channel, the more particular before the more general. */
const CHANNEL_WORDS: readonly [id: string, words: RegExp][] = [
  ['google-rsa-description', /google.{0,20}description|谷歌.{0,6}描述/iu],
  ['google-rsa-path', /google.{0,20}path|谷歌.{0,6}路径/iu],
  ['google-rsa-headline', /\bgoogle\b|search ad|\brsa\b|\bsem\b|谷歌|搜索广告/iu],
  ['meta-headline', /(?:meta|facebook|instagram).{0,20}headline/iu],
  ['meta-description', /(?:meta|facebook|instagram).{0,20}description/iu],
  ['meta-primary', /\bmeta (?:ad|post|primary)|facebook|instagram|脸书/iu],
  ['xiaohongshu-title', /xiaohongshu|\brednote\b|\bred note\b|小红书/iu],
  ['taobao-title', /taobao|tmall|淘宝|天猫/iu],
  ['call-to-action', /call[- ]to[- ]action|\bcta\b|button|行动号召|按钮/iu],
  ['packaging-blurb', /blurb|back of (?:the )?pack|packaging (?:copy|text)|包装文案|产品介绍/iu],
  ['packaging-label', /\blabels?\b|\bpackag(?:e|ing)\b|标签|瓶标|包装/iu],
  ['tagline', /taglines?|slogans?|straplines?|广告语|标语|口号|slogan/iu],
  ['poster-headline', /posters?|headlines?|banners?|海报|标题|横幅|文案/iu],
]

function findChannelIn(text: string): { id: string; text: string } | undefined {
  const lower = text.toLowerCase()
  for (const { id, name } of CHANNELS) {
    const said = [id, name.zh, name.en.toLowerCase()].find((words) => lower.includes(words))
    if (said !== undefined) return { id, text: text.slice(lower.indexOf(said), lower.indexOf(said) + said.length) }
  }
  for (const [id, words] of CHANNEL_WORDS) {
    const said = words.exec(text)?.[0]
    if (said !== undefined) return { id, text: said }
  }
  return undefined
}

/** "under 30 characters", "at most 6 words", "不超过12个字", "20字以内". */
function findLimit(text: string): Limit | undefined {
  const english =
    /(?:under|below|at most|max(?:imum)?(?: of)?|up to|no (?:more|longer) than|within|<=?|≤)\s*(\d{1,4})\s*(characters?|chars?|letters?|words?|columns?)/iu.exec(
      text,
    )
  const behind =
    /(\d{1,4})\s*(characters?|chars?|letters?|words?)\s*(?:max(?:imum)?|at most|or (?:less|fewer|under)|limit)/iu.exec(
      text,
    )
  const chinese =
    /(?:不超过|最多|至多|限)\s*(\d{1,4})\s*个?(?:汉)?(字符|字|词)|(\d{1,4})\s*个?(?:汉)?(字符|字|词)(?:以内|之内|以下|内)/u.exec(
      text,
    )
  const match = english ?? behind
  if (match)
    return limit(match[1]!, /^word/iu.test(match[2]!) ? 'words' : /^col/iu.test(match[2]!) ? 'width' : 'characters')
  if (chinese) return limit((chinese[1] ?? chinese[3])!, (chinese[2] ?? chinese[4]) === '词' ? 'words' : 'characters')
  return undefined
}

function limit(digits: string, unit: (typeof LIMIT_UNITS)[number]): Limit | undefined {
  const max = Number(digits)
  return max >= 1 && max <= 5000 ? { max, unit } : undefined
}

/** "5 headlines", "ten options" as digits only, "写8条". */
function findCount(text: string): number | undefined {
  const match =
    /(?<![\d.])(\d{1,3})\s+(?:[\p{L}-]+\s+){0,3}?(?:headlines?|taglines?|slogans?|lines|options|variants?|versions?|ideas|titles?|descriptions?|labels|blurbs?|ctas?)\b/iu.exec(
      text,
    ) ?? /(\d{1,3})\s*[条个句组款版](?!字|汉)/u.exec(text)
  const count = Number(match?.[1] ?? 0)
  return count >= 1 && count <= 100 ? count : undefined
}

function unquote(value: string): string {
  return value
    .trim()
    .replace(/^[“"「『《'‘]+|[”"」』》'’]+$/gu, '')
    .trim()
}

function without(text: string, spans: readonly [number, number][]): string {
  let left = text
  for (const [from, to] of spans) left = left.slice(0, from) + ' '.repeat(to - from) + left.slice(to)
  return left
}

function clip(value: string | undefined): string | undefined {
  return value?.slice(0, 200)
}

function defined<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
