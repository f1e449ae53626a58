import { limitOf } from '#shared/copy/channels.ts'
import { count, fits } from '#shared/copy/count.ts'
import { ALIKE, firstHeld, fold, type LetterPairs, letterPairs, says, shared } from '#shared/copy/phrases.ts'
import { contradiction, leastLine } from '#shared/copy/rules.ts'
import { readVocabulary } from '#shared/copy/vocabulary.ts'
import { StudioError } from '#shared/errors.ts'
import type { Language, Limit, TextRecipe } from '#shared/recipe/text.ts'
import type { CopyLine } from '#shared/work/tasks.ts'
import { Generator } from '../noise/generator.ts'
import type { OpenPackage, Pipeline, PipelineContext } from './pipeline.ts'
import { openTemplate, type PromptFields, promptIds, readRecipe } from './text/brief.ts'
import { openDecoder } from './text/decoder.ts'
import { endsWell } from './text/limits.ts'
import { isShort, type Writing, type Written, writeLine } from './text/line.ts'
import { openingOf, repeatsItself, spellingOf, stutters } from './text/names.ts'
import { createShortlist, type SamplingSettings } from './text/sampling.ts'
import { type LineStream, streamLine } from './text/stream.ts'
import { openTokenizer, type TextTokenizer } from './text/tokens.ts'

/** Tries at a line that may fail before the best of them is taken. */
const TRIES = 8
/** Of these, so many leave it to the model to say what must be said. */
const FREE_TRIES = 2
/** A greedy line that has to be written again must differ: it is drawn at this temperature. */
const AGAIN = 0.7

/** Lines of copy: the brief is read once, every line goes on from there. */
export const text: Pipeline<'text', 'text'> = {
  family: 'text',
  kind: 'text',
  async prepare(pkg) {
    await Promise.all([tokenizerOf(pkg), vocabularyOf(pkg), templateOf(pkg)])
  },
  async run(pkg, recipe, context) {
    const limit = recipe.limit ?? limitOf(recipe.channel, recipe.language)
    checkBrief(pkg, recipe, limit)
    context.report({ type: 'stage', stage: 'reading the brief' })
    const vocabulary = await vocabularyOf(pkg)
    const { fields, reading } = readRecipe(recipe, limit, vocabulary)
    const writing = await readBrief(pkg, recipe, fields, context)
    context.report({ type: 'stage', stage: 'writing' })
    const lines: CopyLine[] = []
    const before: Before = {
      standing: (recipe.avoid ?? []).map(letterPairs),
      said: [],
      openings: new Set(),
      begun: new Map(),
    }
    let forced = false
    for (let index = 0; index < recipe.count; index++) {
      const stream = streamLine(index, context.report, () => performance.now())
      const best = await writeBest(writing, recipe, index, before, forced, stream)
      forced ||= best?.forced ?? false
      if (best) {
        lines.push(copyLine(best.written, limit))
        before.said.push(best.pairs)
        before.openings.add(openingOf(best.written.text, recipe))
        const { first } = best.written
        if (first !== undefined && !writing.named.has(first))
          before.begun.set(first, (before.begun.get(first) ?? 0) + 1)
      }
      stream.settle(best?.written.text ?? '')
      context.report({ type: 'step', step: index + 1, steps: recipe.count })
    }
    if (lines.length === 0) throw noLine(limit)
    return { lines, reading }
  },
}

type Package = OpenPackage<'text'>

function tokenizerOf(pkg: Package): Promise<TextTokenizer> {
  const { file } = pkg.manifest.config.tokenizer
  return pkg.memo(`tokenizer ${file}`, async () => openTokenizer(await pkg.readFile(file), file))
}
const vocabularyOf = (pkg: Package) =>
  pkg.memo('vocabulary', async () => readVocabulary(pkg.manifest.config.vocabulary))
const templateOf = (pkg: Package) => pkg.memo('prompt template', async () => openTemplate(pkg.manifest.config.prompt))

