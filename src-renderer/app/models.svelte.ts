import type { UsableModel } from '#shared/contract/studio-api.ts'
import type { Family } from '#shared/models/manifest.ts'
import { type Api, asked } from './api.ts'

/** The model packages, and the words each of them knows. */
export class Models {
  list = $state.raw<UsableModel[]>([])
  readonly #api: Api
  readonly #words = new Map<string, Promise<Record<string, string[]>>>()

  constructor(api: Api) {
    this.#api = api
  }

  async load(): Promise<void> {
    const entries = await asked(this.#api.models.list())
    this.list = entries.filter(
      (entry): entry is UsableModel => entry.manifest !== undefined && entry.hash !== undefined,
    )
  }

  get(id: string): UsableModel | undefined {
    return this.list.find((model) => model.id === id)
  }

  ofFamily<F extends Family>(...families: F[]): UsableModel[] {
    return this.list.filter(({ manifest }) => (families as string[]).includes(manifest.family))
  }

  words(id: string): Promise<Record<string, string[]>> {
    let found = this.#words.get(id)
    if (!found) {
      found = asked(this.#api.models.words({ id }))
      found.catch(() => this.#words.delete(id))
      this.#words.set(id, found)
    }
    return found
  }
}
