import type { GroupLayer } from '#shared/document/layers/group.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import type { DocumentStore } from '#shared/document/store.ts'
import {
  type Box,
  boundsOfBoxes,
  centreOf,
  mapBox,
  normalDegrees,
  type Point,
  type Rect,
  rounded,
  shifted,
  turn,
} from './geometry.ts'

/** Layers in the hand: as they were when a gesture began, with all that hangs on them. */

export interface Held extends Branch {
  /** As it stands on the pasteboard, through the groups that it is in. */
  box: Box
  /** Those groups, innermost first. */
  groups: readonly GroupLayer[]
  /** Of its artboard. */
  corner: Point
}

/** A layer and what hangs on it. */
export interface Branch {
  layer: Layer
  children: readonly Branch[]
}

/** What is asked of the document. */
export type Tree = Pick<DocumentStore, 'layer' | 'children' | 'artboardOf'>

export interface Change {
  id: string
  fields: Readonly<Record<string, unknown>>
}

/** A layer that hangs in another held one comes with it and is not held itself. */
export function hold(store: Tree, ids: readonly string[]): Held[] {
  const chosen = new Set(ids)
  return ids.flatMap((id) => {
    const layer = store.layer(id)
    const board = layer && store.artboardOf(id)
    if (!layer || !board) return []
    const groups = groupsOver(store, layer)
    if (groups.some((group) => chosen.has(group.id))) return []
    const corner = { x: board.x, y: board.y }
    return [{ ...branch(store, layer), groups, corner, box: standing(layer, groups, corner) }]
  })
}

const branch = (store: Tree, layer: Layer): Branch => ({
  layer,
  children: layer.type === 'group' ? store.children(layer.id).map((child) => branch(store, child)) : [],
})

export function groupsOver(store: Tree, { parent }: Layer): GroupLayer[] {
  const groups: GroupLayer[] = []
  for (let above = store.layer(parent); above?.type === 'group'; above = store.layer(above.parent)) groups.push(above)
  return groups
}

/** The layer on the artboard that a layer is part of: itself, or the outermost of its groups. */
export function rootOf(store: Tree, id: string): string {
  const layer = store.layer(id)
  return layer && store.layer(layer.parent) ? rootOf(store, layer.parent) : id
}

/** A layer's box as seen through its groups. */
export function standing(layer: Box, groups: readonly GroupLayer[], corner: Point): Box {
  let centre = centreOf(layer)
  let { rotation } = layer
  for (const group of groups) {
    centre = turn(centre, group.rotation, centreOf(group))
    rotation += group.rotation
  }
  const { width, height } = layer
  return {
    x: centre.x - width / 2 + corner.x,
    y: centre.y - height / 2 + corner.y,
    width,
    height,
    rotation: normalDegrees(rotation),
  }
}

/** The reverse: what to write into the layer so that it stands like that. */
export function lying(box: Box, groups: readonly GroupLayer[], corner: Point): Box {
  let centre = centreOf(shifted(box, -corner.x, -corner.y))
  let { rotation } = box
  for (const group of groups.toReversed()) {
    centre = turn(centre, -group.rotation, centreOf(group))
    rotation -= group.rotation
  }
  const { width, height } = box
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height, rotation: normalDegrees(rotation) }
}

/** About several an upright rectangle, about one its own box. */
export function boxOfAll(held: readonly Held[]): Box | undefined {
  if (held.length === 0) return undefined
  if (held.length === 1) return held[0]!.box
  return { ...boundsOfBoxes(held.map(({ box }) => box)), rotation: 0 }
}

/** The changes that make a held layer stand in `box`. `type`: letters grow with their boxes. */
export function placed(held: Held, box: Box, { type = false } = {}): Change[] {
  return written(held, lying(box, held.groups, held.corner), type)
}

function written({ layer, children }: Branch, to: Box, type: boolean): Change[] {
  const fields = { ...boxFields(to), ...(type ? typeFields(layer, to) : {}) }
  return [
    { id: layer.id, fields },
    ...children.flatMap((child) => written(child, mapBox(child.layer, layer, to), type)),
  ]
}

export const boxFields = ({ x, y, width, height, rotation }: Box) => ({
  x: rounded(x),
  y: rounded(y),
  width: rounded(width),
  height: rounded(height),
  rotation: rounded(rotation),
})

/** Letters grow by the mean of both sides. */
function typeFields(layer: Layer, { width, height }: Rect): Record<string, number> {
  if (layer.type !== 'text' || !(layer.width > 0 && layer.height > 0)) return {}
  const factor = Math.sqrt((width / layer.width) * (height / layer.height))
  const sized = (px: number) => Math.min(10_000, Math.max(1, rounded(px * factor)))
  return { size: sized(layer.size), minSize: sized(layer.minSize) }
}

export const moved = (held: readonly Held[], x: number, y: number): Change[] =>
  held.flatMap((each) => placed(each, shifted(each.box, x, y)))

export function rotated(held: readonly Held[], degrees: number, about: Point): Change[] {
  return held.flatMap((each) => {
    const { width, height, rotation } = each.box
    const { x, y } = turn(centreOf(each.box), degrees, about)
    return placed(each, { x: x - width / 2, y: y - height / 2, width, height, rotation: rotation + degrees })
  })
}

/** The box about all of them (see boxOfAll) becomes `to`. */
export function resized(held: readonly Held[], to: Box, { type = false } = {}): Change[] {
  if (held.length === 1) return placed(held[0]!, to, { type })
  const from = boxOfAll(held)
  return from ? held.flatMap((each) => placed(each, mapBox(each.box, from, to), { type })) : []
}
