import { z } from 'zod'
import { sha256Schema } from '../recipe/common.ts'
import { type Brief, LANGUAGES, type Language, limitSchema, type TextRecipe, textRecipe } from '../recipe/text.ts'
import { type LetterPairs, letterPairs } from './phrases.ts'
import { readingGrade } from './reading.ts'
import { brokenRule, phrasesIn, type Rule } from './rules.ts'
import { findTerms, type Vocabulary, type VocabularyList } from './vocabulary.ts'

/** What lies on a writer's desk: the brief, and every line that was written from it. Plain data, kept with the project. */

/** Characters in a field while it is typed in; what a brief really holds is less, and told. */
export const MOST_TYPED = 4000
export const MOST_IDEAS = 40
const MOST_LINES = 1000
const MOST_RUNS = 300
const MOST_RECENT = 12

const typed = z.string().max(MOST_TYPED).default('')
const id = z.string().min(1).max(120)

/** The brief as it stands in its fields. */
export const formSchema = z.strictObject({
  product: typed,
  category: typed,
  audience: typed,
  occasion: typed,
  tone: typed,
  benefit: typed,
  /** Phrases between commas. */
  mustSay: typed,
  mustNotSay: typed,
  framework: typed,
  languages: z.array(z.enum(LANGUAGES)).max(LANGUAGES.length).default(['en']),
  /** Ids. */
  channels: z.array(z.string().max(64)).max(200).default(['poster-headline']),
  /** Ideas for each channel and language. */
  count: z.number().int().min(1).max(MOST_IDEAS).default(10),
})
export type Form = z.output<typeof formSchema>

/** How a run came out of a line that was there. */
export const REWRITES = ['more', 'shorter', 'longer', 'tone', 'language'] as const
export type Rewrite = (typeof REWRITES)[number]

/** Lines that were asked for together: one job. */
const runSchema = z.strictObject({
  /** The job's id. */
  id,
  channel: z.string().max(64),
  language: z.enum(LANGUAGES),
  limit: limitSchema.optional(),
  mustSay: z.array(z.string().max(200)).max(8).default([]),
  mustNotSay: z.array(z.string().max(200)).max(32).default([]),
  rewrite: z.strictObject({ how: z.enum(REWRITES), of: z.string().max(1000) }).optional(),
  /** The copy file in the library, with the recipe: there is one when the job is done. */
  artifact: sha256Schema.optional(),
  /** Lines that have been looked at: on the board or held back. */
  settled: z.number().int().min(0).default(0),
  /** Of these: not shown, because they broke a rule. */
  heldBack: z.number().int().min(0).default(0),
})
export type Run = z.output<typeof runSchema>

const lineSchema = z.strictObject({
  id,
  run: id,
  text: z.string().max(1000),
  starred: z.boolean().default(false),
  /** Not shown any more, and nothing like it is written again. */
  rejected: z.boolean().default(false),
  /** By hand. */
  edited: z.boolean().default(false),
})
export type Line = z.output<typeof lineSchema>

export const boardSchema = z.strictObject({
  form: formSchema,
  /** Briefs that lines were written from, newest first. */
  recent: z.array(formSchema).max(MOST_RECENT).default([]),
  runs: z.array(runSchema).max(MOST_RUNS).default([]),
  lines: z.array(lineSchema).max(MOST_LINES).default([]),
  /** What is asked for one after the other: each keeps away from the lines of those before it. */
  pending: z.array(textRecipe).max(100).default([]),
  /** Jobs that were cleared off the board: they do not come back. */
  cleared: z.array(id).max(500).default([]),
})
export type Board = z.output<typeof boardSchema>

export const emptyBoard = (): Board => boardSchema.parse({ form: {} })

/**
 * The fields of a recipe's brief; what is left open stays open. "Zestline, cold-pressed citrus soda" is a name and what
 * it is; a word that the model has a term for becomes that term.
 */
export function briefOf(form: Form, vocabulary?: Vocabulary): Brief {
  const [name = ''] = form.product.trim().split(/\s*[,，;；—–|]\s*|\s+-\s+/u)
  const known = (list: VocabularyList, text: string) =>
    (vocabulary && findTerms(vocabulary[list], text)[0]?.term.id) ?? undefined
  const fields = {
    category: form.category.trim() || known('categories', form.product),
    audience: known('audiences', form.audience) ?? form.audience.trim(),
    occasion: known('occasions', form.occasion) ?? form.occasion.trim(),
    tone: known('tones', form.tone) ?? form.tone.trim(),
    benefit: form.benefit.trim(),
  }
  const filled = Object.fromEntries(Object.entries(fields).filter(([, text]) => text))
  return { product: name, ...filled, mustSay: phrasesIn(form.mustSay), mustNotSay: phrasesIn(form.mustNotSay) }
}

export const runOf = (id: string, recipe: TextRecipe, rewrite?: Run['rewrite']): Run => ({
  ...{ id, channel: recipe.channel, language: recipe.language, settled: 0, heldBack: 0 },
  ...{ mustSay: recipe.brief.mustSay, mustNotSay: recipe.brief.mustNotSay },
  ...(recipe.limit ? { limit: recipe.limit } : {}),
  ...(rewrite ? { rewrite } : {}),
})

/** The brief is among the recent ones, once. */
export function remembered(board: Board): Board {
  const text = JSON.stringify(board.form)
  const others = board.recent.filter((form) => JSON.stringify(form) !== text)
  return { ...board, recent: [board.form, ...others].slice(0, MOST_RECENT) }
}

