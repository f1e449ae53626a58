import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { count } from '#shared/copy/count.ts'
import { modelPackageSchema, type PackageOf } from '#shared/models/manifest.ts'
import { recipeSchema } from '#shared/recipe/recipe.ts'
import type { TextRecipe } from '#shared/recipe/text.ts'
import { parse } from '#shared/validate.ts'
import type { Graph } from '../onnx/graph.ts'
import { openPackage } from '../packages/open.ts'
import type { OpenPackage, PipelineContext, PipelineEvent } from './pipeline.ts'
import { openDecoder } from './text/decoder.ts'
import { text } from './text.ts'

// ── a model whose every probability is known ────────────────────────────────────────────────────

const SIGNS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,!?–'|"]
const WORDS = [
  '“',
  '”',
  'Fresh',
  ' tea',
  ' for',
  ' the',
  ' slow',
  ' mornings',
  ' coff',
  'ee',
  ' now',
  ' Cheap',
  'er',
  '\n',
  '清晨',
  '一杯',
  '咖',
  '啡',
  '好茶',
  '##',
  '#E',
  'ND',
]
const VOCABULARY = ['<bos>', '<eos>', ...SIGNS, ...WORDS]

const tokenizer = {
  version: '1.0',
  added_tokens: ['<bos>', '<eos>'].map((content, id) => ({ id, content, special: true, normalized: false })),
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
  model: { type: 'BPE', vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])), merges: [] },
}

/** What may follow the line so far, with its probability; what is not named is a millionth as likely. */
type Next = (line: string) => Record<string, number>

function scripted(next: Next, more: Partial<PackageOf<'text'>['config']> = {}) {
  const fed: string[] = []
  const graph: Graph = {
    file: 'scripted.onnx',
    inputs: ['input_ids', 'past_key_values.0.key', 'past_key_values.0.value'].map((name) => ({
      name,
      type: 'float32',
      dims: [],
    })),
    outputs: ['logits', 'present.0.key', 'present.0.value'].map((name) => ({ name, type: 'float32', dims: [] })),
    async run(feeds) {
      const ids = [...feeds.input_ids!.data].map(Number)
      fed.push(ids.map((id) => VOCABULARY[id]).join(''))
      const past = [...(feeds['past_key_values.0.key']!.data as Float32Array)]
      const said = [...past, ...ids].map((id) => VOCABULARY[id]).join('')
      const logits = new Float32Array(VOCABULARY.length).fill(Math.log(1e-6))
      for (const [token, p] of Object.entries(next(said.slice(said.lastIndexOf('|') + 1))))
        logits[VOCABULARY.indexOf(token)] = Math.log(p)
      const present = { data: Float32Array.from(ids), dims: [1, ids.length, 1, 1] }
      return {
        logits: { data: logits, dims: [1, logits.length] },
        'present.0.key': present,
        'present.0.value': present,
      }
    },
  }
  const config = {
    layers: 1,
    heads: 1,
    headDim: 1,
    context: 200,
    cache: 'bshd',
    tokenizer: { kind: 'tokenizers', file: 'tokenizer.json' },
    bos: '<bos>',
    eos: '<eos>',
    prompt: '{{ product }}|',
    vocabulary: {},
    ...more,
  }
  const pkg = {
    manifest: { name: 'Scripted', config },
    graph: async () => graph,
    readFile: async () => new TextEncoder().encode(JSON.stringify(tokenizer)),
    memo: (_: string, make: () => Promise<unknown>) => make(),
  } as unknown as OpenPackage<'text'>
  return { pkg, fed }
}

const recipe = (more: Partial<TextRecipe> = {}, brief: Partial<TextRecipe['brief']> = {}): TextRecipe => ({
  format: 1,
  kind: 'text',
  model: { id: 'scripted', hash: '0'.repeat(64) },
  brief: { product: 'Nimbus', mustSay: [], mustNotSay: [], ...brief },
  language: 'en',
  channel: 'none',
  count: 1,
  seed: 1,
  temperature: 1,
  topK: 20,
  topP: 1,
  minP: 0.01,
  repetitionPenalty: 1,
  maxTokens: 60,
  stop: [],
  ...more,
})

