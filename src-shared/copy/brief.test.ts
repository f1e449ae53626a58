import { describe, expect, test } from 'vitest'
import { detectLanguage, readBrief } from './brief.ts'
import { readVocabulary } from './vocabulary.ts'

const vocabulary = readVocabulary({
  tones: [
    { id: 'playful', en: ['fun', 'cheeky'], zh: ['活泼', '俏皮'] },
    { id: 'warm', en: ['friendly', 'cosy'], zh: ['温暖', '温馨'] },
    { id: 'bold', en: ['brave'], zh: ['大胆'] },
    { id: 'premium', en: ['luxury'], zh: ['高端'] },
  ],
  categories: [
    { id: 'coffee', name: { en: 'Coffee', zh: '咖啡' }, words: { en: ['espresso', 'cold brew'], zh: ['手冲'] } },
    { id: 'tea', name: { en: 'Tea', zh: '茶' }, words: { en: ['oolong'], zh: ['茶叶', '乌龙'] } },
    { id: 'skincare', name: { en: 'Skincare', zh: '护肤' }, words: { en: ['moisturiser'], zh: ['面霜'] } },
    { id: 'running-shoes', name: { en: 'Running shoes', zh: '跑鞋' }, words: { en: ['trainers'], zh: [] } },
  ],
  occasions: [
    { id: 'spring', en: ['spring'], zh: ['春天', '春季'] },
    { id: 'christmas', en: ['Christmas', 'xmas'], zh: ['圣诞'] },
    { id: 'mid-autumn', en: ['mid-autumn festival'], zh: ['中秋'] },
    { id: 'launch', en: ['launch', 'new arrival'], zh: ['新品', '上市'] },
  ],
  audiences: [
    { id: 'students', en: ['college students'], zh: ['学生'] },
    { id: 'office workers', zh: ['上班族'] },
  ],
  frameworks: ['aida', 'pas'],
})
const read = (text: string) => readBrief(text, vocabulary)

describe('English', () => {
  test('a sentence gives product, category, tone, occasion, channel and number', () => {
    expect(read('Write 5 playful spring headlines for Nimbus Cold Brew, a coffee for college students')).toMatchObject({
      brief: {
        product: 'Nimbus Cold Brew',
        category: 'coffee',
        tone: 'playful',
        occasion: 'spring',
        audience: 'students',
      },
      language: 'en',
      channel: 'poster-headline',
      count: 5,
    })
  })

  test.each([
    ['A tagline for “Slow Leaf”, our oolong', 'Slow Leaf'],
    ["Slogan for 'Kumo & Sons' moisturiser", 'Kumo & Sons'],
    ['Taglines for Wild Oak Coffee at Christmas', 'Wild Oak Coffee'],
    ['Christmas headline for Otto', 'Otto'],
    ['We are launching Pip. It is a moisturiser with no scent.', 'Pip'],
    ['Tidal makes running shoes from ocean plastic', 'Tidal'],
    ['Poster for jazz night at the Blue Door, Friday 8pm', 'Blue Door'],
    ['something for our new espresso', 'espresso'],
    ['an idea', 'an idea'],
  ])('%s → %s', (text, product) => {
    expect(read(text).brief.product).toBe(product)
  })

  test('a tone is best looked for where the brief speaks of tone', () => {
    expect(read('Luxury moisturiser Nera. Tone: friendly').brief.tone).toBe('warm')
    expect(read('Nera in a brave voice, premium').brief.tone).toBe('bold')
  })

  test('what must and must not be said is neither product nor tone', () => {
    const { brief } = read(`Tagline for Nera. Must include "dermatologist tested". Don't say "cheap" or "luxury".`)
    expect(brief).toMatchObject({
      product: 'Nera',
      mustSay: ['dermatologist tested'],
      mustNotSay: ['cheap', 'luxury'],
    })
    expect(brief.tone).toBeUndefined()
    expect(read('Headline for Otto, avoid using cheap, best or free').brief.mustNotSay).toEqual([
      'cheap',
      'best',
      'free',
    ])
  })

  test('a limit in words or characters', () => {
    expect(read('Headline for Otto, under 30 characters').limit).toEqual({ max: 30, unit: 'characters' })
    expect(read('Headline for Otto, 6 words max').limit).toEqual({ max: 6, unit: 'words' })
    expect(read('Headline for Otto').limit).toBeUndefined()
  })

  test.each([
    ['a Google ad for Otto', 'google-rsa-headline'],
    ['Google description for Otto', 'google-rsa-description'],
    ['a CTA for Otto', 'call-to-action'],
    ['back of pack blurb for Otto', 'packaging-blurb'],
    ['Instagram post for Otto', 'meta-primary'],
    ['slogans for Otto', 'tagline'],
    ['something for Otto', undefined],
  ])('%s → %s', (text, channel) => {
    expect(read(text).channel).toBe(channel)
  })

  test('lines with labels are taken at their word', () => {
    const reading = read(
      'Product: Nimbus Tea\nTone: cosy\nAudience: night owls\nBenefit: brews in one minute\nMust say: new recipe\nAvoid: cheap, best\nChannel: tagline\nFramework: AIDA',
    )
    expect(reading).toMatchObject({
      brief: {
        product: 'Nimbus Tea',
        category: 'tea',
        tone: 'warm',
        audience: 'night owls',
        benefit: 'brews in one minute',
        mustSay: ['new recipe'],
        mustNotSay: ['cheap', 'best'],
      },
      channel: 'tagline',
      framework: 'aida',
    })
  })
})

