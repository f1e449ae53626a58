import { canonicalJson, sha256Hex } from '../canonical.ts'
import { parseDocument, requireArtboard } from '../document/document.ts'
import { fillHoles, holesOf } from '../document/variables.ts'
import { StudioError } from '../errors.ts'
import type { ModelPackage } from '../models/manifest.ts'
import { draftCopy, draftImage } from '../recipe/draft.ts'
import { type Recipe, type RecipeOf, recipeHash } from '../recipe/recipe.ts'
import { MAX_COUNT } from '../recipe/text.ts'
import { EXTENSIONS } from '../work/formats.ts'
import { type NameTemplate, parseNameTemplate, sameNameKey } from './names.ts'
import type { BatchFormat, BatchPlan, CopyWish, PictureWish } from './plan.ts'

/** A row of the table: values by column. */
export type Row = Readonly<Record<string, string>>

export interface Model {
  manifest: ModelPackage
  hash: string
}

/** One file to be written. */
export interface FileTask {
  /** sha256 of everything that the bytes depend on. */
  id: string
  /** From 1, in the order of writing. */
  index: number
  /** Relative, with extension. */
  path: string
  /** From 1: row of the table, alternative of the pictures, alternative of the copy. */
  row: number
  picture: number
  copy: number
  seed: number
  artboard: string
  size?: { name: string; width: number; height: number; dpi?: number | undefined }
  format: BatchFormat
  /** Values of variables that are known now. */
  values: Record<string, string>
  /** Variables that show a picture: its sha256, or the hash of the recipe that makes it. */
  pictures: Record<string, { sha256: string } | { recipe: string }>
  /** Variables that a line of copy fills: which line of which recipe. */
  lines: Record<string, { recipe: string; line: number }>
}

/** What a plan comes to. Equal pictures and equal briefs are there once, whatever number of files shows them. */
export interface Expansion {
  pictures: Map<string, Recipe>
  copy: Map<string, RecipeOf<'text'>>
  files: FileTask[]
}

/** More is a mistake in the plan, and would be told as one before the disk is full. */
export const MOST_FILES = 100_000

/** By index of a file: how many times it was made again with another seed. */
export type Rerolls = ReadonlyMap<number, number>

/**
 * Rows × pictures × seeds × copy × artboards × formats, in that order, the last fastest. Throws before the first file
 * for what can be known: a missing column, a model that is not there, two files of one name.
 */
