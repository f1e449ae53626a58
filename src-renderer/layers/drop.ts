import type { DocumentTree } from './document-tree.ts'
import { mayMoveTo, type Place } from './placing.ts'
import type { Row } from './rows.ts'

/** Where rows that are being dragged would go, and how that is shown. */
export type Drop =
  | { kind: 'layers'; place: Place; mark: Mark }
  /** Artboards: just after this one, or first. */
  | { kind: 'artboards'; after: string | undefined; mark: Mark }

/** A line above a row (or under the last one), or a frame around a row that takes them in. */
export type Mark = { line: number; depth: number } | { into: number }

export interface Pointer {
  /** In rows from the top of the list: 2.5 is the middle of the third. */
  at: number
  /** In steps of indentation from the left: at the end of a group it says into which of its holders. */
  depth: number
}

/** Of a row's height, at either end of a group: beside it, not into it. */
const EDGE = 0.3

export function dropAt(
  tree: DocumentTree,
  rows: readonly Row[],
  dragged: ReadonlySet<string>,
  pointer: Pointer,
): Drop | undefined {
  if (rows.length === 0) return undefined
  const index = Math.min(Math.max(0, Math.floor(pointer.at)), rows.length - 1)
  const within = pointer.at - index
  const first = dragged.values().next().value
  if (rows.find(({ id }) => id === first)?.depth === 0) return artboardsAt(rows, index, within)
  const { place, mark } = layersAt(rows, index, within, Math.floor(pointer.depth))
  return mayMoveTo(tree, dragged, place) ? { kind: 'layers', place, mark } : undefined
}

function layersAt(rows: readonly Row[], index: number, within: number, depth: number): { place: Place; mark: Mark } {
  const row = rows[index]!
  if (row.parent === undefined) return { place: { parent: row.id }, mark: { into: index } }
  const isGroup = row.type === 'group'
  if (within < (isGroup ? EDGE : 0.5)) {
    const above = siblingAbove(rows, row)
    return {
      place: { parent: row.parent, ...(above ? { under: above.id } : {}) },
      mark: { line: index, depth: row.depth },
    }
  }
  if (isGroup && (row.expanded || within < 1 - EDGE)) return { place: { parent: row.id }, mark: { into: index } }
  const holder = endedBy(rows, index, depth)
  return { place: { parent: holder.parent!, under: holder.id }, mark: { line: index + 1, depth: holder.depth } }
}

/** Under the last row of a group, the pointer's indentation says how many groups end there. */
function endedBy(rows: readonly Row[], index: number, depth: number): Row {
  let row = rows[index]!
  while (row.position === row.siblings && row.depth > Math.max(1, depth)) {
    const holder = rows.find(({ id }) => id === row.parent)
    if (!holder || holder.depth === 0) break
    row = holder
  }
  return row
}

const siblingAbove = (rows: readonly Row[], row: Row): Row | undefined =>
  rows.find(({ parent, position }) => parent === row.parent && position === row.position - 1)

function artboardsAt(rows: readonly Row[], index: number, within: number): Drop {
  const boards = rows.flatMap((row, line) => (row.depth === 0 ? [{ id: row.id, line }] : []))
  const here = boards.findLastIndex(({ line }) => line <= index)
  const next = boards[here + 1]?.line ?? rows.length
  const before = index + within < (boards[here]!.line + next) / 2
  return before
    ? { kind: 'artboards', after: boards[here - 1]?.id, mark: { line: boards[here]!.line, depth: 0 } }
    : { kind: 'artboards', after: boards[here]!.id, mark: { line: next, depth: 0 } }
}
