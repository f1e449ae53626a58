import { HEAD, type TableDesk } from './table-desk.svelte.ts'

/** What keys do in the table. All of it works without a pointer; Tab leaves it, but not from within a cell. */

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

export interface Hands {
  /** Rows of a page. */
  page: number
  openMenu(column: string): void
}

/** True when the key meant something here; then it means nothing else. */
export function hearTableKey(desk: TableDesk, event: KeyboardEvent, hands: Hands): boolean {
  if (event.isComposing) return false
  const mod = event.ctrlKey || event.metaKey
  if (desk.place.row === HEAD && onHeader(desk, event, hands)) return true
  return moves(desk, event, mod, hands.page) || (mod ? commands(desk, event) : edits(desk, event))
}

function onHeader(desk: TableDesk, { key, altKey, shiftKey }: KeyboardEvent, { openMenu }: Hands): boolean {
  const { column } = desk
  if (!column) return false
  if (key === 'Enter' || key === 'F2') {
    if (!desk.readOnly) desk.renaming = column.id
  } else if (key === ' ' || key === 'ContextMenu' || (altKey && key === 'ArrowDown')) openMenu(column.id)
  else if (altKey && (key === 'ArrowLeft' || key === 'ArrowRight')) {
    const by = key === 'ArrowLeft' ? -1 : 1
    if (shiftKey) desk.resize(column, desk.widthOf(column) + 24 * by)
    else desk.moveColumn(column, by)
  } else if (key === 'Delete' || key === 'Backspace') desk.removeColumn(column)
  else return false
  return true
}

function moves(desk: TableDesk, { key, shiftKey, altKey }: KeyboardEvent, mod: boolean, page: number): boolean {
  const { place, rows, columns } = desk
  const step = STEPS[key]
  if (step && altKey) {
    if (step[0] === 0 || place.row === HEAD) return false
    desk.moveRows(step[0] as -1 | 1)
    return true
  }
  const far = mod ? Math.max(rows.length, columns.length) : 1
  const go = (row: number, column: number) => {
    // A range never reaches into the headers.
    desk.go({ row: shiftKey ? Math.max(0, row) : row, column }, shiftKey, shiftKey ? desk.whole : undefined)
    return true
  }
  if (step) {
    const up = mod && step[0] < 0 ? (place.row <= 0 ? HEAD : 0) : place.row + step[0] * far
    return go(up, place.column + step[1] * far)
  }
  switch (key) {
    case 'PageDown':
      return go(place.row + page, place.column)
    case 'PageUp':
      return go(Math.max(0, place.row - page), place.column)
    case 'Home':
      return go(mod ? 0 : place.row, 0)
    case 'End':
      return go(mod ? rows.length - 1 : place.row, columns.length - 1)
    default:
      return false
  }
}

function commands(desk: TableDesk, { key, shiftKey, altKey }: KeyboardEvent): boolean {
  if (shiftKey || altKey) return false
  switch (key.toLowerCase()) {
    case 'a':
      desk.chooseAll()
      return true
    case 'd':
      desk.duplicateRows()
      return true
    case 'delete':
    case 'backspace':
      desk.removeRows()
      return true
    case ' ':
      desk.go(desk.place, false, 'columns')
      return true
    default:
      return false
  }
}

function edits(desk: TableDesk, { key, altKey, shiftKey }: KeyboardEvent): boolean {
  const { row, column } = desk
  switch (key) {
    case 'Escape':
      if (desk.at === desk.anchor && desk.whole === undefined) return false
      desk.go(desk.place)
      return true
    case 'Enter':
      if (!row || !column || desk.readOnly) return false
      if (column.kind === 'picture') desk.choose()
      else desk.type()
      return true
    case 'F2':
      desk.type()
      return row !== undefined
    case 'Delete':
    case 'Backspace':
      return desk.clearChosen()
    case 'Insert':
      desk.addRow()
      return true
    case ' ':
      if (shiftKey) desk.go(desk.place, false, 'rows')
      else if (column?.kind === 'flag') desk.flip()
      else return false
      return true
    default:
      return !altKey && key.length === 1 && desk.place.row !== HEAD && !desk.readOnly && startTyping(desk)
  }
}

/** The key itself goes into the field that opens, where an input method may take it. */
function startTyping(desk: TableDesk): false {
  desk.type('')
  return false
}
