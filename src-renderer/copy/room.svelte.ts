import { SvelteSet } from 'svelte/reactivity'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import {
  type Board,
  briefOf,
  emptyBoard,
  type Form,
  groupsOf,
  type Line,
  linesIn,
  MOST_TYPED,
  type Rewrite,
  type Run,
  remembered,
  runOf,
  swept,
  withLine,
} from '#shared/copy/board.ts'
import { CHANNELS, type Channel, findChannel } from '#shared/copy/channels.ts'
import { count } from '#shared/copy/count.ts'
import { type Trouble, troublesOf } from '#shared/copy/rules.ts'
import { readVocabulary, type Vocabulary } from '#shared/copy/vocabulary.ts'
import { draftCopy } from '#shared/recipe/draft.ts'
import { recipeSchema } from '#shared/recipe/recipe.ts'
import type { Language, TextRecipe } from '#shared/recipe/text.ts'
import { asked } from '../app/api.ts'
import type { Project } from '../app/project.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { order, randomSeed } from '../create/jobs.ts'

const EMPTY = emptyBoard()
const HAN = /\p{Script=Han}/u
/** Lines that a rewrite asks for. */
const REWRITTEN = 4

/** The copy view of a project: its brief, its board, the line in hand. Actions reach it without the panel. */
export class CopyRoom {
  /** Id of the line in hand. */
  chosen = $state<string>()
  /** Id of the line that is being written by hand. */
  editing = $state<string>()
  dialog = $state<'channels' | 'export'>()
  channels = $state.raw<readonly Channel[]>(CHANNELS)
  modelChosen = $state<string>()
  /** Text layer that lines are tried in; undefined: the one that suggests itself. */
  box = $state<string>()
  /** Where the keyboard goes next: a field of the brief, or the lines. */
  toFocus = $state<Trouble['field'] | 'lines'>()
  /** Somebody tried to write: what is missing is said from then on. */
  tried = $state(false)
  /** Jobs of the run that the button shows. */
  #writing = $state.raw<readonly string[]>([])
  #isSubmitting = false
  /** Between two jobs: one is being handed in, or looked through. */
  #held = $state(0)
  /** Jobs that no event has told of yet. */
  readonly #unseen = new SvelteSet<string>()
  /** Seeds of the second tries: there is no third. */
  readonly #again = new Set<number>()
  readonly #studio: Studio
  readonly #project: Project

  constructor(studio: Studio, project: Project) {
    this.#studio = studio
    this.#project = project
  }

  get board(): Board {
    return this.#project.view.copy ?? EMPTY
  }

  set board(board: Board) {
    this.#project.view.copy = board
  }

  get form(): Form {
    return this.board.form
  }

