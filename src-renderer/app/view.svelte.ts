import type { Board } from '#shared/copy/board.ts'
import { type Guide, MOST_GUIDES, pruneSession, type Session } from '#shared/document/session.ts'
import type { DocumentStore } from '#shared/document/store.ts'
import type { Overflow } from '#shared/scene/overflow.ts'

export const TOOLS = ['move', 'frame', 'text', 'shape', 'brush', 'mask', 'eyedropper', 'hand'] as const
export type Tool = (typeof TOOLS)[number]

/** How the document is looked at (SPEC C1): never undone, remembered with the project. */
export class View {
  zoom = $state(1)
  /** Document point at the canvas's top left corner, px. */
  x = $state(0)
  y = $state(0)
  tool = $state<Tool>('move')
  selection = $state.raw<readonly string[]>([])
  /** The artboard that new layers go to. */
  artboard = $state<string>()
  /** The row of the table that is shown; undefined: the document's own values. */
  row = $state<string>()
  /** The group whose children clicks select. */
  entered = $state<string>()
  /** The text layer that is being typed in. */
  editing = $state<string>()
  /** The record whose name is being typed in the layers panel. */
  renaming = $state<string>()
  /** The image layer whose mask the brush paints; undefined while the brush paints a region to generate in. */
  masking = $state<string>()
  rulers = $state(true)
  unit = $state<'px' | 'mm' | 'in'>('mm')
  grid = $state(false)
  guides = $state(true)
  /** Lines that the user drew out of the rulers. */
  guideLines = $state.raw<readonly Guide[]>([])
  snap = $state(true)
  /** Bleed and safe area. */
  marks = $state(true)
  /** Texts on the canvas that do not fit, with the values that are shown. */
  overflows = $state.raw<readonly Overflow[]>([])
  /** px of the visible canvas. */
  width = $state(0)
  height = $state(0)
  /** Jobs whose pictures were put on the document. */
  placed = $state.raw<readonly string[]>([])
  /** The brief and the lines of the copy view; undefined until something was written there. */
  copy = $state.raw<Board>()

  session(): Session {
    const { zoom, x, y, selection, artboard, placed, guideLines, copy } = this
    const board = artboard === undefined ? {} : { artboard }
    const shown = this.row === undefined ? {} : { row: this.row }
    const guides = guideLines.slice(-MOST_GUIDES)
    const written = copy === undefined ? {} : { copy }
    return { zoom, x, y, selection: [...selection], ...board, ...shown, guides, placed: placed.slice(-500), ...written }
  }

  restore(session: Session): void {
    Object.assign(this, { zoom: session.zoom, x: session.x, y: session.y })
    this.selection = session.selection
    this.artboard = session.artboard
    this.row = session.row
    this.placed = session.placed
    this.guideLines = session.guides
    this.copy = session.copy
  }

  /** After records went: nothing that is gone stays selected. */
  prune(store: DocumentStore): void {
    const kept = this.selection.filter((id) => store.get(id))
    if (kept.length !== this.selection.length) this.selection = kept
    if (this.artboard === undefined || !store.get(this.artboard))
      this.artboard = pruneSession(this.session(), store.document).artboard
    for (const key of ['row', 'entered', 'editing', 'masking', 'renaming'] as const) {
      const id = this[key]
      if (id !== undefined && !store.get(id)) this[key] = undefined
    }
  }
}
