import type { DocumentStore, Edit } from '#shared/document/store.ts'
import { refitGroups } from '../canvas/groups.ts'
import { DocumentTree } from './document-tree.ts'

/** One step that changes who is where; then the boxes of the groups of what `change` names follow. */
export function restructure(
  store: DocumentStore,
  label: string,
  change: (tree: DocumentTree, edit: Edit) => Iterable<string>,
): void {
  const tree = new DocumentTree(store.document)
  const gesture = store.gesture(label)
  try {
    let moved: Iterable<string> = []
    gesture.update((edit) => {
      moved = change(tree, edit)
    })
    gesture.update((edit) => refitGroups(edit, store, moved))
  } catch (thrown) {
    gesture.cancel()
    throw thrown
  }
  gesture.commit()
}

/** Layers whose groups change when these go: one that stays in each group they leave. */
export const leftBehind = (tree: DocumentTree, layers: readonly { id: string; parent: string }[]): string[] => {
  const going = new Set(layers.map(({ id }) => id))
  return layers.flatMap(({ parent }) => tree.children(parent).find(({ id }) => !going.has(id))?.id ?? [])
}
