import { count, fits } from '#shared/copy/count.ts'
import { fold, joins } from '#shared/copy/phrases.ts'
import { StudioError } from '#shared/errors.ts'
import type { Language, Limit } from '#shared/recipe/text.ts'
import type { CopyLine } from '#shared/work/tasks.ts'
import type { Decoder } from './decoder.ts'
import { continuesWord, endBias, trimLine } from './limits.ts'
import type { Spelling } from './names.ts'
import {
  draw,
  logProbability,
  penaliseRepetition,
  type SamplingSettings,
  type Shortlist,
  shortlist,
  strike,
} from './sampling.ts'
import type { TextTokenizer } from './tokens.ts'
import { append, emptyText, type OpenText } from './utf8.ts'

/** What every line of a recipe shares. */
export interface Writing {
  decoder: Decoder
  tokenizer: TextTokenizer
  /** Logits [V] after the brief; not changed. */
  opening: Float32Array
  /** Made once: no token allocates arrays of vocabulary size. */
  scratch: Float32Array
  list: Shortlist
  /** Tokens that end a line, and those that may not stand in one. */
  ends: ReadonlySet<number>
  controls: readonly number[]
  language: Language
  limit: Limit | undefined
  stop: readonly string[]
  /** Folded phrases that must not appear. */
  forbidden: readonly string[]
  /** How the product's name goes on once it is begun. */
  spelling: Spelling
  /** A line here should name the product. */
  namesProduct: boolean
  /** Tokens of the product's name. */
  named: ReadonlySet<number>
  /** Tokens of lines that were liked. */
  liked: ReadonlySet<number>
  maxTokens: number
  repetitionPenalty: number
  /** Room for logits [V] as the model gave them; undefined: nobody asks how likely a line is. */
  raw: Float32Array | undefined
  signal: AbortSignal
}

/** One try at one line. */
export interface Try {
  settings: SamplingSettings
  /** Uniform in [0, 1). */
  random: () => number
  /** First tokens of the lines before, and how often each began one. */
  begun: ReadonlyMap<number, number>
  /** Words that the line begins with, whatever the model thinks. */
  prefix: string
  /** The whole line for what the model wrote: a suffix takes its room from the start. */
  finish: (body: string) => string
  /** The line so far, for whoever watches. */
  show: (text: string) => void
}

export type Written = Pick<CopyLine, 'text' | 'tokens' | 'finish'> & {
  /** The token that the model began with. */
  first?: number
  /** Mean log-probability of the model's own tokens, in nats, before any rule or setting; 0 if nobody asks. */
  likelihood: number
}

/** The decoder must be rewound to the end of the brief. */
export async function writeLine(writing: Writing, attempt: Try): Promise<Written> {
  const { decoder, tokenizer, language, signal } = writing
  const { prefix, finish } = attempt
  let logits = writing.scratch
  if (prefix === '') logits.set(writing.opening)
  else logits = await decoder.feed(tokenizer.encode(prefix))
  let line: OpenText = { ...emptyText, text: prefix }
  // Only the line's own tokens are penalised: the brief's words, above all the product, should be said.
  const seen = new Set<number>()

  let first: number | undefined
  let likely = 0
  const { raw } = writing
  const facts = (tokens: number) => ({
    tokens,
    likelihood: tokens === 0 ? 0 : likely / tokens,
    ...(first === undefined ? {} : { first }),
  })
  const cut = (next: string) => {
    const text = trimLine(line.text, next, language)
    return finish(text.startsWith(prefix) ? text : prefix)
  }
  for (let tokens = 0; ; tokens++) {
    signal.throwIfAborted()
    raw?.set(logits)
    const choice = choose(writing, attempt, logits, line, seen)
    if (choice.kind === 'end')
      return { text: finish(unquoted(choice.text.trim(), prefix)), finish: choice.finish, ...facts(tokens) }
    if (choice.kind === 'full') return { text: cut(choice.next), finish: 'limit', ...facts(tokens) }
    if (tokens === writing.maxTokens) {
      return { text: cut(choice.line.text.slice(line.text.length)), finish: 'length', ...facts(tokens) }
    }
    if (raw) likely += logProbability(raw, choice.id)
    line = choice.line
    first ??= choice.id
    seen.add(choice.id)
    attempt.show(withoutStopBegun(line.text, writing.stop))
    logits = await decoder.feed([choice.id])
  }
}

/** Chat models like to hand over a line in quotation marks. */
function unquoted(text: string, prefix: string): string {
  const inner = /^(?:"([^"]+)"|“([^“”]+)”|「([^「」]+)」)$/u.exec(text)
  return inner && prefix === '' ? (inner[1] ?? inner[2] ?? inner[3]!).trim() : text
}

/** Nats that the words of a liked line are likelier, until they are said. */
const LIKING = 1.2

/** Nats that a beginning is less likely for the first and the second line that has it: further off lies nonsense. */
const BEGUN = 0.7

type Verdict =
  | { kind: 'token'; id: number; line: OpenText }
  | { kind: 'end'; text: string; finish: 'eos' | 'stop' }
  /** No room for what comes next. */
  | { kind: 'full'; next: string }
  | { kind: 'refused' }

/** Times that a whole shortlist may be refused; greedy has one token in it. */
const ROUNDS = 64

