import { z } from 'zod'
import { type Language, type Limit, limitSchema } from '../recipe/text.ts'

const name = z.string().trim().min(1).max(80)

/** A place where copy appears, and how long it may be there. */
export const channelSchema = z.strictObject({
  id: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'expected small letters, digits or -'),
  name: z.strictObject({ en: name, zh: name }),
  limit: z.strictObject({ en: limitSchema, zh: limitSchema }),
  /** Where the number comes from: a network's own rule, or what reads well in print. */
  source: z.string().max(400).default(''),
  /** Year and month in which the numbers were last compared with their source. */
  asOf: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'expected a year and month, as 2026-11'),
})
export type Channel = z.output<typeof channelSchema>

/** A writer's own list: the networks' numbers change, and every house has places of its own. */
export const channelListSchema = z
  .array(channelSchema)
  .min(1)
  .max(200)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'two channels have the same id')

/** When the networks' help pages were last compared with the list below. */
export const CHANNELS_AS_OF = '2026-11'

const both = (max: number, unit: Limit['unit']): Record<Language, Limit> => ({
  en: { max, unit },
  zh: { max, unit },
})
const each = (en: Limit, zh: Limit): Record<Language, Limit> => ({ en, zh })
const words = (max: number, min?: number): Limit => ({ ...(min === undefined ? {} : { min }), max, unit: 'words' })
const characters = (max: number): Limit => ({ max, unit: 'characters' })

const GOOGLE = 'Google Ads Help, "About responsive search ads": double-width characters count as two'
const META = 'Meta Ads Guide, recommended lengths before the text is cut off'
const PRINT = 'our own: what can be read in a glance or fits a label'

/** What ships, and what a writer's own list begins with. */
export const CHANNELS: readonly Channel[] = (
  [
    {
      id: 'google-rsa-headline',
      name: { en: 'Google search headline', zh: '谷歌搜索广告标题' },
      limit: both(30, 'width'),
      source: GOOGLE,
    },
    {
      id: 'google-rsa-description',
      name: { en: 'Google search description', zh: '谷歌搜索广告描述' },
      limit: both(90, 'width'),
      source: GOOGLE,
    },
    {
      id: 'google-rsa-path',
      name: { en: 'Google search path', zh: '谷歌搜索广告路径' },
      limit: both(15, 'width'),
      source: GOOGLE,
    },
    {
      id: 'meta-primary',
      name: { en: 'Meta primary text', zh: 'Meta 正文' },
      limit: both(125, 'characters'),
      source: META,
    },
    {
      id: 'meta-headline',
      name: { en: 'Meta headline', zh: 'Meta 标题' },
      limit: both(40, 'characters'),
      source: META,
    },
    {
      id: 'meta-description',
      name: { en: 'Meta description', zh: 'Meta 描述' },
      limit: both(30, 'characters'),
      source: META,
    },
    {
      id: 'poster-headline',
      name: { en: 'Poster headline', zh: '海报标题' },
      limit: each(words(6, 2), { min: 3, ...characters(12) }),
      source: PRINT,
    },
    { id: 'tagline', name: { en: 'Tagline', zh: '广告语' }, limit: each(words(8), characters(16)), source: PRINT },
    {
      id: 'call-to-action',
      name: { en: 'Call to action', zh: '行动号召' },
      limit: each(words(4), characters(8)),
      source: PRINT,
    },
    {
      id: 'packaging-label',
      name: { en: 'Packaging label', zh: '包装标签' },
      limit: each(characters(40), characters(20)),
      source: PRINT,
    },
    {
      id: 'packaging-blurb',
      name: { en: 'Packaging blurb', zh: '包装文案' },
      limit: each(characters(220), characters(100)),
      source: PRINT,
    },
    {
      id: 'xiaohongshu-title',
      name: { en: 'Xiaohongshu title', zh: '小红书标题' },
      limit: both(20, 'characters'),
      source: 'Xiaohongshu note editor: titles of at most 20 characters',
    },
    {
      id: 'taobao-title',
      name: { en: 'Taobao title', zh: '淘宝标题' },
      limit: both(60, 'width'),
      source: 'Taobao seller centre: at most 30 Chinese characters, 60 columns',
    },
  ] satisfies Omit<Channel, 'asOf'>[]
).map((channel) => ({ ...channel, asOf: CHANNELS_AS_OF }))

export function findChannel(id: string, channels: readonly Channel[] = CHANNELS): Channel | undefined {
  return channels.find((channel) => channel.id === id)
}

/** The limit of a channel for a language; none for a channel that is not in the list. */
export function limitOf(id: string, language: Language, channels: readonly Channel[] = CHANNELS): Limit | undefined {
  return findChannel(id, channels)?.limit[language]
}

/** The newest month in which a number of the list was compared with its source. */
export const asOf = (channels: readonly Channel[]): string =>
  channels.reduce((newest, { asOf }) => (asOf > newest ? asOf : newest), '')

/** "my-label", "my-label-2", …: the first that is free; a name without Latin letters is a "channel". */
export function freeChannelId(name: string, channels: readonly Channel[]): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 56)
  const wish = slug === '' ? 'channel' : slug
  for (let number = 1; ; number++) {
    const id = number === 1 ? wish : `${wish}-${number}`
    if (!findChannel(id, channels)) return id
  }
}
