import type { Layer } from '#shared/document/layers/kinds.ts'
import type { DocumentStore, Edit, Gesture } from '#shared/document/store.ts'
import { StudioError } from '#shared/errors.ts'

/** What a control writes to: `input` while it moves, `change` when it rests. Together they are one step of history. */
export interface Target<T> {
  input(value: T): void
  change(value: T): void
}

/** The inspector's writing hand: every change is one step, every slide of a slider one gesture. */
export class Edits {
  readonly #store: DocumentStore
  readonly #failed: (error: unknown) => void
  #open: { label: string; gesture: Gesture } | undefined

  constructor(store: DocumentStore, failed: (error: unknown) => void) {
    this.#store = store
    this.#failed = failed
  }

  /** A control that writes to `ids`: the same fields to each, or fields that depend on the layer. */
  target<T>(
    label: string,
    ids: readonly string[],
    fieldsOf: (value: T, layer: Layer) => Readonly<Record<string, unknown>>,
  ): Target<T> {
    const write = (value: T) => (edit: Edit) => {
      for (const id of ids) {
        const layer = this.#store.layer(id)
        if (layer) edit.update(id, fieldsOf(value, layer))
      }
    }
    return {
      input: (value) => this.slide(label, write(value)),
      change: (value) => this.step(label, write(value)),
    }
  }

  /** A move of a gesture that goes on until `step` or `rest`. */
  slide(label: string, change: (edit: Edit) => void): void {
    this.#attempt(() => {
      if (this.#open?.label !== label) this.#open = { label, gesture: this.#store.gesture(label) }
      try {
        this.#open.gesture.update(change)
      } catch (thrown) {
        if (!isOver(thrown)) throw thrown
        // Undo, or another gesture, ended it while it moved: this is a new one.
        this.#open = { label, gesture: this.#store.gesture(label) }
        this.#open.gesture.update(change)
      }
    })
  }

  /** One step: the end of the gesture of that name, or a change of its own. */
  step(label: string, change: (edit: Edit) => void): void {
    if (this.#open?.label === label) {
      this.slide(label, change)
      this.rest()
    } else this.#attempt(() => this.#store.edit(label, change))
  }

  /** Whatever slides has come to rest. */
  rest(): void {
    const open = this.#open
    this.#open = undefined
    open?.gesture.commit()
  }

  #attempt(work: () => unknown): void {
    try {
      work()
    } catch (thrown) {
      this.#failed(thrown)
    }
  }
}

const isOver = (thrown: unknown) => thrown instanceof StudioError && thrown.code === 'internal'

/** What all have in common; undefined, shown as "—", when they differ. */
export function common<L, T>(list: readonly L[], read: (item: L) => T): T | undefined {
  if (list.length === 0) return undefined
  const value = read(list[0]!)
  return list.every((item) => Object.is(read(item), value)) ? value : undefined
}

/** The same for values that are not one number or word: fills, places. */
export function commonValue<L, T>(list: readonly L[], read: (item: L) => T): T | undefined {
  return common(list, (item) => JSON.stringify(read(item))) === undefined ? undefined : read(list[0]!)
}

/** One field of the selected layers, as a control needs it. */
export interface Field<T> extends Target<T> {
  /** Undefined when the layers differ. */
  value: T | undefined
}

export function fieldOf<L extends Layer, K extends keyof L & string>(
  edits: Edits,
  layers: readonly L[],
  key: K,
  label: string,
): Field<NonNullable<L[K]>> {
  const ids = layers.map(({ id }) => id)
  const value = commonValue(layers, (layer) => layer[key])
  return { ...edits.target<NonNullable<L[K]>>(label, ids, (to) => ({ [key]: to })), value: value ?? undefined }
}