/**
 * Draw, look at what the text would become, strike what may not be, and draw again: the same as drawing from the masked
 * distribution, at the cost of what was really drawn.
 *
 * Room is special. Once it runs out inside a word nothing else may follow: the word has to go. Between words the other
 * candidates are asked, the end of the line among them; when none fits the line is full, because reaching below the
 * shortlist for whatever is short enough makes nonsense.
 */
function choose(
  writing: Writing,
  attempt: Try,
  logits: Float32Array,
  line: OpenText,
  seen: ReadonlySet<number>,
): Exclude<Verdict, { kind: 'refused' }> {
  const { list, limit, language } = writing
  const { settings, random, finish } = attempt
  for (const id of writing.controls) logits[id] = Number.NEGATIVE_INFINITY
  penaliseRepetition(logits, seen, writing.repetitionPenalty)
  const bias = endBias(finish(line.text), limit)
  if (bias > 0) for (const id of writing.ends) logits[id]! += bias
  for (const id of writing.liked) if (!seen.has(id)) logits[id]! += LIKING
  if (line.text === '') for (const [id, times] of attempt.begun) logits[id]! -= BEGUN * Math.min(2, times)

  for (let round = 0; round < ROUNDS; round++) {
    shortlist(logits, settings, list)
    if (list.length === 0 && logits.some(Number.isNaN)) throw notNumbers()
    let overflow: string | undefined
    while (list.length > 0) {
      const place = draw(list, random())
      const id = list.ids[place]!
      const verdict = judge(writing, attempt, line, id)
      if (verdict.kind === 'token' || verdict.kind === 'end') return verdict
      if (verdict.kind === 'full') {
        if (continuesWord(line.text, verdict.next, language)) return verdict
        overflow ??= verdict.next
      }
      logits[id] = Number.NEGATIVE_INFINITY
      strike(list, place)
    }
    if (overflow !== undefined) return { kind: 'full', next: overflow }
  }
  return { kind: 'full', next: '' }
}

/** What becomes of the line if it goes on with this token. */
function judge(writing: Writing, { prefix, finish }: Try, line: OpenText, id: number): Verdict {
  if (writing.ends.has(id)) {
    const unfinished =
      line.pending.length > 0 ||
      line.text.trim() === '' ||
      !writing.spelling(line.text, undefined) ||
      isShort(finish(line.text.trim()), writing.limit)
    return unfinished ? { kind: 'refused' } : { kind: 'end', text: line.text, finish: 'eos' }
  }
  const piece = writing.tokenizer.piece(id)
  if (piece === undefined) return { kind: 'refused' }
  const next =
    piece.text !== undefined && line.pending.length === 0 && !piece.text.includes('\ufffd')
      ? { text: line.text + piece.text, pending: line.pending }
      : append(line, piece.bytes)
  if (next === undefined) return { kind: 'refused' }
  // A phrase that had to be said is whole: "open at 7" does not become "open at 72".
  if (line.text !== '' && line.text === prefix && joins(line.text.at(-1), next.text[line.text.length])) {
    return { kind: 'refused' }
  }
  if (line.text === '') next.text = next.text.trimStart() // as after a prompt that ends without a space

  if (!writing.spelling(line.text, next)) return { kind: 'refused' }

  const ends = firstStop(next.text, line.text.length, writing.stop)
  const text = ends === undefined ? next.text : next.text.slice(0, ends)
  if (writing.forbidden.length > 0) {
    const folded = fold(finish(text))
    if (writing.forbidden.some((phrase) => folded.includes(phrase))) return { kind: 'refused' }
  }
  if (writing.limit !== undefined) {
    // The character that is on its way takes room already.
    const coming = next.pending.length === 0 ? '' : next.pending[0]! >= 0xe3 ? '字' : 'x'
    if (!fits(finish(text.trimEnd() + coming), writing.limit)) {
      return { kind: 'full', next: next.text.slice(line.text.length) + coming }
    }
  }
  if (ends === undefined) return { kind: 'token', id, line: next }
  return text.trim() === '' || isShort(finish(text.trim()), writing.limit)
    ? { kind: 'refused' }
    : { kind: 'end', text, finish: 'stop' }
}

/** Shorter than its channel wants it: it may not end here. */
export const isShort = (text: string, limit: Limit | undefined): boolean =>
  limit?.min !== undefined && count(text, limit.unit) < limit.min

/** Where the first stop string begins; a line of copy is one line, so a line break always stops. */
function firstStop(text: string, known: number, stop: readonly string[]): number | undefined {
  let first = text.indexOf('\n', known)
  for (const mark of stop) {
    const at = text.indexOf(mark, Math.max(0, known - mark.length + 1))
    if (at >= 0 && (first < 0 || at < first)) first = at
  }
  return first < 0 ? undefined : first
}

/** The text without an end that may turn out to be the beginning of a stop string. */
function withoutStopBegun(text: string, stop: readonly string[]): string {
  let safe = text.length
  for (const mark of stop) {
    for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
      if (!text.endsWith(mark.slice(0, length))) continue
      safe = Math.min(safe, text.length - length)
      break
    }
  }
  return text.slice(0, safe)
}

function notNumbers(): StudioError {
  return new StudioError({
    code: 'invalid-model',
    message: 'the model gave logits that are not numbers',
    remedy: 'Try another device; if it stays, the package is damaged: run `broadside models verify`.',
  })
}