export function expandPlan(
  plan: BatchPlan,
  rows: readonly Row[],
  models: ReadonlyMap<string, Model>,
  rerolls: Rerolls = new Map(),
): Expansion {
  const steps = expandSteps(plan, rows, models, rerolls)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same, a row at a time, for whoever has other things to do in between. */
export function* expandSteps(
  plan: BatchPlan,
  rows: readonly Row[],
  models: ReadonlyMap<string, Model>,
  rerolls: Rerolls = new Map(),
): Generator<undefined, Expansion, undefined> {
  const document = parseDocument(plan.document)
  for (const { id } of plan.artboards) requireArtboard(document, id)
  const name = parseNameTemplate(plan.name)
  const table: readonly Row[] = rows.length > 0 ? rows : [{}]
  const columns = new Set(Object.keys(table[0]!))
  requireColumns(plan, name, columns)

  const looks = plan.pictures.length > 0 ? plan.pictures : [{}]
  const seeds = plan.seeds.length > 0 ? plan.seeds : [1]
  const texts = plan.copy.variants.length > 0 ? plan.copy.variants : [{}]
  const lines = Object.keys(plan.copy.written).length > 0 ? plan.copy.lines : 1
  /** How often all lines of a brief can be written within one recipe. */
  const rounds = Math.floor(MAX_COUNT / lines)
  const total =
    table.length * looks.length * seeds.length * texts.length * lines * plan.artboards.length * plan.formats.length
  if (total > MOST_FILES)
    throw usage('', `the plan makes ${total.toLocaleString('en')} files, at most ${MOST_FILES.toLocaleString('en')}`)

  const out: Expansion = { pictures: new Map(), copy: new Map(), files: [] }
  // What does not change from file to file is hashed once.
  const documentHash = sha256Hex(canonicalJson(plan.document))
  const targets = plan.artboards.flatMap(({ id: artboard, size }) =>
    plan.formats.map((format) => {
      const target = sha256Hex(canonicalJson({ artboard, size: size ?? null, format }))
      return { artboard, board: requireArtboard(document, artboard), size, format, target }
    }),
  )
  const names = new Map<string, number>()
  const highest = Math.max(...seeds)

  /** One combination of the first four axes, on every artboard in every format. */
  function addFiles(combination: Combination): void {
    const { row, rowIndex, picture, copy } = combination
    const planned = { ...combination.inputs, pictures: combination.pictures }
    const plannedHash = sha256Hex(canonicalJson(planned))
    for (const { artboard, board, size, format, target } of targets) {
      const index = out.files.length + 1
      const times = rerolls.get(index) ?? 0
      // Beyond every seed of the plan, and another one for each of them: no file becomes the double of another.
      const again = highest + (times - 1) * seeds.length + combination.seedAt + 1
      const seed = times === 0 ? combination.seed : again % 2 ** 32
      const inputs =
        times === 0
          ? planned
          : { ...planned, pictures: combination.picturesWith(seed), lines: combination.linesAgain(times) }
      const inputsHash = times === 0 ? plannedHash : sha256Hex(canonicalJson(inputs))
      const stem = name.fill({
        row,
        rowIndex,
        picture,
        seed,
        copy,
        index,
        artboard: board.name || board.id,
        size: size?.name ?? (board.name || board.id),
        width: Math.round((size?.width ?? board.width) * format.scale),
        height: Math.round((size?.height ?? board.height) * format.scale),
        format: format.format,
        document: document.name,
      })
      const path = `${stem}.${EXTENSIONS[format.format]}`
      const other = names.get(sameNameKey(path))
      if (other !== undefined) throw collision(path, other, index)
      names.set(sameNameKey(path), index)
      const id = sha256Hex(`${documentHash}${inputsHash}${target}`)
      const place = { index, path, row: rowIndex, picture, copy, seed, artboard, ...(size ? { size } : {}), format }
      out.files.push({ id, ...place, ...inputs })
    }
  }

  for (const [rowAt, row] of table.entries()) {
    const columns = new Map(Object.entries(row))
    /**
     * Lines of one recipe differ from each other, those of two seeds need not: written again, they are the next ones of
     * the same recipe, as far as that may go.
     */
    const briefs = (times: number) => {
      const count = lines * ((times % rounds) + 1)
      const seedsOn = Math.floor(times / rounds) * lines * rounds
      return mapValues(plan.copy.written, (wish) =>
        addCopy(out, { ...wish, seed: (wish.seed + seedsOn) % 2 ** 32 }, columns, models, count),
      )
    }
    const planned = briefs(0)
    // Every way to word this row.
    const wordings = texts.flatMap((text) =>
      Array.from({ length: lines }, (_, line) => ({
        inputs: {
          values: { ...row, ...mapValues(text, (words) => fillHoles(words, columns)) },
          lines: mapValues(planned, (recipe) => ({ recipe, line })),
        },
        linesAgain: (times: number) =>
          mapValues(briefs(times), (recipe) => ({ recipe, line: line + (times % rounds) * lines })),
      })),
    )
    for (const [lookAt, look] of looks.entries()) {
      const picturesWith = (seed: number) =>
        mapValues(look, (wish) =>
          typeof wish === 'string' ? { sha256: wish } : { recipe: addPicture(out, wish, seed, columns, models) },
        )
      for (const [seedAt, seed] of seeds.entries()) {
        const look = { picture: lookAt + 1, seed, seedAt, pictures: picturesWith(seed), picturesWith }
        for (const [at, wording] of wordings.entries())
          addFiles({ row, rowIndex: rowAt + 1, ...look, copy: at + 1, ...wording })
      }
    }
    yield
  }
  return out
}

interface Combination {
  row: Row
  rowIndex: number
  picture: number
  seed: number
  seedAt: number
  copy: number
  inputs: Pick<FileTask, 'values' | 'lines'>
  pictures: FileTask['pictures']
  picturesWith(seed: number): FileTask['pictures']
  linesAgain(times: number): FileTask['lines']
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

type Values = ReadonlyMap<string, string>

function addPicture(
  { pictures }: Expansion,
  wish: PictureWish,
  seed: number,
  values: Values,
  models: ReadonlyMap<string, Model>,
): string {
  const { model: id, size, ...rest } = wish
  const { manifest, hash } = requireModel(models, id)
  const recipe = draftImage(manifest, hash, {
    ...definedFields(rest),
    ...(size === undefined ? {} : { size }),
    ...(wish.prompt === undefined ? {} : { prompt: fillHoles(wish.prompt, values) }),
    ...(wish.negative === undefined ? {} : { negative: fillHoles(wish.negative, values) }),
    seed,
  })
  const key = recipeHash(recipe)
  pictures.set(key, recipe)
  return key
}

function addCopy(
  { copy }: Expansion,
  wish: CopyWish,
  values: Values,
  models: ReadonlyMap<string, Model>,
  count: number,
): string {
  const { manifest, hash } = requireModel(models, wish.model)
  const fill = (text: string | undefined) => (text === undefined ? undefined : fillHoles(text, values))
  const filledList = (list: readonly string[]) => list.map((text) => fillHoles(text, values)).filter(Boolean)
  const recipe = draftCopy(manifest, hash, {
    brief: {
      product: fillHoles(wish.product, values),
      ...definedFields({
        category: fill(wish.category),
        audience: fill(wish.audience),
        occasion: fill(wish.occasion),
        tone: fill(wish.tone),
        benefit: fill(wish.benefit),
      }),
      mustSay: filledList(wish.mustSay),
      mustNotSay: filledList(wish.mustNotSay),
    },
    language: wish.language,
    channel: wish.channel,
    ...definedFields({ framework: wish.framework, limit: wish.limit }),
    count,
    seed: wish.seed,
  })
  const key = recipeHash(recipe)
  copy.set(key, recipe)
  return key
}

function requireModel(models: ReadonlyMap<string, Model>, id: string): Model {
  const model = models.get(id)
  if (model) return model
  throw new StudioError({
    code: 'not-found',
    message: `the plan uses the model "${id}", which is not installed`,
    where: { field: 'model' },
    remedy: `There are ${[...models.keys()].join(', ') || 'none'}.`,
  })
}

/** Every `{{column}}` of a prompt or brief and every `{row.column}` of the name is a column of the table. */
function requireColumns(plan: BatchPlan, name: NameTemplate, columns: ReadonlySet<string>): void {
  const need = (column: string, where: string) => {
    if (columns.has(column)) return
    throw usage(where, `${where} needs the column "${column}", which the table does not have`, [...columns])
  }
  for (const column of name.columns) need(column, 'name')
  const wishes: [string, unknown][] = [
    ...plan.pictures.map((look, at): [string, unknown] => [`pictures.${at}`, look]),
    ...plan.copy.variants.map((texts, at): [string, unknown] => [`copy.variants.${at}`, texts]),
    ['copy.written', plan.copy.written],
  ]
  for (const [where, wish] of wishes)
    for (const text of textsOf(wish)) for (const hole of holesOf(text)) need(hole, where)
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const definedFields = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>

const collision = (path: string, first: number, second: number) =>
  new StudioError({
    code: 'usage',
    message: `files ${first} and ${second} would both be "${path}"`,
    where: { field: 'name' },
    remedy: 'Put what tells them apart into the name: {index:04}, {seed}, {artboard}, {copy} or a column.',
  })

const usage = (field: string, message: string, columns?: string[]) =>
  new StudioError({
    code: 'usage',
    message,
    ...(field ? { where: { field } } : {}),
    ...(columns
      ? { remedy: columns.length > 0 ? `It has ${columns.join(', ')}.` : 'Give a table with that column.' }
      : {}),
  })
