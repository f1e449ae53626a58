import type { Reading } from '#shared/contract/studio-api.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { type KnownWord, knownWord } from './prompt-words.ts'

const QUIET_MS = 150

/** How the model will read the prompt while it is typed, and the words it knows by role. */
export class PromptReader {
  reading = $state.raw<Reading>()
  known = $state.raw<Readonly<Record<string, readonly KnownWord[]>>>({})
  #asking = 0

  /** An effect: reads after a little quiet. Only the newest answer counts. */
  read(studio: Studio, model: string | undefined, prompt: string): () => void {
    const asking = ++this.#asking
    if (model === undefined || prompt.trim() === '') {
      this.reading = undefined
      return () => {}
    }
    const timer = setTimeout(async () => {
      // While the service is away the last reading stays; a prompt is not worth an error.
      const reading = await asked(studio.api.models.read({ id: model, prompt })).catch(() => this.reading)
      if (asking === this.#asking) this.reading = reading
    }, QUIET_MS)
    return () => clearTimeout(timer)
  }

  /** An effect: after the same quiet the service hears what will probably be asked for. */
  expect(studio: Studio, recipe: Recipe | undefined, device: string): () => void {
    const { running, waiting } = studio.queue
    if (!recipe || running.length + waiting.length > 0) return () => {}
    const timer = setTimeout(() => asked(studio.api.jobs.expect({ recipe, device })).catch(() => {}), QUIET_MS)
    return () => clearTimeout(timer)
  }

  async learn(studio: Studio, model: string | undefined): Promise<void> {
    this.known = {}
    if (model === undefined) return
    const roles = await studio.attempt(() => studio.models.words(model))
    if (!roles) return
    this.known = Object.fromEntries(Object.entries(roles).map(([role, list]) => [role, list.map(knownWord)]))
  }

  ofRole(role: string): readonly KnownWord[] {
    return this.known[role] ?? []
  }

  get all(): KnownWord[] {
    return Object.values(this.known).flat()
  }
}
