import type { Artboard } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Edit } from '#shared/document/store.ts'
import { ordersOf } from './arrange.ts'
import type { DocumentTree } from './document-tree.ts'

/**
 * Moving layers in the tree without moving them on the artboard. Boxes are in px of the artboard whatever the group, but
 * a group's rotation turns what it holds about the group's centre: only that has to be made up for.
 */

/** A place in the tree. Layers go just under the sibling `under`; without one they lie over all of them. */
export interface Place {
  parent: string
  under?: string
}

export interface Pose {
  /** Of the box's centre. */
  x: number
  y: number
  rotation: number
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

const centreOf = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 })

/** A pose after a turn about a group's centre. */
export function turnedWith(group: Layer, pose: Pose, sign: 1 | -1 = 1): Pose {
  if (group.rotation === 0) return pose
  const centre = centreOf(group)
  const angle = (sign * group.rotation * Math.PI) / 180
  const [dx, dy] = [pose.x - centre.x, pose.y - centre.y]
  return {
    x: centre.x + dx * Math.cos(angle) - dy * Math.sin(angle),
    y: centre.y + dx * Math.sin(angle) + dy * Math.cos(angle),
    rotation: pose.rotation + sign * group.rotation,
  }
}

/** How a layer stands on its artboard, seen through its groups. */
export const poseOf = (tree: DocumentTree, layer: Layer): Pose =>
  tree
    .groupsOf(layer.id)
    .reduce((pose, group) => turnedWith(group, pose), { ...centreOf(layer), rotation: layer.rotation })

/** What a layer in `parent` has to be written as to stand like `pose`. */
export function poseInside(tree: DocumentTree, parent: string, pose: Pose): Pose {
  const group = tree.layer(parent)
  const groups = group ? [group, ...tree.groupsOf(parent)] : []
  return groups.reduceRight((seen, outer) => turnedWith(outer, seen, -1), pose)
}

/** The upright rectangle that turned boxes fill. */
export function boundsOf(boxes: readonly (Box & { rotation: number })[]): Box {
  const spans = boxes.map((box) => {
    const angle = (box.rotation * Math.PI) / 180
    const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
    const { x, y } = centreOf(box)
    const [halfWidth, halfHeight] = [(box.width * cos + box.height * sin) / 2, (box.width * sin + box.height * cos) / 2]
    return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight }
  })
  const x = Math.min(...spans.map(({ left }) => left))
  const y = Math.min(...spans.map(({ top }) => top))
  return {
    x,
    y,
    width: Math.max(...spans.map(({ right }) => right)) - x,
    height: Math.max(...spans.map(({ bottom }) => bottom)) - y,
  }
}

/** Moves a layer to a pose, with all that it holds, and changes other fields of it at once. */
export function putAt(tree: DocumentTree, edit: Edit, layer: Layer, pose: Pose, fields: object = {}): void {
  const centre = centreOf(layer)
  const [dx, dy] = [pose.x - centre.x, pose.y - centre.y]
  edit.update(layer.id, { x: layer.x + dx, y: layer.y + dy, rotation: pose.rotation, ...fields })
  if (dx === 0 && dy === 0) return
  for (const inner of tree.descendants(layer.id)) edit.update(inner.id, { x: inner.x + dx, y: inner.y + dy })
}

/** Numbers for layers that come to a place, and for its other layers when there is no room between them. */
export function ordersAt(tree: DocumentTree, place: Place, ids: readonly string[]): Map<string, number> {
  const moved = new Set(ids)
  const others = tree.children(place.parent).filter(({ id }) => !moved.has(id))
  const found = place.under === undefined ? -1 : others.findIndex(({ id }) => id === place.under)
  const at = found < 0 ? others.length : found
  const coming = ids.map((id) => ({ id, order: 0 }))
  return ordersOf([...others.slice(0, at), ...coming, ...others.slice(at)], moved)
}

/**
 * Layers (drawing order) to another place. On the same artboard they stay where they are seen; on another one they take
 * the same place there, or its middle when that would be out of sight.
 */
export function moveTo(tree: DocumentTree, edit: Edit, layers: readonly Layer[], place: Place): void {
  const board = tree.document.artboards.find(({ id }) => id === tree.artboardOf(place.parent))
  for (const layer of layers) {
    const pose = poseOf(tree, layer)
    const elsewhere = board !== undefined && tree.artboardOf(layer.id) !== board.id
    const seen = elsewhere && isOutside(layer, pose, board) ? middleOf(board, pose) : pose
    putAt(tree, edit, layer, poseInside(tree, place.parent, seen), { parent: place.parent })
  }
  const ids = layers.map(({ id }) => id)
  for (const [id, order] of ordersAt(tree, place, ids)) edit.update(id, { order })
}

function isOutside({ width, height }: Layer, pose: Pose, board: Artboard): boolean {
  const reach = Math.hypot(width, height) / 2
  return pose.x + reach < 0 || pose.y + reach < 0 || pose.x - reach > board.width || pose.y - reach > board.height
}

const middleOf = (board: Artboard, { rotation }: Pose): Pose => ({ x: board.width / 2, y: board.height / 2, rotation })

/** Whether layers may go there: not into themselves. */
export const mayMoveTo = (tree: DocumentTree, ids: ReadonlySet<string>, { parent }: Place): boolean =>
  !ids.has(parent) && !tree.groupsOf(parent).some(({ id }) => ids.has(id))