/** Run the brief through the model and keep what it remembers. */
async function readBrief(
  pkg: OpenPackage<'text'>,
  recipe: TextRecipe,
  fields: PromptFields,
  { signal }: PipelineContext,
): Promise<Writing> {
  const { config } = pkg.manifest
  const tokenizer = await tokenizerOf(pkg)
  const ends = (Array.isArray(config.eos) ? config.eos : [config.eos]).map((token) => endOf(tokenizer, token))
  const template = await templateOf(pkg)
  const prompt = promptIds(config, template, fields, tokenizer)
  // Room for a forced beginning and at least a short line behind it.
  const forced = Math.max(0, ...recipe.brief.mustSay.map((phrase) => tokenizer.encode(phrase).length))
  const maxTokens = Math.min(recipe.maxTokens, config.context - prompt.length - forced)
  if (maxTokens < 8 && maxTokens < recipe.maxTokens) throw briefTooLong(prompt.length + forced, config.context)

  const decoder = openDecoder(await pkg.graph('model'), config, prompt.length + forced + maxTokens)
  signal.throwIfAborted()
  const opening = (await decoder.feed(prompt)).slice()
  decoder.keep()
  return {
    decoder,
    tokenizer,
    opening,
    scratch: new Float32Array(opening.length),
    raw: candidatesOf(recipe) > 1 ? new Float32Array(opening.length) : undefined,
    list: createShortlist(opening.length),
    ends: new Set(ends),
    controls: [...tokenizer.controls.values()].filter((id) => id < opening.length && !ends.includes(id)),
    language: recipe.language,
    limit: fields.limit ?? undefined,
    stop: recipe.stop,
    forbidden: recipe.brief.mustNotSay.map((phrase) => fold(phrase).trim()).filter((phrase) => phrase !== ''),
    liked: likedTokens(recipe, tokenizer),
    named: namedTokens(recipe, tokenizer),
    spelling: spellingOf(recipe.brief.product, tokenizer),
    namesProduct: namesProduct(config.vocabulary.channels, fields.channel),
    maxTokens,
    repetitionPenalty: recipe.repetitionPenalty,
    signal,
  }
}

const spelled = (text: string, tokenizer: TextTokenizer) =>
  [text, ` ${text}`].flatMap((spaced) => tokenizer.encode(spaced))

const namedTokens = ({ brief }: TextRecipe, tokenizer: TextTokenizer): ReadonlySet<number> =>
  new Set(spelled(brief.product, tokenizer))

/** Tokens of the words that liked lines have beside the product's name. */
function likedTokens(recipe: TextRecipe, tokenizer: TextTokenizer): ReadonlySet<number> {
  const named = namedTokens(recipe, tokenizer)
  const isWord = (id: number) => /[\p{L}\p{N}]{2}|\p{Script=Han}/u.test(tokenizer.piece(id)?.text ?? '')
  const ids = (recipe.like ?? []).flatMap((line) => spelled(line, tokenizer))
  return new Set(ids.filter((id) => !named.has(id) && isWord(id)))
}

/** What a new line must differ from. */
interface Before {
  /** Of other recipes: nothing like them may be given. */
  standing: readonly LetterPairs[]
  /** Of this one, and how they begin. */
  said: LetterPairs[]
  openings: Set<string>
  begun: Map<number, number>
}

interface Best {
  written: Written
  pairs: LetterPairs
  flaw: number
  /** The model did not say by itself what must be said. */
  forced: boolean
}

/** The likeliest word is always the same: greedy lines have no other candidates. */
const candidatesOf = ({ temperature, candidates = 1 }: TextRecipe): number => (temperature === 0 ? 1 : candidates)

/**
 * Write a line again until nothing is wrong with it, at most TRIES times, as often as the recipe wants candidates, and
 * take the best: of lines with nothing wrong, the one that the model finds likeliest. All tries of a line draw from the
 * line's own generator, so that a recipe always gives the same lines. Undefined: nothing new could be written.
 */
