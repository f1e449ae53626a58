import type { PlacedRun } from './layout.ts'
import type { GroupNode, LeafNode, Rect, SceneNode } from './node.ts'

export type { Rect } from './node.ts'

/** How far drawing reaches, to size surfaces and to cut out a selection. */

/** A rectangle that holds all ink of a leaf, from its box's corner, before rotation. px */
export function inkOf(node: LeafNode): Rect {
  const box = { x: 0, y: 0, width: node.width, height: node.height }
  switch (node.kind) {
    case 'image':
      return box
    case 'dieline':
      return grown(box, node.layer.strokeWidth / 2)
    case 'shape': {
      const { shape, stroke } = node.layer
      if (!stroke || shape.kind === 'rays') return box
      // A mitred point may stand out by ten half widths, the canvas's own limit.
      const pointed = shape.kind === 'star' || shape.kind === 'polygon'
      return grown(box, (stroke.width / 2) * (pointed ? 10 : 1))
    }
    case 'text':
      return union([box, ...node.layout.lines.flatMap(({ runs }) => runs.map((run) => letters(run, node.layout.size)))])
  }
}

/** Room for a run's letters: accents on capitals, descenders, italics that lean out of their advance. */
function letters({ x, y, length, turned }: PlacedRun, size: number): Rect {
  const [over, under, aside] = [1.3 * size, 0.5 * size, 0.4 * size]
  const along = length + 2 * aside
  return turned
    ? { x: x - under, y: y - aside, width: over + under, height: along }
    : { x: x - aside, y: y - over, width: along, height: over + under }
}

/** What a node covers on its artboard: rotated ink, and for a group all of its children's. */
export function extentOf(node: SceneNode): Rect {
  if (node.kind !== 'group') return turned(shifted(inkOf(node), node.x, node.y), node)
  return node.children.length === 0 ? boxOf(node) : throughGroup(node, node.children.map(extentOf))
}

/** A node's box as it stands on its artboard. */
export const boxOf = (node: SceneNode): Rect => turned(node, node)

/** What is seen of rectangles in a group: cut by its box, turned with it. */
export function throughGroup(group: GroupNode, rects: Rect[]): Rect {
  const all = union(rects)
  return turned(group.clip === undefined ? all : common(all, group), group)
}

export function union(rects: Rect[]): Rect {
  const [x, y] = [Math.min(...rects.map((rect) => rect.x)), Math.min(...rects.map((rect) => rect.y))]
  const right = Math.max(...rects.map((rect) => rect.x + rect.width))
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** What two rectangles share; of size 0 when they share nothing. */
function common(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x)
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y)
  return { x, y, width, height }
}

const grown = ({ x, y, width, height }: Rect, by: number): Rect => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
})

const shifted = (rect: Rect, x: number, y: number): Rect => ({ ...rect, x: rect.x + x, y: rect.y + y })

/** The upright rectangle about a rectangle that turns with a box, about the box's centre. */
export function turned(rect: Rect, box: Rect & { rotation: number }): Rect {
  if (box.rotation % 360 === 0) return { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
  const angle = (box.rotation * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
  const corners = [
    [rect.x, rect.y],
    [rect.x + rect.width, rect.y],
    [rect.x, rect.y + rect.height],
    [rect.x + rect.width, rect.y + rect.height],
  ].map(([x, y]) => [cx + (x! - cx) * cos - (y! - cy) * sin, cy + (x! - cx) * sin + (y! - cy) * cos] as const)
  return union(corners.map(([x, y]) => ({ x, y, width: 0, height: 0 })))
}
