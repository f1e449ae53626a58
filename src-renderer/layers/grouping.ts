import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Edit } from '#shared/document/store.ts'
import type { DocumentTree } from './document-tree.ts'
import { boundsOf, ordersAt, type Place, poseInside, poseOf, putAt, turnedWith } from './placing.ts'

/** Layers that can be one group: on one artboard. */
export const canGroup = (tree: DocumentTree, layers: readonly Layer[]): boolean =>
  layers.length > 0 && new Set(layers.map(({ id }) => tree.artboardOf(id))).size === 1

/** One group of layers (drawing order), where the topmost of them lies; gives its id. */
export function group(tree: DocumentTree, edit: Edit, layers: readonly Layer[], id: string, name: string): string {
  const parent = holderOf(tree, layers)
  const poses = layers.map((layer) => poseInside(tree, parent, poseOf(tree, layer)))
  const boxes = layers.map(({ width, height }, at) => {
    const { x, y, rotation } = poses[at]!
    return { x: x - width / 2, y: y - height / 2, width, height, rotation }
  })
  edit.add({ type: 'group', id, name, parent, order: 0, ...boundsOf(boxes) })
  for (const [at, layer] of layers.entries()) putAt(tree, edit, layer, poses[at]!, { parent: id, order: at + 1 })
  for (const [sibling, order] of ordersAt(tree, overall(tree, parent, layers), [id])) edit.update(sibling, { order })
  return id
}

/** What the group was dissolves into its layers, which stay where and as they are seen; gives their ids. */
export function ungroup(tree: DocumentTree, edit: Edit, group: Layer): string[] {
  const children = tree.children(group.id)
  const ids = children.map(({ id }) => id)
  for (const child of children) {
    const { x, y, width, height, rotation } = child
    const pose = turnedWith(group, { x: x + width / 2, y: y + height / 2, rotation })
    putAt(tree, edit, child, pose, {
      parent: group.parent,
      opacity: child.opacity * group.opacity,
      hidden: child.hidden || group.hidden,
    })
  }
  for (const [id, order] of ordersAt(tree, { parent: group.parent, under: group.id }, ids)) edit.update(id, { order })
  edit.remove(group.id)
  return ids
}

/** The innermost group or artboard that holds them all. */
function holderOf(tree: DocumentTree, layers: readonly Layer[]): string {
  const chains = layers.map(({ id }) => tree.groupsOf(id).map((holder) => holder.id))
  return (chains[0] ?? []).find((id) => chains.every((chain) => chain.includes(id))) ?? tree.artboardOf(layers[0]!.id)
}

/** Over the topmost layer that will be in the group; under the one that lay over it. */
function overall(tree: DocumentTree, parent: string, layers: readonly Layer[]): Place {
  const taken = new Set(layers.map(({ id }) => id))
  const siblings = tree.children(parent)
  const holds = (layer: Layer) => taken.has(layer.id) || tree.descendants(layer.id).some(({ id }) => taken.has(id))
  const top = siblings.findLastIndex(holds)
  const under = siblings.slice(top + 1).find(({ id }) => !taken.has(id))
  return under ? { parent, under: under.id } : { parent }
}
