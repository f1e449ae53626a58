import type { Project } from '../app/project.svelte.ts'
import { DocumentTree } from './document-tree.ts'
import { concernsRows, type Row, revealing, rowsBetween, rowsOf } from './rows.ts'

/** Which rows are open, which one has the keyboard, and how clicks and keys select. One per open project. */
export class TreeState {
  readonly project: Project
  toggled = $state.raw<ReadonlySet<string>>(new Set())
  /** The row that keys act on. */
  active = $state<string>()
  /** Where a range of selected rows begins. */
  #anchor: string | undefined
  #structure = $state(0)

  // Dragging a layer on the canvas changes the document with every frame, its rows never.
  readonly tree = $derived.by(() => {
    void this.#structure
    return new DocumentTree(this.project.store.document)
  })
  readonly rows: readonly Row[] = $derived(rowsOf(this.tree, this.toggled))

  constructor(project: Project) {
    this.project = project
    project.store.watch((patch) => {
      if (concernsRows(patch)) this.#structure++
    })
  }

  toggle(id: string): void {
    const next = new Set(this.toggled)
    if (!next.delete(id)) next.add(id)
    this.toggled = next
  }

  reveal(id: string): void {
    this.toggled = revealing(this.tree, id, this.toggled)
  }

  select(id: string, how: 'only' | 'range' | 'toggle' = 'only'): void {
    const { view, store } = this.project
    this.active = id
    if (how === 'range' && this.#anchor !== undefined) view.selection = rowsBetween(this.rows, this.#anchor, id)
    else {
      this.#anchor = id
      view.selection = how === 'toggle' ? this.#toggled(id) : [id]
    }
    view.artboard = store.artboard(id)?.id ?? store.artboardOf(id)?.id ?? view.artboard
    view.entered = undefined
  }

  /** Artboards and layers are not selected together. */
  #toggled(id: string): string[] {
    const { view, store } = this.project
    if (view.selection.includes(id)) return view.selection.filter((other) => other !== id)
    const isBoard = store.artboard(id) !== undefined
    return [...view.selection.filter((other) => (store.artboard(other) !== undefined) === isBoard), id]
  }
}

const states = new WeakMap<Project, TreeState>()

/** Open rows stay open when the panel is closed and shown again. */
export function treeStateOf(project: Project): TreeState {
  const known = states.get(project)
  if (known) return known
  const state = new TreeState(project)
  states.set(project, state)
  return state
}
