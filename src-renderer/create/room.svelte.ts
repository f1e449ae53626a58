import type { UsableModel } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { deskOf, IMAGE_FAMILIES, toRecipes } from './families/families.ts'
import type { Form, Settings } from './families/family.ts'
import { type Order, order, randomSeed, seedsFrom } from './jobs.ts'
import { type Progress, progressOf } from './progress.ts'
import { clearRegion, regionOf } from './region.ts'
import { recall, withSeed } from './reuse.ts'
import { remember, remembered } from './settled.ts'
import { limitsOf, RATIOS, type Size, sizeFor } from './sizes.ts'
import { words } from './words.ts'

/** Where a picture goes: `layer` a new one, `fill` the selected one, `results` nowhere yet. */
export type Into = 'layer' | 'fill' | 'results'
/** A ratio's name, what the canvas says, or sides typed by hand. */
export type SizeChoice = (typeof RATIOS)[number][0] | 'layout' | 'own'

/** What the create panel is set to, and the run it started. One per window, so that actions reach it without the panel. */
export class CreateRoom {
  chosen = $state<string>()
  negative = $state('')
  sizeChoice = $state<SizeChoice>('layout')
  ownSize = $state.raw<Size>([256, 256])
  count = $state(4)
  seed = $state(randomSeed())
  locked = $state(false)
  into = $state<Into>('layer')
  device = $state('cpu')
  inputs = $state.raw<readonly string[]>([])
  /** sha256 of a picture of the subject. */
  reference = $state<string>()
  /** The dialog of this room that is open. */
  dialog = $state<'upscale' | 'outpaint'>()
  /** Two results side by side. */
  comparing = $state.raw<readonly [string, string]>()
  /** By family: words for a picture say nothing to a model of patterns. */
  #prompts = $state.raw<Readonly<Record<string, string>>>({})
  #settings = $state.raw<Readonly<Record<string, Settings>>>({})
  #run = $state.raw<readonly string[]>([])
  /** Drawn before it is needed, so that the service may begin with it. */
  #drawn = $state(randomSeed())
  readonly #studio: Studio

  constructor(studio: Studio) {
    this.#studio = studio
    const { settings, prompts, ...rest } = remembered()
    for (const key of KEPT) if (typeof rest[key] === typeof this[key]) Object.assign(this, { [key]: rest[key] })
    if (typeof rest.chosen === 'string') this.chosen = rest.chosen
    if (typeof prompts === 'object' && prompts !== null) this.#prompts = prompts as Record<string, string>
    if (typeof settings === 'object' && settings !== null) this.#settings = settings as Record<string, Settings>
  }

  get models(): UsableModel[] {
    return this.#studio.models.ofFamily(...IMAGE_FAMILIES)
  }

  get model(): UsableModel | undefined {
    const { models } = this
    return (
      models.find(({ id }) => id === this.chosen) ??
      models.find(({ manifest }) => manifest.family === 'diffusion') ??
      models[0]
    )
  }

  get prompt(): string {
    return this.#prompts[this.model?.manifest.family ?? ''] ?? ''
  }

  set prompt(prompt: string) {
    this.#prompts = { ...this.#prompts, [this.model?.manifest.family ?? '']: prompt }
  }