async function write(pkg: OpenPackage<'text'>, what: TextRecipe, signal = new AbortController().signal) {
  const events: PipelineEvent[] = []
  const context: PipelineContext = {
    signal,
    previews: false,
    report: (event) => events.push(event),
    picture: () => Promise.reject(new Error('a text recipe has no pictures')),
  }
  const { lines = [], reading } = await text.run(pkg, what, context)
  return { lines, texts: lines.map((line) => line.text), reading, events }
}

/** Follows one chain of tokens, then ends. */
const chain =
  (...tokens: string[]): Next =>
  (line) => {
    let built = ''
    for (const token of tokens) {
      if (built === line) return { [token]: 1 }
      built += token
    }
    return { '<eos>': 1 }
  }

// ── rules ───────────────────────────────────────────────────────────────────────────────────────

test('a line ends where the model ends it', async () => {
  const { lines } = await write(scripted(chain('Fresh', ' tea', ' now')).pkg, recipe())
  expect(lines).toEqual([{ text: 'Fresh tea now', count: 13, tokens: 3, finish: 'eos' }])
})

test('the brief is fed once, whatever the number of lines', async () => {
  const { pkg, fed } = scripted((line) => (line.length < 4 ? { a: 0.3, b: 0.3, c: 0.4 } : { '<eos>': 1 }))
  const { texts } = await write(pkg, recipe({ count: 5 }))
  expect(new Set(texts).size).toBe(5)
  expect(fed.filter((tokens) => tokens.includes('|'))).toEqual(['<bos>Nimbus|'])
})

test('the same recipe gives the same lines, another seed gives others', async () => {
  const next: Next = (line) => (line.length < 12 ? { a: 0.3, b: 0.3, ' tea': 0.2, ' now': 0.2 } : { '<eos>': 1 })
  const one = await write(scripted(next).pkg, recipe({ count: 4 }))
  expect((await write(scripted(next).pkg, recipe({ count: 4 }))).texts).toEqual(one.texts)
  expect((await write(scripted(next).pkg, recipe({ count: 4, seed: 9 }))).texts).not.toEqual(one.texts)
})

test('of several candidates the likeliest is given, and nobody sees the others come and go', async () => {
  // Every beginning is as likely; what follows b is not.
  const next: Next = (line) => {
    if (line === '') return { a: 0.5, b: 0.5 }
    if (line === 'a') return { ' tea': 1 }
    return line === 'b' ? { ' now': 0.3, ' mornings': 0.3, ' slow': 0.4 } : { '<eos>': 1 }
  }
  const seeds = Array.from({ length: 12 }, (_, seed) => seed * 100)
  const firsts = await Promise.all(seeds.map((seed) => write(scripted(next).pkg, recipe({ seed }))))
  expect(new Set(firsts.map(({ texts }) => texts[0])).size).toBeGreaterThan(2)
  for (const seed of seeds) {
    const { texts, events } = await write(scripted(next).pkg, recipe({ seed, candidates: 12 }))
    expect(texts).toEqual(['a tea'])
    const shown = events.filter((event) => event.type === 'token')
    expect(shown.filter(({ from }) => from === 0).length).toBeLessThanOrEqual(2)
  }
})

test('candidates do not make greedy lines slower', async () => {
  const { pkg, fed } = scripted(chain('Fresh', ' tea'))
  await write(pkg, recipe({ temperature: 0, candidates: 8 }))
  expect(fed.length).toBe(3)
})

test('a line never exceeds its limit, in any unit', async () => {
  const endless: Next = () => ({ ' tea': 0.5, ' now': 0.3, ' mornings': 0.2 })
  for (const limit of [
    { max: 30, unit: 'width' },
    { max: 17, unit: 'characters' },
    { max: 3, unit: 'words' },
  ] as const) {
    const { lines } = await write(scripted(endless).pkg, recipe({ limit, count: 3 }))
    for (const line of lines) {
      expect(count(line.text, limit.unit)).toBeLessThanOrEqual(limit.max)
      expect(line).toMatchObject({ limit: limit.max, count: count(line.text, limit.unit), finish: 'limit' })
    }
  }
})

