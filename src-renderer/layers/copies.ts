import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Edit } from '#shared/document/store.ts'
import { ordersOf } from './arrange.ts'
import type { DocumentTree } from './document-tree.ts'

export const newId = (): string => crypto.randomUUID()

/** A copy of a layer with all it holds, under new ids; gives the copy's. */
export function copyInto(
  tree: DocumentTree,
  edit: Edit,
  layer: Layer,
  changes: { parent: string; order?: number; dx?: number; dy?: number },
): string {
  const { parent, order = layer.order, dx = 0, dy = 0 } = changes
  const id = newId()
  edit.add({ ...layer, id, parent, order, x: layer.x + dx, y: layer.y + dy })
  for (const child of tree.children(layer.id)) copyInto(tree, edit, child, { parent: id, dx, dy })
  return id
}

/** A copy of each layer (drawing order), a little aside and just over its original; gives the copies' ids. */
export function duplicate(tree: DocumentTree, edit: Edit, layers: readonly Layer[], aside: number): string[] {
  const copies = new Map(
    layers.map((layer) => [layer.id, copyInto(tree, edit, layer, { parent: layer.parent, dx: aside, dy: aside })]),
  )
  const made = new Set(copies.values())
  for (const parent of new Set(layers.map((layer) => layer.parent))) {
    const sequence = tree.children(parent).flatMap((layer) => {
      const copy = copies.get(layer.id)
      return copy === undefined ? [layer] : [layer, { id: copy, order: 0 }]
    })
    for (const [id, order] of ordersOf(sequence, made)) edit.update(id, { order })
  }
  return [...made]
}