  /** The family's own values: what was set for this model over what the package suggests. */
  get settings(): Settings {
    const { model } = this
    return model ? { ...deskOf(model.manifest).settings(model.manifest), ...this.#settings[model.id] } : {}
  }

  set(key: string, value: number | string): void {
    const { model } = this
    if (!model) return
    this.#settings = { ...this.#settings, [model.id]: { ...this.#settings[model.id], [key]: value } }
  }

  get size(): Size {
    const limits = this.model && limitsOf(this.model.manifest)
    if (!limits) return [256, 256]
    if (this.sizeChoice === 'own') return this.ownSize
    const box = regionOf(this.#studio)?.box
    const ratio = RATIOS.find(([name]) => name === this.sizeChoice)?.[1] ?? (box ? box.width / box.height : 1)
    return sizeFor(ratio, limits)
  }

  get form(): Form {
    const { prompt, negative, size, settings, model } = this
    const most = model ? deskOf(model.manifest).inputs(model.manifest, settings)[1] : 0
    const reference = this.takes?.reference ? this.reference : undefined
    return { prompt, negative, size, settings, inputs: this.inputs.slice(0, most), ...(reference ? { reference } : {}) }
  }

  /** Everything as it was for this recipe, model and seed included. */
  recall(recipe: Recipe): void {
    const recalled = recall(recipe)
    const { model } = this
    if (!recalled) return
    if (this.models.some(({ id }) => id === recipe.model.id)) this.chosen = recipe.model.id
    else if (!model || model.manifest.family !== recipe.kind) return
    const { prompt, negative, seed, size, inputs, settings } = recalled
    if (prompt !== undefined) this.prompt = prompt
    if (negative !== undefined) this.negative = negative
    if (seed !== undefined) Object.assign(this, { seed, locked: true })
    if (size !== undefined) Object.assign(this, { ownSize: size, sizeChoice: 'own' })
    this.inputs = inputs
    this.reference = recalled.reference
    const id = this.model!.id
    this.#settings = { ...this.#settings, [id]: { ...this.#settings[id], ...settings } }
  }

  /** Other pictures of the same recipe. */
  async vary(recipe: Recipe): Promise<void> {
    const varied = seedsFrom(randomSeed(), this.count).flatMap((seed) => withSeed(recipe, seed) ?? [])
    await this.submit(varied.map((recipe) => ({ recipe, target: { action: 'results' } })))
  }

  get takes() {
    const { model } = this
    return model && deskOf(model.manifest).takes(model.manifest, this.settings)
  }

  /** Why nothing can be made now, in words. */
  get missing(): StudioError | undefined {
    const { model, form } = this
    if (!model)
      return new StudioError({ code: 'not-found', message: say(words.noModels), remedy: say(words.noModelsRemedy) })
    const [least] = deskOf(model.manifest).inputs(model.manifest, form.settings)
    if (form.inputs.length >= least) return undefined
    const needs = least === 1 ? words.needsPicture : words.needsPictures
    const message = say(needs, { model: model.manifest.name, n: least })
    return new StudioError({ code: 'usage', message, remedy: say(words.needsPictureRemedy) })
  }

  get progress(): Progress | undefined {
    const { queue } = this.#studio
    return progressOf(this.#run.flatMap((id) => queue.get(id) ?? []))
  }

  /** The seed of the next run: another one, unless this one is to be kept. */
  nextSeed(): number {
    this.seed = this.#seedToCome
    this.#drawn = randomSeed()
    return this.seed
  }

  get #seedToCome(): number {
    return this.locked ? this.seed : this.#drawn
  }

  /** What a run would make first if it were asked for now; what is wrong with the form is told when it is. */
  get toCome(): Recipe | undefined {
    const { model, missing } = this
    if (missing || !model) return undefined
    try {
      return toRecipes(model, this.form, [this.#seedToCome])[0]
    } catch {
      return undefined
    }
  }

  /** Make what the panel says. */
  async generate(): Promise<void> {
    const { model, missing } = this
    if (missing || !model) throw missing
    const seed = this.nextSeed()
    const seeds = this.takes?.seed ? seedsFrom(seed, this.count) : [seed]
    await this.make(toRecipes(model, this.form, seeds))
  }

  /** The first goes where the panel says, the others are results to choose from. */
  async make(recipes: readonly Recipe[]): Promise<void> {
    const region = regionOf(this.#studio)
    const [layer] = this.#studio.project?.selected.filter(({ type }) => type === 'image') ?? []
    const first: Order['target'] =
      this.into === 'fill' && layer
        ? { action: 'fill', id: layer.id }
        : this.into === 'results' || !region
          ? { action: 'results' }
          : { action: 'place', id: region.artboard, box: region.box }
    await this.submit(recipes.map((recipe, at) => ({ recipe, target: at === 0 ? first : { action: 'results' } })))
    if (first.action === 'place') clearRegion(this.#studio)
  }

  async submit(orders: readonly Order[]): Promise<string[]> {
    const ids = await order(this.#studio, orders, this.device)
    this.#run = this.progress ? [...this.#run, ...ids] : ids
    return ids
  }

  /** A window that was loaded again goes on showing what it waits for. */
  resume(): void {
    const { queue, project } = this.#studio
    if (this.#run.length > 0 || !project) return
    const active = [...queue.running, ...queue.waiting].filter(({ target }) => target?.project === project.id)
    if (active.length > 0) this.#run = active.map(({ id }) => id)
  }

  async stop(): Promise<void> {
    const active = this.#run.filter((id) => ['queued', 'running'].includes(this.#studio.queue.get(id)?.state ?? ''))
    if (active.length > 0) await this.#studio.api.jobs.cancel({ ids: active })
  }

  remember(): void {
    const kept = Object.fromEntries(KEPT.map((key) => [key, this[key]]))
    remember({ ...kept, chosen: this.chosen, settings: this.#settings, prompts: this.#prompts })
  }
}

const KEPT = ['negative', 'sizeChoice', 'count', 'seed', 'locked', 'into', 'device'] as const

const rooms = new WeakMap<Studio, CreateRoom>()

export function roomOf(studio: Studio): CreateRoom {
  const room = rooms.get(studio) ?? new CreateRoom(studio)
  rooms.set(studio, room)
  return room
}
