import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Edit } from '#shared/document/store.ts'
import type { DocumentTree } from './document-tree.ts'
import type { Box } from './placing.ts'

/** A layer in another box; what a group holds goes with it, in proportion. */
export function putInBox(tree: DocumentTree, edit: Edit, layer: Layer, box: Partial<Box>): void {
  const to = { x: layer.x, y: layer.y, width: layer.width, height: layer.height, ...box }
  edit.update(layer.id, to)
  if (layer.type !== 'group') return
  const [sx, sy] = [ratio(to.width, layer.width), ratio(to.height, layer.height)]
  for (const inner of tree.descendants(layer.id)) {
    const [width, height] = scaled(inner, sx, sy)
    const centreX = to.x + (inner.x + inner.width / 2 - layer.x) * sx
    const centreY = to.y + (inner.y + inner.height / 2 - layer.y) * sy
    edit.update(inner.id, {
      x: centreX - width / 2,
      y: centreY - height / 2,
      width,
      height,
      // Letters keep their proportions: they follow the side that has less room.
      ...(inner.type === 'text' && (sx !== 1 || sy !== 1) ? { size: Math.max(1, inner.size * Math.min(sx, sy)) } : {}),
    })
  }
}

const ratio = (to: number, from: number) => (from === 0 ? 1 : to / from)

/** Sides of a box in a stretched plane: a turned one takes of either stretch what it lies along. */
function scaled({ width, height, rotation }: Layer, sx: number, sy: number): [number, number] {
  const angle = (rotation * Math.PI) / 180
  const [along, across] = [Math.cos(angle) ** 2, Math.sin(angle) ** 2]
  return [width * (sx * along + sy * across), height * (sy * along + sx * across)]
}

/** The box after one side was typed, in proportion when the ratio is locked. */
export function sized(layer: Layer, side: 'width' | 'height', px: number, locked: boolean): Partial<Box> {
  const other = side === 'width' ? 'height' : 'width'
  return locked && layer[side] > 0 ? { [side]: px, [other]: (layer[other] * px) / layer[side] } : { [side]: px }
}