/** With a run whose lines are on their way. The oldest without a star make room. */
export function begun(board: Board, run: Run): Board {
  if (board.runs.some(({ id }) => id === run.id) || board.cleared.includes(run.id)) return board
  const starred = new Set(board.lines.filter((line) => line.starred).map((line) => line.run))
  let runs = board.runs
  while (
    runs.length >= MOST_RUNS ||
    board.lines.filter((line) => runs.some(({ id }) => id === line.run)).length > 900
  ) {
    const oldest = runs.find(({ id }) => !starred.has(id)) ?? runs[0]!
    runs = runs.filter((one) => one !== oldest)
  }
  const kept = new Set(runs.map(({ id }) => id))
  const gone = board.runs.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  return {
    ...board,
    runs: [...runs, run],
    lines: board.lines.filter((line) => kept.has(line.run)),
    cleared: [...board.cleared, ...gone].slice(-500),
  }
}

/**
 * The first lines of a run are as long as they will be: those that are new come onto the board, unless they break a rule
 * or say what stands there already. The model obeys the same rules while it writes; this looks again.
 */
export function settled(board: Board, id: string, texts: readonly string[]): Board {
  const run = board.runs.find((one) => one.id === id)
  if (!run || texts.length <= run.settled) return board
  const beside = pairsOf(board, run.language)
  const lines = [...board.lines]
  let { heldBack } = run
  for (let at = run.settled; at < texts.length; at++) {
    const text = texts[at]!
    if (lines.length >= MOST_LINES || brokenRule(text, run, beside) !== undefined) {
      heldBack++
      continue
    }
    beside.push(letterPairs(text))
    lines.push({ id: `${id}:${at}`, run: id, text, starred: false, rejected: false, edited: false })
  }
  return withRun({ ...board, lines }, { ...run, settled: texts.length, heldBack })
}

export const withRun = (board: Board, run: Run): Board => ({
  ...board,
  runs: board.runs.map((one) => (one.id === run.id ? run : one)),
})

export const withLine = (board: Board, id: string, fields: Partial<Omit<Line, 'id' | 'run'>>): Board => ({
  ...board,
  lines: board.lines.map((line) => (line.id === id ? { ...line, ...fields } : line)),
})

/** Off the board: all but the starred and what is still being written. */
export function swept(board: Board, running: ReadonlySet<string>): Board {
  const lines = board.lines.filter(({ starred, run }) => starred || running.has(run))
  const kept = new Set([...lines.map(({ run }) => run), ...running])
  const gone = board.runs.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  return {
    ...board,
    lines,
    runs: board.runs.filter(({ id }) => kept.has(id)),
    cleared: [...board.cleared, ...gone].slice(-500),
  }
}

/** What stands on the board in a language, or was thrown away: nothing like it should be written again. */
export function linesIn(board: Board, language: Language): Line[] {
  const runs = new Set(board.runs.filter((run) => run.language === language).map(({ id }) => id))
  return board.lines.filter(({ run }) => runs.has(run))
}

const pairsOf = (board: Board, language: Language): LetterPairs[] =>
  linesIn(board, language).map(({ text }) => letterPairs(text))

/** Lines of one channel in one language, in the order in which they were asked for. */
export interface Group {
  channel: string
  language: Language
  runs: Run[]
  lines: Line[]
  /** More is asked for and not begun. */
  pending: boolean
}

export function groupsOf({ runs, lines, pending }: Board): Group[] {
  const byRun = Map.groupBy(lines, ({ run }) => run)
  const key = ({ channel, language }: { channel: string; language: Language }) => `${channel} ${language}`
  const coming = new Set(pending.map(key))
  const places = new Map(
    [...runs, ...pending].map(({ channel, language }) => [`${channel} ${language}`, { channel, language }]),
  )
  return [...places].map(([place, { channel, language }]) => {
    const own = runs.filter((run) => key(run) === place)
    const texts = own.flatMap(({ id }) => byRun.get(id) ?? []).filter(({ rejected }) => !rejected)
    return { channel, language, runs: own, lines: texts, pending: coming.has(place) }
  })
}

/** What the lines in sight come to when every rule is checked once more. */
export interface Checked {
  lines: number
  /** Lines that were asked to say something, and those that do. */
  asked: number
  said: number
  /** Lines with words that they must not have, and lines over their limit: written by hand, if any. */
  forbidden: number
  over: number
  duplicates: number
  /** Not shown at all. */
  heldBack: number
  /** Of the English lines. */
  grade: number | undefined
}

export function checked(board: Board): Checked {
  const runs = new Map(board.runs.map((run) => [run.id, run]))
  const seen: Record<Language, LetterPairs[]> = { en: [], zh: [] }
  const broken: Record<Rule, number> = { limit: 0, short: 0, mustSay: 0, mustNotSay: 0, duplicate: 0 }
  let asked = 0
  let said = 0
  const english: string[] = []
  const lines = board.lines.filter(({ rejected }) => !rejected)
  for (const { run: id, text } of lines) {
    const run = runs.get(id)
    if (!run) continue
    const beside = seen[run.language]
    const rules = [
      brokenRule(text, { limit: run.limit, mustSay: [], mustNotSay: [] }),
      brokenRule(text, { mustSay: [], mustNotSay: run.mustNotSay }),
      brokenRule(text, { mustSay: [], mustNotSay: [] }, beside),
    ]
    for (const rule of rules) if (rule) broken[rule]++
    if (run.mustSay.length > 0) asked++
    if (run.mustSay.length > 0 && brokenRule(text, { mustSay: run.mustSay, mustNotSay: [] }) === undefined) said++
    if (run.language === 'en') english.push(text)
    beside.push(letterPairs(text))
  }
  return {
    ...{ lines: lines.length, asked, said, forbidden: broken.mustNotSay, over: broken.limit },
    duplicates: broken.duplicate,
    heldBack: board.runs.reduce((sum, run) => sum + run.heldBack, 0),
    grade: readingGrade(english),
  }
}
