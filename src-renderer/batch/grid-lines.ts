import type { BatchCell, CellFilter } from '#shared/contract/batch.ts'

/** The files of a batch as lines of a grid: filtered, in groups, so many side by side; and the way of the keyboard. */

export const GROUPS = ['none', 'row', 'artboard'] as const
export type Grouping = (typeof GROUPS)[number]

export type Line =
  | { kind: 'group'; key: string; of: BatchCell; count: number }
  /** `row`: which line of cells it is, from 1. */
  | { kind: 'cells'; key: string; row: number; cells: readonly BatchCell[] }

/** A text that was set smaller until it fitted is as its layer wishes; one that hangs out is not. */
export const hangsOut = ({ overflows }: BatchCell): boolean => overflows.some(({ how }) => how === 'over')

export function passes(filter: CellFilter, cell: BatchCell): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'waiting':
      return cell.state === 'waiting' || cell.state === 'making'
    case 'done':
    case 'failed':
      return cell.state === filter
    case 'starred':
      return cell.starred
    case 'locked':
      return cell.locked
    case 'overflowing':
      return hangsOut(cell)
  }
}

/** What cells have in common in a group. */
const keyOf: Readonly<Record<Grouping, (cell: BatchCell) => string>> = {
  none: () => '',
  row: ({ row }) => String(row),
  artboard: ({ artboard, size }) => `${artboard} ${size ?? ''}`,
}

/** Groups stand in the order of their first file, files within them in the order of the plan. */
export function linesOf(cells: readonly BatchCell[], columns: number, grouping: Grouping): Line[] {
  const groups = Map.groupBy(cells, keyOf[grouping])
  const lines: Line[] = []
  let row = 0
  for (const [key, members] of groups) {
    if (grouping !== 'none') lines.push({ kind: 'group', key: `group ${key}`, of: members[0]!, count: members.length })
    for (let at = 0; at < members.length; at += columns) {
      const part = members.slice(at, at + columns)
      lines.push({ kind: 'cells', key: `cells ${part[0]!.index}`, row: ++row, cells: part })
    }
  }
  return lines
}

/** Indexes of the cells as they stand in the lines. */
export const orderOf = (lines: readonly Line[]): number[] =>
  lines.flatMap((line) => (line.kind === 'cells' ? line.cells.map(({ index }) => index) : []))

/** Where a cell stands: which line and which place in it; undefined when it is not shown. */
export function placeOf(lines: readonly Line[], index: number): { line: number; at: number } | undefined {
  for (const [line, each] of lines.entries()) {
    if (each.kind !== 'cells') continue
    const at = each.cells.findIndex((cell) => cell.index === index)
    if (at >= 0) return { line, at }
  }
  return undefined
}

/** Lines that Page up and Page down go. */
const PAGE = 4

/** The cell that a key leads to from another; undefined when the key leads nowhere in a grid. */
export function led(lines: readonly Line[], from: number, key: string, ctrl = false): number | undefined {
  const rows = lines.flatMap((line) => (line.kind === 'cells' ? [line.cells] : []))
  const order = rows.flat()
  if (order.length === 0) return undefined
  const at = order.findIndex(({ index }) => index === from)
  const row = rows.findIndex((cells) => cells.some(({ index }) => index === from))
  const toOrder = (place: number) => order[Math.min(order.length - 1, Math.max(0, place))]!.index
  if (at < 0) return MOVES.has(key) ? order[0]!.index : undefined
  const column = rows[row]!.findIndex(({ index }) => index === from)
  const toRow = (place: number) => {
    const cells = rows[Math.min(rows.length - 1, Math.max(0, place))]!
    return cells[Math.min(cells.length - 1, column)]!.index
  }
  switch (key) {
    case 'ArrowRight':
      return toOrder(at + 1)
    case 'ArrowLeft':
      return toOrder(at - 1)
    case 'ArrowDown':
      return toRow(row + 1)
    case 'ArrowUp':
      return toRow(row - 1)
    case 'PageDown':
      return toRow(row + PAGE)
    case 'PageUp':
      return toRow(row - PAGE)
    case 'Home':
      return ctrl ? order[0]!.index : rows[row]![0]!.index
    case 'End':
      return ctrl ? order.at(-1)!.index : rows[row]!.at(-1)!.index
    default:
      return undefined
  }
}

const MOVES = new Set(['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'])

/** Everything from one cell to another as they stand, both included. */
export function between(order: readonly number[], a: number, b: number): number[] {
  const [from, to] = [order.indexOf(a), order.indexOf(b)]
  if (from < 0 || to < 0) return [b]
  return order.slice(Math.min(from, to), Math.max(from, to) + 1)
}