async function writeBest(
  writing: Writing,
  recipe: TextRecipe,
  index: number,
  before: Before,
  forcedBefore: boolean,
  stream: LineStream,
): Promise<Best | undefined> {
  const { mustSay } = recipe.brief
  const random = uniform(new Generator((recipe.seed + index) % 2 ** 32))
  const candidates = candidatesOf(recipe)
  let best: Best | undefined
  let sound = 0
  for (let failed = 0; failed < TRIES && sound < candidates; ) {
    // A model that had to be forced once gets less patience from then on.
    const forced = mustSay.length > 0 && failed >= (forcedBefore ? 1 : FREE_TRIES)
    writing.decoder.rewind()
    const written = await writeLine(writing, {
      settings: settingsOf(recipe, index, failed),
      random,
      begun: before.begun,
      // Who watches has read a good line by then: the better one takes its place at the end.
      show: sound === 0 ? stream.show : () => {},
      ...(forced ? saying(mustSay, recipe.language, (index + failed) % 2 === 0, writing.limit) : saying([])),
    })
    const pairs = letterPairs(written.text)
    const flaw = before.standing.some((line) => shared(line, pairs) >= ALIKE)
      ? UNUSABLE
      : flawOf(written, writing, recipe, Math.max(0, ...before.said.map((line) => shared(line, pairs)))) +
        (before.openings.has(openingOf(written.text, recipe)) ? 1 : 0)
    const likelier = flaw === best?.flaw && written.likelihood > best.written.likelihood
    if (likelier || flaw < (best?.flaw ?? (before.said.length === 0 ? UNUSABLE : POOR)))
      best = { written, pairs, flaw, forced }
    if (flaw === 0) sound++
    else failed++
  }
  return best
}

const UNUSABLE = 100
/** Where there is a line already, fewer are better than one with so much wrong. */
const POOR = 8

/** What is wrong with a line that is `alike` to one before: 0 nothing, UNUSABLE a line that nobody may be given. */
function flawOf({ text, finish }: Written, writing: Writing, recipe: TextRecipe, alike: number): number {
  if (text === '' || !fits(text, writing.limit) || isShort(text, writing.limit)) return UNUSABLE
  if (recipe.brief.mustSay.some((phrase) => !says(text, phrase))) return UNUSABLE
  if (firstHeld(text, writing.forbidden) !== undefined) return UNUSABLE
  if (alike === 1) return UNUSABLE
  let flaw = 0
  if (alike >= ALIKE) flaw += 4
  if (saysNothing(text, recipe)) flaw += 4
  if (writing.namesProduct && !says(text, recipe.brief.product)) flaw += 3
  if (repeatsItself(text)) flaw += POOR
  if (stutters(text)) flaw += 2
  if (finish === 'limit' || finish === 'length') flaw += 2
  if (!endsWell(text, recipe.language)) flaw += 1
  return flaw
}

/** Whether the package says that lines of this channel name the product. */
function namesProduct(channels: unknown, id: string): boolean {
  return Array.isArray(channels) && channels.some((channel) => channel?.id === id && channel?.namesProduct === true)
}

/** Nothing but the product's name and what had to be said. */
function saysNothing(text: string, { brief }: TextRecipe): boolean {
  const given = [brief.product, ...brief.mustSay].map((phrase) => fold(phrase).trim()).filter((phrase) => phrase !== '')
  return !/[\p{L}\p{N}]/u.test(given.reduce((left, phrase) => left.replaceAll(phrase, ' '), fold(text)))
}

/** The recipe's settings; each further try is a little freer. */
function settingsOf(recipe: TextRecipe, index: number, tries: number): SamplingSettings {
  const { topK, topP, minP } = recipe
  const first = index === 0 && tries === 0
  const temperature = recipe.temperature === 0 ? (first ? 0 : AGAIN) : recipe.temperature + 0.1 * Math.max(0, tries - 1)
  return { temperature, topK: recipe.temperature === 0 && topK === 1 ? 0 : topK, topP, minP }
}

/**
 * Phrases that must be said, said for certain: the line begins with the first, or ends with all. `leading` alternates,
 * so that the lines of a recipe are not all built alike.
 */
function saying(
  phrases: readonly string[],
  language: Language = 'en',
  leading = true,
  limit?: Limit,
): { prefix: string; finish: (body: string) => string } {
  const first = leading ? capitalised(phrases[0] ?? '', language) : ''
  const rest = phrases.slice(first === '' ? 0 : 1)
  const finish = (body: string) =>
    endingWith(
      body,
      rest.filter((phrase) => !says(body, phrase)),
      language,
    )
  // A beginning that leaves no room for the rest is an ending.
  return fits(finish(first), limit) ? { prefix: first, finish } : saying(phrases, language, false)
}