test('a word that does not fit is left out whole', async () => {
  // " coff" fits in 17, "ee" does not.
  const { lines } = await write(
    scripted(chain('Fresh', ' slow', ' coff', 'ee')).pkg,
    recipe({ limit: { max: 16, unit: 'characters' } }),
  )
  expect(lines[0]).toMatchObject({ text: 'Fresh slow', finish: 'limit' })
})

test('a line that runs out of room does not end on a word that leans on the next', async () => {
  const { texts } = await write(
    scripted(chain('Fresh', ' tea', ' for', ' the', ' mornings')).pkg,
    recipe({ limit: { max: 20, unit: 'width' } }),
  )
  expect(texts).toEqual(['Fresh tea'])
})

test('a line that ends by itself within the limit is preferred to one that was cut', async () => {
  // Half of the openings are too long to be finished.
  const next: Next = (line) =>
    line === ''
      ? { Fresh: 0.5, a: 0.5 }
      : line.startsWith('F')
        ? { ' mornings': 1 }
        : line.length < 3
          ? { b: 1 }
          : { '<eos>': 1 }
  for (let seed = 0; seed < 10; seed++) {
    const { lines } = await write(scripted(next).pkg, recipe({ seed, limit: { max: 20, unit: 'characters' } }))
    expect(lines[0]).toMatchObject({ text: 'abb', finish: 'eos' })
  }
})

test('Chinese is counted in columns and cut between words', async () => {
  const { texts } = await write(
    scripted(chain('清晨', '一杯', '咖', '啡')).pkg,
    recipe({ language: 'zh', limit: { max: 10, unit: 'width' } }),
  )
  expect(texts[0]).toBe('清晨一杯')
})

test('a stop string ends the line and never shows, also when tokens split it', async () => {
  const { lines, events } = await write(
    scripted(chain('Fresh', '##', '#E', 'ND', ' tea')).pkg,
    recipe({ stop: ['###END'] }),
  )
  expect(lines).toEqual([{ text: 'Fresh', count: 5, tokens: 3, finish: 'stop' }])
  for (const event of events) if (event.type === 'token') expect(event.text).not.toContain('#')
})

test('what looks like a stop string and is none stays', async () => {
  const { texts } = await write(scripted(chain('Fresh', '##', ' tea')).pkg, recipe({ stop: ['###END'] }))
  expect(texts).toEqual(['Fresh## tea'])
})

test('a line break ends the line', async () => {
  const { lines } = await write(scripted(chain('Fresh', '\n', ' tea')).pkg, recipe())
  expect(lines[0]).toMatchObject({ text: 'Fresh', finish: 'stop' })
})

test('quotation marks around the whole line are not part of it', async () => {
  const { texts } = await write(scripted(chain('“', 'Fresh', ' tea', '”')).pkg, recipe())
  expect(texts).toEqual(['Fresh tea'])
  const inside = await write(scripted(chain('“', 'Fresh', '”', ' tea')).pkg, recipe())
  expect(inside.texts).toEqual(['“Fresh” tea'])
})

test('a forbidden phrase is never completed, whatever its case and however likely', async () => {
  const next: Next = (line) => (line.length < 20 ? { ' Cheap': 0.9, ' tea': 0.1 } : { '<eos>': 1 })
  const { texts } = await write(scripted(next).pkg, recipe({ count: 4 }, { mustNotSay: ['cheap'] }))
  for (const line of texts) expect(line.toLowerCase()).not.toContain('cheap')
  const letters: Next = (line) => ({ [line.length < 5 ? 'cheap'[line.length]! : '<eos>']: 0.9, x: 0.1 })
  const spelled = await write(scripted(letters).pkg, recipe({ temperature: 0 }, { mustNotSay: ['CHEAP'] }))
  expect(spelled.texts[0]).toBe('cheax')
})