  /** Fields as they are typed; beyond what a field can hold they end. */
  fill(fields: Partial<Form>): void {
    const held = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, MOST_TYPED) : value,
    ])
    this.board = { ...this.board, form: { ...this.form, ...(Object.fromEntries(held) as Partial<Form>) } }
  }

  async loadChannels(): Promise<void> {
    this.channels = await asked(this.#studio.api.channels.list())
  }

  async saveChannels(channels: readonly Channel[]): Promise<void> {
    this.channels = await asked(this.#studio.api.channels.save({ channels: [...channels] }))
    const known = new Set(this.channels.map(({ id }) => id))
    this.fill({ channels: this.form.channels.filter((id) => known.has(id)) })
  }

  get models(): UsableModel[] {
    return this.#studio.models.ofFamily('text')
  }

  get model(): UsableModel | undefined {
    return this.models.find(({ id }) => id === this.modelChosen) ?? this.models[0]
  }

  readonly vocabulary: Vocabulary = $derived.by(() => {
    const { model } = this
    return readVocabulary(model?.manifest.family === 'text' ? model.manifest.config.vocabulary : {})
  })

  get brief() {
    return briefOf(this.form, this.vocabulary)
  }

  /** The channels that are ticked, in the order of the list. */
  get ticked(): Channel[] {
    return this.channels.filter(({ id }) => this.form.channels.includes(id))
  }

  readonly troubles: readonly Trouble[] = $derived.by(() =>
    troublesOf({ brief: this.brief, languages: this.form.languages, channels: this.ticked }),
  )

  readonly groups = $derived.by(() => groupsOf(this.board))

  /** Lines in sight, in the order in which they stand. */
  get lines(): Line[] {
    return this.groups.flatMap(({ lines }) => lines)
  }

  get line(): Line | undefined {
    return this.lines.find(({ id }) => id === this.chosen)
  }

  run(id: string): Run | undefined {
    return this.board.runs.find((run) => run.id === id)
  }

  get #isActive(): boolean {
    const { queue } = this.#studio
    return this.#writing.some((id) => {
      const state = queue.get(id)?.state
      return state === undefined ? this.#unseen.has(id) : state === 'queued' || state === 'running'
    })
  }

  /** Writing is not over while this runs. */
  async hold(work: () => Promise<void>): Promise<void> {
    this.#held++
    try {
      await work()
    } finally {
      this.#held--
    }
  }

  get progress(): { at: number; of: number; waiting: boolean } | undefined {
    const { queue } = this.#studio
    const { pending } = this.board
    if (!this.#isActive && this.#held === 0 && pending.length === 0) return undefined
    const jobs = this.#writing.flatMap((id) => queue.get(id) ?? [])
    let at = 0
    let of = pending.reduce((sum, { count }) => sum + count, 0)
    for (const { id, recipe, state } of jobs) {
      const wanted = recipe.kind === 'text' ? recipe.count : 0
      of += wanted
      at += state === 'queued' ? 0 : state === 'running' ? (this.run(id)?.settled ?? 0) : wanted
    }
    return { at, of, waiting: jobs.length > 0 && jobs.every(({ state }) => state === 'queued') }
  }

  /** Write what the brief asks for, one channel and language after the other. */
  async write(): Promise<void> {
    this.tried = true
    const { model, form, ticked } = this
    this.toFocus = this.troubles[0]?.field ?? 'lines'
    if (!model || this.troubles.length > 0) return
    const recipes = form.languages.flatMap((language) =>
      ticked.map((channel) =>
        this.#recipe(model, language, {
          ...{ channel: channel.id, limit: channel.limit[language], count: form.count },
          ...(form.framework === '' ? {} : { framework: form.framework }),
        }),
      ),
    )
    if (!this.progress) this.#writing = []
    const { pending, ...board } = remembered(this.board)
    this.board = { ...board, pending: [...pending, ...recipes].slice(0, 100) }
    await this.next()
  }

  /** The next channel, once the one before it is written. */
  async next(): Promise<void> {
    const [recipe, ...rest] = this.board.pending
    if (!recipe || this.#isActive || this.#isSubmitting) return
    this.#isSubmitting = true
    this.board = { ...this.board, pending: rest }
    try {
      await this.hold(() => this.#submit([{ recipe: this.#away(recipe) }]))
    } catch (thrown) {
      this.board = { ...this.board, pending: [] }
      throw thrown
    } finally {
      this.#isSubmitting = false
    }
  }

  /** Ideas that a run still owes, because what it wrote stood there already or broke a rule, are asked for once more. */
  fillUp(id: string, recipe: TextRecipe): void {
    const run = this.run(id)
    const written = this.board.lines.filter((line) => line.run === id).length
    if (!run || run.rewrite || written >= recipe.count || this.#again.has(recipe.seed)) return
    const { avoid: _, ...asked } = recipe
    const again = { ...asked, count: recipe.count - written, seed: randomSeed() }
    this.#again.add(again.seed)
    this.board = { ...this.board, pending: [again, ...this.board.pending].slice(0, 100) }
  }

  #recipe(
    model: UsableModel,
    language: Language,
    wish: Pick<TextRecipe, 'channel' | 'count'> & Partial<Pick<TextRecipe, 'limit' | 'framework'>>,
  ): TextRecipe {
    const drafted = draftCopy(model.manifest, model.hash, {
      ...{ channel: wish.channel, count: wish.count, brief: this.brief, language, seed: randomSeed() },
      ...(wish.limit ? { limit: wish.limit } : {}),
      ...(wish.framework ? { framework: wish.framework } : {}),
    })
    // A phrase of the other language would stand in the line as it is.
    const { audience = '', ...brief } = drafted.brief
    return audience !== '' && HAN.test(audience) !== (language === 'zh') ? { ...drafted, brief } : drafted
  }

  /** Nothing that stands on the board already, nor what was thrown away. */
  #away(recipe: TextRecipe): TextRecipe {
    const avoid = linesIn(this.board, recipe.language).map(({ text }) => text)
    return avoid.length === 0 ? recipe : { ...recipe, avoid }
  }

  /** New lines from one that is there, or from all that are starred. */
  async rewrite(how: Rewrite, of: readonly Line[], tone?: string): Promise<void> {
    const [first] = of
    const run = first && this.run(first.run)
    const before = run && (await this.recipeOf(run))
    if (!first || !run || !before) return
    if (!this.progress) this.#writing = []
    const recipe = this.#away(rewritten(before, how, of, this.channels, tone))
    await this.#submit([{ recipe, rewrite: { how, of: first.text } }])
  }

  /** The recipe of a run: of its job while the line of jobs knows it, then of its file in the library. */
  async recipeOf(run: Run): Promise<TextRecipe | undefined> {
    const known = this.#studio.queue.get(run.id)?.recipe
    const recipe =
      known ?? (run.artifact && (await asked(this.#studio.api.library.get({ sha256: run.artifact }))).recipe)
    const parsed = recipeSchema.safeParse(recipe)
    return parsed.success && parsed.data.kind === 'text' ? parsed.data : undefined
  }

  async #submit(orders: readonly { recipe: TextRecipe; rewrite?: Run['rewrite'] }[]): Promise<void> {
    const studio = this.#studio
    const ids = await order(
      studio,
      orders.map(({ recipe }) => ({ recipe, target: { action: 'results' } })),
    )
    // The events may have been here before the answer: then the runs are known, without what they came out of.
    const runs = ids.map((id, at) => runOf(id, orders[at]!.recipe, orders[at]!.rewrite))
    const { board } = this
    const known = new Map(board.runs.map((run) => [run.id, run]))
    const told = new Map(runs.map((run) => [run.id, { ...run, ...known.get(run.id), ...rewriteOf(run) }]))
    this.board = {
      ...board,
      runs: [...board.runs.map((run) => told.get(run.id) ?? run), ...runs.filter(({ id }) => !known.has(id))],
    }
    this.#writing = [...this.#writing, ...ids]
    for (const id of ids) if (!studio.queue.get(id)) this.#unseen.add(id)
  }

  /** A window that was loaded again goes on showing what it waits for. */
  resume(ids: readonly string[]): void {
    for (const id of ids) this.#unseen.delete(id)
    const missing = ids.filter((id) => !this.#writing.includes(id))
    if (missing.length > 0) this.#writing = [...this.#writing, ...missing]
  }

  async stop(): Promise<void> {
    this.board = { ...this.board, pending: [] }
    const active = this.#writing.filter((id) => ['queued', 'running'].includes(this.#studio.queue.get(id)?.state ?? ''))
    if (active.length > 0) await asked(this.#studio.api.jobs.cancel({ ids: active }))
  }

  change(id: string, fields: Partial<Omit<Line, 'id' | 'run'>>): void {
    this.board = withLine(this.board, id, fields)
  }

  /** Away with it; the one after it is in hand then. */
  reject(line: Line): void {
    const { lines } = this
    const at = lines.findIndex(({ id }) => id === line.id)
    this.chosen = (lines[at + 1] ?? lines[at - 1])?.id
    this.change(line.id, { rejected: true, starred: false })
  }

  get rejected(): Line[] {
    return this.board.lines.filter(({ rejected }) => rejected)
  }

  bringBack(): void {
    this.board = { ...this.board, lines: this.board.lines.map((line) => ({ ...line, rejected: false })) }
  }

  sweep(): void {
    const running = this.board.runs.filter(({ id }) =>
      ['queued', 'running'].includes(this.#studio.queue.get(id)?.state ?? ''),
    )
    this.board = swept(this.board, new Set(running.map(({ id }) => id)))
  }

  channelName(id: string, language: 'en' | 'zh'): string {
    return findChannel(id, this.channels)?.name[language] ?? id
  }
}

const rewriteOf = ({ rewrite }: Run) => (rewrite ? { rewrite } : {})

/** How long a line may become, in the unit of its channel: shorter or longer by at least one. */
function rewritten(
  before: TextRecipe,
  how: Rewrite,
  of: readonly Line[],
  channels: readonly Channel[],
  tone: string | undefined,
): TextRecipe {
  const { avoid: _, like: __, ...recipe } = before
  const texts = of.map(({ text }) => text)
  const next = { ...recipe, count: REWRITTEN, seed: randomSeed() }
  const unit = recipe.limit?.unit ?? 'characters'
  const length = count(texts[0]!, unit)
  const most = findChannel(recipe.channel, channels)?.limit[recipe.language]
  switch (how) {
    case 'more':
      return { ...next, like: texts.slice(0, 16) }
    case 'shorter':
      return { ...next, like: texts, limit: { max: Math.max(1, length - 1), unit } }
    case 'longer':
      return {
        ...next,
        like: texts,
        limit: { min: length + 1, max: most?.max ?? recipe.limit?.max ?? length * 2, unit },
      }
    case 'tone':
      return { ...next, brief: { ...recipe.brief, ...(tone === undefined ? {} : { tone }) } }
    case 'language': {
      const language = recipe.language === 'en' ? 'zh' : 'en'
      const limit = findChannel(recipe.channel, channels)?.limit[language]
      const { limit: ___, ...rest } = next
      return { ...rest, language, ...(limit ? { limit } : {}) }
    }
  }
}

/** Whether there is room for that: nothing is shorter than a word or longer than its channel. */
export function canBecome(how: 'shorter' | 'longer', line: Line, run: Run, channels: readonly Channel[]): boolean {
  const unit = run.limit?.unit ?? 'characters'
  const length = count(line.text, unit)
  const channel = findChannel(run.channel, channels)?.limit[run.language] ?? run.limit
  return how === 'shorter' ? length > 1 : length < (channel?.max ?? Number.POSITIVE_INFINITY)
}

const rooms = new WeakMap<Project, CopyRoom>()

/** Of the open project. */
export function copyRoom(studio: Studio): CopyRoom | undefined {
  const { project } = studio
  if (!project) return undefined
  const room = rooms.get(project) ?? new CopyRoom(studio, project)
  rooms.set(project, room)
  return room
}
