import { isLayer } from '#shared/document/document.ts'
import type { LayerType } from '#shared/document/layers/kinds.ts'
import type { Patch } from '#shared/document/patch.ts'
import type { DocumentTree } from './document-tree.ts'

/** The tree as the lines of a list: artboards in their order, layers topmost first. */
export interface Row {
  id: string
  type: 'artboard' | LayerType
  /** The row that holds this one; none holds an artboard. */
  parent?: string
  /** 0 is an artboard. */
  depth: number
  expandable: boolean
  expanded: boolean
  /** Among its siblings, from 1: a screen reader says "3 of 8". */
  position: number
  siblings: number
  /** By a group that it is in. */
  hiddenAbove: boolean
  lockedAbove: boolean
}

/** `toggled`: artboards that were closed and groups that were opened. */
export function rowsOf(tree: DocumentTree, toggled: ReadonlySet<string>): Row[] {
  const rows: Row[] = []
  const walk = (parent: string, depth: number, hidden: boolean, locked: boolean) => {
    const layers = tree.children(parent)
    for (let at = layers.length - 1; at >= 0; at--) {
      const layer = layers[at]!
      const expandable = layer.type === 'group' && tree.children(layer.id).length > 0
      const expanded = expandable && toggled.has(layer.id)
      rows.push({
        id: layer.id,
        type: layer.type,
        parent,
        depth,
        expandable,
        expanded,
        position: layers.length - at,
        siblings: layers.length,
        hiddenAbove: hidden,
        lockedAbove: locked,
      })
      if (expanded) walk(layer.id, depth + 1, hidden || layer.hidden, locked || layer.locked)
    }
  }
  const { artboards } = tree.document
  for (const [at, board] of artboards.entries()) {
    const expanded = !toggled.has(board.id)
    rows.push({
      id: board.id,
      type: 'artboard',
      depth: 0,
      expandable: true,
      expanded,
      position: at + 1,
      siblings: artboards.length,
      hiddenAbove: false,
      lockedAbove: false,
    })
    if (expanded) walk(board.id, 1, false, false)
  }
  return rows
}

/** What has to be toggled for a layer's row to be there. */
export function revealing(tree: DocumentTree, id: string, toggled: ReadonlySet<string>): ReadonlySet<string> {
  const closed = tree.groupsOf(id).filter((group) => !toggled.has(group.id))
  const board = tree.artboardOf(id)
  if (closed.length === 0 && !(toggled.has(board) && board !== id)) return toggled
  const next = new Set([...toggled, ...closed.map((group) => group.id)])
  if (board !== id) next.delete(board)
  return next
}

/** Ids of the rows from one to another that are of the anchor's kind: artboards are not selected with layers. */
export function rowsBetween(rows: readonly Row[], anchor: string, to: string): string[] {
  const [a, b] = [rows.findIndex(({ id }) => id === anchor), rows.findIndex(({ id }) => id === to)]
  if (a < 0 || b < 0) return [to]
  const isBoard = rows[a]!.depth === 0
  return rows
    .slice(Math.min(a, b), Math.max(a, b) + 1)
    .filter(({ depth }) => (depth === 0) === isBoard)
    .map(({ id }) => id)
}

/** Whether a change can change the rows: who is there, under whom, in which order, seen and free to move or not. */
export function concernsRows({ added, updated, removed }: Patch): boolean {
  const isThere = (records: Patch['added']) =>
    Object.values(records).some((record) => record.type === 'artboard' || isLayer(record))
  return (
    isThere(added) ||
    isThere(removed) ||
    Object.values(updated).some(([from, to]) => {
      if (from.type === 'artboard' && to.type === 'artboard') return from.order !== to.order
      if (!isLayer(from) || !isLayer(to)) return isLayer(from) !== isLayer(to)
      return (
        from.parent !== to.parent ||
        from.order !== to.order ||
        from.hidden !== to.hidden ||
        from.locked !== to.locked ||
        from.type !== to.type
      )
    })
  )
}