test('what must be said is said, by the model or for it', async () => {
  const willing = await write(scripted(chain('Fresh', ' tea', ' now')).pkg, recipe({}, { mustSay: ['fresh TEA'] }))
  expect(willing.texts).toEqual(['Fresh tea now'])

  const next: Next = (line) => {
    if (line.length >= 30) return { '<eos>': 1 }
    return Object.fromEntries(
      [' tea', ' now', ' slow'].filter((word) => !line.endsWith(word)).map((word) => [word, 0.3]),
    )
  }
  const limit = { max: 40, unit: 'width' } as const
  const { texts } = await write(scripted(next).pkg, recipe({ count: 6, limit }, { mustSay: ['Free refill', 'New!'] }))
  expect(texts).toHaveLength(6)
  for (const line of texts) {
    expect(line).toContain('Free refill')
    expect(line).toContain('New!')
    expect(count(line, 'width')).toBeLessThanOrEqual(40)
  }
  expect(texts.some((line) => line.startsWith('Free refill'))).toBe(true)
  expect(texts.some((line) => line.endsWith('New!') && !line.startsWith('Free refill'))).toBe(true)
})

test('what had to be said stays whole: no word or number grows out of it', async () => {
  const next: Next = (line) => (line.length < 16 ? { '2': 0.9, ' tea': 0.1 } : { '<eos>': 1 })
  const { texts } = await write(scripted(next).pkg, recipe({ count: 4 }, { mustSay: ['Now at 7'] }))
  for (const line of texts) expect(line).toMatch(/Now at 7(?!2)/)
})

test('what must be said and does not fit is told before anything runs', async () => {
  const { pkg, fed } = scripted(chain('Fresh'))
  const limit = { max: 10, unit: 'width' } as const
  await expect(write(pkg, recipe({ limit }, { mustSay: ['Free refills today'] }))).rejects.toMatchObject({
    code: 'usage',
    where: { field: 'recipe.brief.mustSay' },
    message: 'what must be said takes 18 of 10 width',
  })
  await expect(write(pkg, recipe({}, { mustSay: ['Cheap tea'], mustNotSay: ['cheap'] }))).rejects.toMatchObject({
    code: 'usage',
  })
  expect(fed).toEqual([])
})

test('no two lines of a recipe are the same', async () => {
  // Only three lines exist.
  const next: Next = (line) => (line === '' ? { a: 0.8, b: 0.1, c: 0.1 } : { '<eos>': 1 })
  const { texts } = await write(scripted(next).pkg, recipe({ count: 10, minP: 0 }))
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts.length).toBeLessThan(10)
})

test('a line is not over before it is as long as it has to be', async () => {
  const next: Next = (line) => (line.length < 30 ? { '<eos>': 0.6, ' tea': 0.2, ' now': 0.2 } : { '<eos>': 1 })
  for (const limit of [
    { min: 3, max: 6, unit: 'words' },
    { min: 18, max: 30, unit: 'width' },
  ] as const) {
    const { lines } = await write(scripted(next).pkg, recipe({ limit, count: 5 }))
    for (const line of lines) expect(line.count).toBeGreaterThanOrEqual(limit.min)
  }
  const short = scripted(chain('Fresh'), {})
  const limit = { min: 20, max: 30, unit: 'characters' } as const
  const { texts } = await write(short.pkg, recipe({ limit, minP: 0 }))
  for (const line of texts) expect(count(line, 'characters')).toBeGreaterThanOrEqual(20)
  expect(() => recipeSchema.parse(recipe({ limit: { min: 9, max: 3, unit: 'words' } }))).toThrow('no more than max')
})

test('nothing like a line that stands already is written', async () => {
  const next: Next = (line) => (line === '' ? { a: 0.8, b: 0.1, c: 0.1 } : { '<eos>': 1 })
  const { texts } = await write(scripted(next).pkg, recipe({ count: 10, minP: 0, avoid: ['a', 'B!'] }))
  expect(texts).toContain('c')
  for (const line of texts) expect(['a', 'b']).not.toContain(line)
})

test('the words of a liked line come a little easier', async () => {
  const next: Next = (line) =>
    line === '' ? { Fresh: 1 } : line === 'Fresh' ? { ' tea': 0.5, ' now': 0.3, 咖: 0.2 } : { '<eos>': 1 }
  const more = async (like?: string[]) => {
    let said = 0
    for (let seed = 0; seed < 40; seed++) {
      const { texts } = await write(scripted(next).pkg, recipe({ seed, ...(like ? { like } : {}) }))
      if (texts[0]!.includes('咖')) said++
    }
    return said
  }
  expect(await more(['咖啡'])).toBeGreaterThan(1.5 * (await more()))
})

