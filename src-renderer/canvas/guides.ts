import type { Artboard } from '#shared/document/document.ts'
import type { Guide } from '#shared/document/session.ts'
import { mmToPx } from '#shared/units/length.ts'
import { boundsOfBoxes, grown, type Rect } from './geometry.ts'
import { groupsOver, standing, type Tree } from './held.ts'
import type { SnapTargets } from './snap.ts'

/** Inside the trim, free of text; undefined when the artboard has none. Px of the artboard. */
export function safeArea({ width, height, safeMm, dpi }: Artboard): Rect | undefined {
  const inset = mmToPx(safeMm, dpi)
  if (inset <= 0 || 2 * inset >= Math.min(width, height)) return undefined
  return grown({ x: 0, y: 0, width, height }, -inset)
}

export function bleedArea({ width, height, bleedMm, dpi }: Artboard): Rect | undefined {
  return bleedMm > 0 ? grown({ x: 0, y: 0, width, height }, mmToPx(bleedMm, dpi)) : undefined
}

/** Layers of one artboard that others snap to; more than that make a comb of lines. */
const MOST = 400

/** Everything that what is dragged over an artboard snaps to; pasteboard px. */
export function targetsOn(
  store: Tree,
  board: Artboard,
  guides: readonly Guide[],
  without: ReadonlySet<string>,
  within: string = board.id,
): SnapTargets {
  const rects: Rect[] = [{ x: board.x, y: board.y, width: board.width, height: board.height }]
  const group = store.layer(within)
  const groups = group?.type === 'group' ? [group, ...groupsOver(store, group)] : []
  for (const layer of store.children(within)) {
    if (rects.length > MOST) break
    if (!layer.hidden && !without.has(layer.id)) rects.push(boundsOfBoxes([standing(layer, groups, board)]))
  }
  const lines = guides
    .filter(({ artboard }) => artboard === board.id)
    .map(({ axis, at }) => ({ axis, at: at + board[axis] }))
  const areas = [safeArea(board), bleedArea(board)].filter((area) => area !== undefined)
  for (const area of areas) {
    for (const axis of ['x', 'y'] as const) {
      const low = area[axis] + board[axis]
      lines.push({ axis, at: low }, { axis, at: low + area[axis === 'x' ? 'width' : 'height'] })
    }
  }
  return { rects, lines }
}