function endingWith(body: string, phrases: readonly string[], language: Language): string {
  if (phrases.length === 0) return body
  const tail = leastLine(phrases, language)
  const head = body.trimEnd()
  if (head === '') return capitalised(tail, language)
  if (language === 'zh') return /[。！？!?，,]$/u.test(head) ? head + tail : `${head}，${tail}`
  if (/[.!?…]$/u.test(head)) return `${head} ${capitalised(tail, language)}`
  return head.endsWith(':') ? `${head} ${tail}` : `${head.replace(/[,;–-]+$/u, '')} – ${tail}`
}

/** As a sentence begins; a word with a capital of its own ("iPad") is written as its owner writes it. */
const capitalised = (phrase: string, language: Language): string =>
  language === 'en'
    ? phrase.replace(/^\p{Ll}[\p{Ll}'’-]*(?=$|[\s,.!?;:])/u, (word) => word[0]!.toUpperCase() + word.slice(1))
    : phrase

function copyLine(written: Written, limit: Limit | undefined): CopyLine {
  const { text, tokens, finish } = written
  return {
    ...{ text, tokens, finish },
    count: count(text, limit?.unit ?? 'characters'),
    ...(limit === undefined ? {} : { limit: limit.max }),
  }
}

/** One number at a time from a generator that gives them by the block. */
function uniform(generator: Generator): () => number {
  let block: Float32Array = new Float32Array(0)
  let at = 0
  return () => {
    if (at === block.length) {
      block = generator.rand(64)
      at = 0
    }
    return block[at++]!
  }
}

function checkBrief(pkg: OpenPackage<'text'>, recipe: TextRecipe, limit: Limit | undefined): void {
  const { languages } = pkg.manifest.config.vocabulary
  if (Array.isArray(languages) && !languages.includes(recipe.language)) {
    throw new StudioError({
      code: 'unsupported',
      message: `${pkg.manifest.name} writes ${languages.join(', ')}, not ${recipe.language}`,
      where: { field: 'recipe.language' },
      remedy: 'Choose another language or model.',
    })
  }
  const opposed = contradiction(recipe.brief)
  if (opposed) {
    throw new StudioError({
      code: 'usage',
      message: `the line must say "${opposed.phrase}" and must not say "${opposed.forbidden}"`,
      where: { field: 'recipe.brief.mustSay' },
      remedy: 'Take one of the two out of the brief.',
    })
  }
  const least = leastLine(recipe.brief.mustSay, recipe.language)
  if (fits(least, limit)) return
  throw new StudioError({
    code: 'usage',
    message: `what must be said takes ${count(least, limit!.unit)} of ${limit!.max} ${limit!.unit}`,
    where: { field: 'recipe.brief.mustSay' },
    remedy: 'Shorten it, or choose a channel with more room.',
  })
}

function endOf(tokenizer: TextTokenizer, token: string): number {
  const id = tokenizer.idOf(token)
  if (id !== undefined) return id
  throw new StudioError({
    code: 'invalid-model',
    message: `the vocabulary has no token "${token}"`,
    where: { file: 'model.json', field: 'config.eos' },
    remedy: 'Name the token that ends a line in this model.',
  })
}

function briefTooLong(tokens: number, context: number): StudioError {
  return new StudioError({
    code: 'invalid-input',
    message: `the brief takes ${tokens} of the ${context} tokens that this model reads, and leaves no room for a line`,
    where: { field: 'recipe.brief' },
    remedy: 'Shorten the brief.',
  })
}

function noLine(limit: Limit | undefined): StudioError {
  return new StudioError({
    code: 'invalid-input',
    message: limit ? `the model found no line of ${limit.max} ${limit.unit}` : 'the model found no line',
    where: { field: limit ? 'recipe.limit' : 'recipe.brief' },
    remedy: 'Allow a longer line, ask less of it, or try another seed.',
  })
}