test('ten ideas begin in ten ways, while there are as many', async () => {
  const next: Next = (line) => {
    if (line === '') return { Fresh: 0.9, a: 0.02, b: 0.02, c: 0.02, d: 0.02, e: 0.02 }
    return line.length < 8 ? { ' tea': 0.4, ' now': 0.3, ' slow': 0.3 } : { '<eos>': 1 }
  }
  const { texts } = await write(scripted(next).pkg, recipe({ count: 4, minP: 0 }))
  expect(new Set(texts.map((line) => line.split(' ')[0])).size).toBeGreaterThan(2)
})

test('a line that only names the product is written again while there is another', async () => {
  const next: Next = (line) => (line === '' ? { a: 0.4, b: 0.6 } : { '<eos>': 1 })
  for (let seed = 0; seed < 5; seed++) {
    expect((await write(scripted(next).pkg, recipe({ seed }, { product: 'a' }))).texts).toEqual(['b'])
  }
  expect((await write(scripted(chain('a')).pkg, recipe({}, { product: 'a' }))).texts).toEqual(['a'])
})

test('a channel whose lines name the product gets such lines while there are any, spelled as in the brief', async () => {
  const vocabulary = { channels: [{ id: 'tagline', namesProduct: true }] }
  const next: Next = (line) => {
    if (line === '') return { N: 0.4, Fresh: 0.6 }
    if (line === 'N') return { i: 1 }
    if (line.startsWith('Nimbus') || line === 'Fresh') return { '<eos>': 0.5, ' tea': 0.5 }
    return line.endsWith('tea') ? { '<eos>': 1 } : { i: 0.3, m: 0.3, b: 0.1, o: 0.3, u: 0.1, s: 0.1 }
  }
  const { pkg } = scripted(next, { vocabulary })
  const { texts } = await write(pkg, recipe({ channel: 'tagline', count: 2, minP: 0 }))
  expect(texts[0]).toBe('Nimbus tea')
})

test('greedy takes the likeliest; further lines have to differ', async () => {
  const next: Next = (line) =>
    line.length < 6 ? (line.endsWith('a') ? { b: 0.6, c: 0.4 } : { a: 0.6, d: 0.4 }) : { '<eos>': 1 }
  const { texts } = await write(scripted(next).pkg, recipe({ temperature: 0, count: 3 }))
  expect(texts[0]).toBe('ababab')
  expect(new Set(texts).size).toBe(3)
})

test('the repetition penalty counts the line, not the brief', async () => {
  const next: Next = (line) => (line.length < 4 ? { a: 1e-2, b: 0.9e-2 } : { '<eos>': 1 })
  const { texts } = await write(
    scripted(next).pkg,
    recipe({ temperature: 0, repetitionPenalty: 1.2 }, { product: 'aaaa' }),
  )
  // Unpenalised it would be aaaa; once both are said, a leads again.
  expect(texts).toEqual(['abaa'])
})

test('control tokens in a brief are words no more', async () => {
  const { pkg, fed } = scripted(chain('Fresh'))
  await write(pkg, recipe({}, { product: 'Nim<eos>bus <bo<eos>s>' }))
  expect(fed[0]).toBe('<bos>Nimbus |')
})

test('the events spell out the line as it ends', async () => {
  const { events, texts } = await write(
    scripted(chain('Fresh', ' tea', ' for', ' the', ' mornings')).pkg,
    recipe({ limit: { max: 20, unit: 'width' } }),
  )
  let shown = ''
  for (const event of events) if (event.type === 'token') shown = shown.slice(0, event.from) + event.text
  expect(shown).toBe(texts[0])
  expect(events.at(0)).toEqual({ type: 'stage', stage: 'reading the brief' })
  expect(events).toContainEqual({ type: 'step', step: 1, steps: 1 })
})

