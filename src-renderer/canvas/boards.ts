import { bleedOf } from '#shared/scene/scene.ts'
import type { Project } from '../app/project.svelte.ts'
import { Board, seenOf } from './board.ts'
import type { Rect } from './geometry.ts'

/** The document's artboards as they are drawn, in its order. */
export class Boards {
  readonly #project: Project
  readonly #boards = new Map<string, Board>()

  constructor(project: Project) {
    this.#project = project
    this.gather()
  }

  /** After artboards came, went or changed, or bleeds are shown or not. */
  gather(): void {
    const { store, view } = this.#project
    const { artboards } = store.document
    const known = new Set(artboards.map(({ id }) => id))
    for (const [id, board] of this.#boards) {
      if (known.has(id)) continue
      board.dispose()
      this.#boards.delete(id)
    }
    for (const artboard of artboards) {
      const board = this.#boards.get(artboard.id)
      const bleed = view.marks ? bleedOf(artboard) : 0
      if (board) board.become(artboard, bleed)
      else this.#boards.set(artboard.id, new Board(artboard, bleed))
    }
  }

  get(id: string): Board | undefined {
    return this.#boards.get(id)
  }

  get all(): Board[] {
    return [...this.#boards.values()]
  }

  /** Those that a part of the pasteboard shows, each with the part of it that is seen. */
  in(screen: Rect): { board: Board; area: Rect }[] {
    return this.all.flatMap((board) => {
      const area = seenOf(board, screen)
      return area ? [{ board, area }] : []
    })
  }

  dispose(): void {
    for (const board of this.#boards.values()) board.dispose()
  }
}
