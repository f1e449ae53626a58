import type { TreeState } from './tree-state.svelte.ts'

/** Keys of a tree as WAI-ARIA has them. Gives what else has to be done, or undefined for a key that is not the tree's. */
export type TreeKey = 'moved' | 'rename' | 'delete' | 'hide'

export function treeKey(state: TreeState, event: KeyboardEvent): TreeKey | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event
  if (ctrlKey || metaKey || altKey) return undefined
  const { rows, active } = state
  const at = rows.findIndex(({ id }) => id === active)
  const row = rows[at]
  const go = (to: number): TreeKey => {
    const next = rows[Math.min(Math.max(0, to), rows.length - 1)]
    if (next) state.select(next.id, shiftKey ? 'range' : 'only')
    return 'moved'
  }
  switch (key) {
    case 'ArrowDown':
      return go(at + 1)
    case 'ArrowUp':
      return go(at < 0 ? rows.length - 1 : at - 1)
    case 'Home':
      return go(0)
    case 'End':
      return go(rows.length - 1)
    case 'ArrowRight':
      if (!row?.expandable) return 'moved'
      if (row.expanded) return go(at + 1)
      state.toggle(row.id)
      return 'moved'
    case 'ArrowLeft':
      if (row?.expanded) {
        state.toggle(row.id)
        return 'moved'
      }
      return row?.parent === undefined ? 'moved' : go(rows.findIndex(({ id }) => id === row.parent))
    case 'Enter':
    case 'F2':
      return row && 'rename'
    case ' ':
      return row && 'hide'
    case 'Delete':
    case 'Backspace':
      return row && 'delete'
  }
  return undefined
}
