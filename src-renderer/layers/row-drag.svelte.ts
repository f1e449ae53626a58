import { say } from '../app/language.svelte.ts'
import { moveArtboards } from './artboards.ts'
import { type Drop, dropAt, type Pointer } from './drop.ts'
import { moveTo } from './placing.ts'
import { leftBehind, restructure } from './steps.ts'
import type { TreeState } from './tree-state.svelte.ts'
import { words } from './words.ts'

/** px that a press may wander and still be a click. */
const STILL = 4

/** Rows on their way to another place. */
export class RowDrag {
  drop = $state.raw<Drop>()
  readonly #state: TreeState
  #pressed: { id: string; x: number; y: number } | undefined
  moving = $state.raw<ReadonlySet<string>>()

  constructor(state: TreeState) {
    this.#state = state
  }

  press(id: string, x: number, y: number): void {
    this.#pressed = { id, x, y }
  }

  /** Whether the press has become a drag. */
  begun(x: number, y: number): boolean {
    if (!this.#pressed || this.moving) return this.moving !== undefined
    if (this.#state.project.readOnly !== undefined) return false
    if (Math.hypot(x - this.#pressed.x, y - this.#pressed.y) < STILL) return false
    const { selection } = this.#state.project.view
    this.moving = new Set(selection.includes(this.#pressed.id) ? selection : [this.#pressed.id])
    return true
  }

  move(pointer: Pointer): void {
    if (this.moving) this.drop = dropAt(this.#state.tree, this.#state.rows, this.moving, pointer)
  }

  /** Gives the row that was only clicked. */
  release(): string | undefined {
    const { moving, drop } = this
    const clicked = moving ? undefined : this.#pressed?.id
    this.cancel()
    if (moving && drop) this.#put([...moving], drop)
    return clicked
  }

  cancel(): void {
    this.#pressed = undefined
    this.moving = undefined
    this.drop = undefined
  }

  #put(ids: readonly string[], drop: Drop): void {
    const { project } = this.#state
    const { store } = project
    if (drop.kind === 'artboards') {
      const { document } = store
      store.edit(say(words.move), (edit) => moveArtboards(document, edit, new Set(ids), drop.after))
      return
    }
    restructure(store, say(words.move), (tree, edit) => {
      const layers = tree.topmost(ids)
      moveTo(tree, edit, layers, drop.place)
      return [...ids, ...leftBehind(tree, layers)]
    })
    this.#state.reveal(ids[0]!)
    project.view.artboard = store.artboardOf(ids[0]!)?.id ?? project.view.artboard
  }
}