describe('Chinese', () => {
  test('a sentence gives product, category, tone, occasion, audience, channel and number', () => {
    expect(read('为「云雀咖啡」写8条中秋海报标题，语气温馨，面向上班族，不超过12个字')).toMatchObject({
      brief: {
        product: '云雀咖啡',
        category: 'coffee',
        tone: 'warm',
        occasion: 'mid-autumn',
        audience: 'office workers',
      },
      language: 'zh',
      channel: 'poster-headline',
      count: 8,
      limit: { max: 12, unit: 'characters' },
    })
  })

  test.each([
    ['为山岚茶叶写一条广告语', '山岚茶叶'],
    ['《慢叶》乌龙茶，新品上市', '慢叶'],
    ['品牌是小满，做面霜的', '小满'],
    ['小满是一款面霜，活泼的语气', '小满'],
    ['给 Otto 跑鞋写标题', 'Otto'],
    ['写一句手冲的文案', '手冲'],
    ['给山野气泡水写6条小红书标题', '山野气泡水'],
  ])('%s → %s', (text, product) => {
    expect(read(text).brief.product).toBe(product)
  })

  test('what must and must not be said', () => {
    expect(read('为小满写文案，必须包含“零添加”，不要出现“最”和“第一”').brief).toMatchObject({
      product: '小满',
      mustSay: ['零添加'],
      mustNotSay: ['最', '第一'],
    })
  })

  test('lines with labels', () => {
    expect(read('产品：云雀咖啡\n语气：大胆\n卖点：三秒即溶\n渠道：小红书')).toMatchObject({
      brief: { product: '云雀咖啡', tone: 'bold', benefit: '三秒即溶', category: 'coffee' },
      channel: 'xiaohongshu-title',
    })
  })
})

test('a name says last what it is, and a channel is no category', () => {
  const books = readVocabulary({
    categories: [
      { id: 'books', zh: ['书'], en: ['book'] },
      { id: 'water', zh: ['气泡水'] },
      { id: 'gift', zh: ['礼盒'] },
    ],
  })
  expect(readBrief('给山野气泡水写6条小红书标题', books).brief.category).toBe('water')
  expect(readBrief('「山野气泡水」礼盒', books).brief.category).toBe('water')
  expect(readBrief('「山野」礼盒', books).brief.category).toBe('gift')
  expect(readBrief('「山野」小红书标题', books).brief.category).toBeUndefined()
})

test('the longest brief is read at once, whatever is in it', () => {
  const started = performance.now()
  for (const unit of ['茶', '茶、', 'aaa, bbb and ', 'must say ', '必须包含', 'A.', '“', '1', 'a-', '\n']) {
    readBrief(`x${unit.repeat(Math.floor(3900 / unit.length))}x`, vocabulary)
  }
  expect(performance.now() - started).toBeLessThan(8000)
  expect(() => readBrief('a'.repeat(4001), vocabulary)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test('the language is that of most of the words', () => {
  expect(detectLanguage('为 Otto 写标题')).toBe('zh')
  expect(detectLanguage('a headline for 云雀')).toBe('en')
  expect(detectLanguage('')).toBe('en')
})

test('a JSON brief is taken as it is', () => {
  expect(read('{"product": "Nimbus", "tone": "warm", "channel": "tagline", "count": 3, "mustSay": ["new"]}')).toEqual({
    brief: { product: 'Nimbus', tone: 'warm', mustSay: ['new'], mustNotSay: [] },
    language: 'en',
    channel: 'tagline',
    count: 3,
    understood: [{ text: 'Nimbus', role: 'product', name: 'Nimbus' }],
  })
})

test.each([
  ['', 'brief', /empty/],
  ['{"tone": "warm"}', 'product', /product/],
  ['{"product": "a", "mood": 1}', '', /mood/],
  ['{product}', 'brief', /JSON/],
])('%s is told', (text, field, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(message), remedy: expect.any(String) }),
  )
  if (field) expect(() => read(text)).toThrow(expect.objectContaining({ where: { field } }))
})
