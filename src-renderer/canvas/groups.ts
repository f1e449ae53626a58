import { isLayer } from '#shared/document/document.ts'
import type { GroupLayer } from '#shared/document/layers/group.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Edit } from '#shared/document/store.ts'
import { boundsOfBoxes, centreOf, type Rect, rounded, turn } from './geometry.ts'
import type { Tree } from './held.ts'

/**
 * A group's box follows what it holds, from the inside out, and its children stay where they are seen: a turned group
 * gets another pivot with its new box. A clipped or masked group keeps its box, which is what it cuts with.
 */
export function refitGroups(edit: Edit, store: Tree, ids: Iterable<string>): void {
  const done = new Set<string>()
  for (const id of ids) {
    let above = edit.get(id)
    while (above && isLayer(above)) {
      const group: ReturnType<Edit['get']> = edit.get(above.parent)
      if (group?.type !== 'group') break
      if (!done.has(group.id)) refit(edit, store, group)
      done.add(group.id)
      above = group
    }
  }
}

function refit(edit: Edit, store: Tree, group: GroupLayer): void {
  if (group.clip || group.mask) return
  const children = store.children(group.id).flatMap(({ id }) => {
    const child = edit.get(id)
    return child && isLayer(child) ? [child] : []
  })
  if (children.length === 0) return
  const box = boundsOfBoxes(children)
  if (near(box, group)) return
  const shift = keptInPlace(group, box)
  edit.update(group.id, fields(box, shift))
  if (shift.x !== 0 || shift.y !== 0) for (const child of children) moveAll(edit, store, child, shift)
}

/** How far box and children must move when the pivot goes from the middle of `group` to that of `box`. */
function keptInPlace(group: GroupLayer, box: Rect) {
  const [from, to] = [centreOf(group), centreOf(box)]
  const seen = turn(to, group.rotation, from)
  return { x: rounded(seen.x - to.x), y: rounded(seen.y - to.y) }
}

function moveAll(edit: Edit, store: Tree, layer: Layer, shift: { x: number; y: number }): void {
  edit.update(layer.id, { x: rounded(layer.x + shift.x), y: rounded(layer.y + shift.y) })
  for (const child of store.children(layer.id)) {
    const current = edit.get(child.id)
    if (current && isLayer(current)) moveAll(edit, store, current, shift)
  }
}

const fields = ({ x, y, width, height }: Rect, shift: { x: number; y: number }) => ({
  x: rounded(x + shift.x),
  y: rounded(y + shift.y),
  width: rounded(width),
  height: rounded(height),
})

const near = (a: Rect, b: Rect): boolean =>
  (['x', 'y', 'width', 'height'] as const).every((key) => Math.abs(a[key] - b[key]) < 0.002)