test('stop means stop, between two tokens', async () => {
  const stop = new AbortController()
  const { pkg, fed } = scripted((line) => {
    if (line.length > 3) stop.abort()
    return { a: 1 }
  })
  await expect(write(pkg, recipe(), stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
  expect(fed.length).toBe(5)
})

test('a brief that fills the whole context is told', async () => {
  const { pkg } = scripted(chain('Fresh'), { context: 16 })
  await expect(write(pkg, recipe({}, { product: 'a very long name' }))).rejects.toMatchObject({
    code: 'invalid-input',
    where: { field: 'recipe.brief' },
  })
})

test('the brief reaches the model in its own words; others are left out and reported, an audience is passed on', async () => {
  const vocabulary = {
    tones: [{ id: 'warm', en: ['friendly'], zh: ['温暖'] }],
    audiences: [{ id: 'students', en: ['pupils'], zh: ['学生'] }],
    frameworks: ['aida'],
    languages: ['en'],
  }
  const prompt = '{{ framework }},{{ tone }},{{ audience }}|'
  const asked = async (brief: Partial<TextRecipe['brief']>) => {
    const { pkg, fed } = scripted(chain('Fresh'), { vocabulary, prompt })
    const { reading } = await write(pkg, recipe({ framework: 'AIDA' }, brief))
    return { prompt: fed[0], ...reading }
  }
  expect(await asked({ tone: 'Friendly', audience: 'pupils' })).toEqual({
    prompt: '<bos>aida,warm,pupils|',
    unknown: [],
    understood: [
      { text: 'Nimbus', role: 'product', name: 'Nimbus' },
      { text: 'none', role: 'channel', name: 'none' },
      { text: 'AIDA', role: 'framework', name: 'aida' },
      { text: 'Friendly', role: 'tone', name: 'warm' },
      { text: 'pupils', role: 'audience', name: 'pupils' },
    ],
  })
  expect(await asked({ tone: 'sarcastic', audience: 'night owls' })).toMatchObject({
    prompt: '<bos>aida,,night owls|',
    unknown: ['sarcastic', 'night owls'],
  })
})

test('a language that the model does not write is told', async () => {
  const { pkg } = scripted(chain('Fresh'), { vocabulary: { languages: ['en'] } })
  await expect(write(pkg, recipe({ language: 'zh' }))).rejects.toMatchObject({
    code: 'unsupported',
    where: { field: 'recipe.language' },
  })
})

// ── a real graph with random weights and a vocabulary of single bytes ───────────────────────────

const tiny = join(import.meta.dirname, '../../../models/tiny/tiny-text')
async function openTiny() {
  const json = JSON.parse(await readFile(join(tiny, 'model.json'), 'utf8'))
  const manifest = parse(modelPackageSchema, json, { what: 'model.json' }) as PackageOf<'text'>
  return openPackage<'text'>(tiny, manifest, { device: 'cpu', threads: 1 })
}

test('random bytes never become broken text: no U+FFFD, no half characters, in lines or events', async () => {
  const pkg = await openTiny()
  const limit = { max: 12, unit: 'width' } as const
  const { texts, events } = await write(
    pkg,
    recipe({ count: 12, limit, topK: 0, minP: 0, temperature: 1.5, maxTokens: 24 }),
  )
  expect(texts.length).toBe(12)
  for (const line of texts) {
    expect(line.isWellFormed()).toBe(true)
    expect(line).not.toContain('\ufffd')
    expect(line).not.toContain('\n')
    expect(count(line, 'width')).toBeLessThanOrEqual(12)
  }
  for (const event of events) if (event.type === 'token') expect(event.text).not.toContain('\ufffd')
  await pkg.close()
})

test('a real graph says the same token by token as all at once', async () => {
  const pkg = await openTiny()
  const ids = [1, 40, 41, 99, 200, 17]
  const graph = await pkg.graph('model')
  const whole = await openDecoder(graph, pkg.manifest.config, ids.length).feed(ids)
  const steps = openDecoder(graph, pkg.manifest.config, ids.length)
  let last: Float32Array = new Float32Array(0)
  for (const id of ids) last = await steps.feed([id])
  for (const [id, logit] of whole.entries()) expect(last[id]).toBeCloseTo(logit, 5)
  await pkg.close()
})
