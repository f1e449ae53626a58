import type { Direction } from './align.ts'
import { type Box, boundsOfBoxes, boxAbout, centreOf, normalDegrees, type Point } from './geometry.ts'
import { type Branch, boxFields, type Change, type Held, lying } from './held.ts'

/** Layers mirrored within the rectangle about all of them, and what hangs on them within its own group. */
export function flipped(held: readonly Held[], direction: Direction): Change[] {
  if (held.length === 0) return []
  const axis = centreOf(boundsOfBoxes(held.map(({ box }) => box)))
  return held.flatMap((each) =>
    written(each, lying(mirroredBox(each.box, axis, direction), each.groups, each.corner), direction),
  )
}

function written({ layer, children }: Branch, to: Box, direction: Direction): Change[] {
  const [from, axis] = [centreOf(layer), centreOf(to)]
  return [
    { id: layer.id, fields: { ...boxFields(to), ...mirroredIn(layer, direction) } },
    ...children.flatMap((child) => {
      const { x, y } = centreOf(child.layer)
      const moved = boxAbout(
        { x: x - from.x + axis.x, y: y - from.y + axis.y },
        child.layer.width,
        child.layer.height,
        child.layer.rotation,
      )
      return written(child, mirroredBox(moved, axis, direction), direction)
    }),
  ]
}

function mirroredBox(box: Box, axis: Point, direction: Direction): Box {
  const { x, y } = centreOf(box)
  const centre = direction === 'horizontally' ? { x: 2 * axis.x - x, y } : { x, y: 2 * axis.y - y }
  return boxAbout(centre, box.width, box.height, normalDegrees(-box.rotation))
}

/** Pictures and slanted lines are mirrored in themselves; letters stay readable. */
function mirroredIn(layer: Branch['layer'], direction: Direction): Record<string, unknown> {
  if (layer.type === 'image') return direction === 'horizontally' ? { flipX: !layer.flipX } : { flipY: !layer.flipY }
  if (layer.type === 'shape' && layer.shape.kind === 'line')
    return { shape: { ...layer.shape, rising: !layer.shape.rising } }
  return {}
}
