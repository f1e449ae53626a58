import type { Edit } from '#shared/document/store.ts'
import {
  type Column,
  type ColumnKind,
  MOST_COLUMNS,
  MOST_IN_CELL,
  MOST_ROWS,
  type Row,
} from '#shared/document/table.ts'
import { saysYes } from '#shared/document/variables.ts'
import { clipboardOf } from '#shared/table/csv.ts'
import {
  addColumn,
  addRows,
  type CellChange,
  copyRows,
  freeName,
  moveColumn,
  moveRows,
  removeColumn,
  setCells,
} from '#shared/table/edits.ts'
import { type Arrival, bringTable, columnsInOrder, rowsInOrder } from '#shared/table/records.ts'
import type { ReadTable } from '#shared/table/table.ts'
import { say } from '../../app/language.svelte.ts'
import type { Project } from '../../app/project.svelte.ts'
import type { Studio } from '../../app/studio.svelte.ts'
import { newId } from '../../layers/copies.ts'
import { Edits } from '../../layers/edits.ts'
import { renameVariable, variableUses } from '../../layers/variables.ts'
import { clearing, type Place, pasting, type Range, rangeOf, textsIn } from './range.ts'
import { firstWidth, withinWidth } from './widths.ts'
import { words } from './words.ts'

/** The place of the headers among the rows. */
export const HEAD = -1

/** A cell that is being typed in: what it said, or the first key that took its place. */
export interface Typing {
  row: string
  column: string
  text: string
  /** The caret stands behind the text; otherwise all of it is selected. */
  caret: boolean
}

export interface Arriving {
  read: ReadTable
  name: string
}

/** The table of the open document: what of it is shown and chosen, and the hand that writes to it. */
export class TableDesk {
  readonly project: Project
  readonly studio: Studio
  readonly #edits: Edits
  search = $state('')
  /** Corners of what is chosen, as places in what is shown; `at` is where the keys work. */
  at = $state.raw<Place>({ row: 0, column: 0 })
  anchor = $state.raw<Place>({ row: 0, column: 0 })
  /** Whole rows or columns, whatever their cells. */
  whole = $state.raw<'rows' | 'columns'>()
  typing = $state.raw<Typing>()
  /** Id of the column whose name is being typed. */
  renaming = $state<string>()
  /** Of a cell whose picture is being chosen. */
  choosing = $state.raw<{ row: string; column: string }>()
  /** What was read and waits for a word on where it goes. */
  arriving = $state.raw<Arriving>()
  /** Name of the file that is being read. */
  reading = $state<string>()
  #widths = $state.raw<Readonly<Record<string, number>>>({})

  readonly columns: readonly Column[] = $derived.by(() => columnsInOrder({ columns: [...this.#columns] }))
  readonly all: readonly Row[] = $derived.by(() => rowsInOrder({ rows: [...this.#rows] }))
  /** Without what the search leaves out. */
  readonly rows: readonly Row[] = $derived.by(() => {
    const wanted = this.search.trim().toLowerCase()
    if (wanted === '') return this.all
    return this.all.filter(({ cells }) => Object.values(cells).some((cell) => cell.toLowerCase().includes(wanted)))
  })
  /** Places in the whole table, from 0. */
  readonly numbers: ReadonlyMap<string, number> = $derived(new Map(this.all.map(({ id }, at) => [id, at])))

  // A change elsewhere in the document leaves these as they are, so nothing of the table is sorted or drawn anew.
  #lastRows: readonly Row[] = []
  #lastColumns: readonly Column[] = []
  readonly #rows: readonly Row[] = $derived.by(() => {
    this.#lastRows = unlessSame(this.#lastRows, this.project.document.rows)
    return this.#lastRows
  })
  readonly #columns: readonly Column[] = $derived.by(() => {
    this.#lastColumns = unlessSame(this.#lastColumns, this.project.document.columns)
    return this.#lastColumns
  })

  constructor(studio: Studio, project: Project) {
    this.studio = studio
    this.project = project
    this.#edits = new Edits(project.store, (error) => studio.notices.error(error))
  }

  get readOnly(): boolean {
    return this.project.readOnly !== undefined
  }

  get isEmpty(): boolean {
    return this.columns.length === 0
  }

  // ── what is chosen ────────────────────────────────────────────────────────────────────────────

  /** Where the keys work, within what is there. */
  get place(): Place {
    return this.#within(this.at)
  }

  get range(): Range {
    const range = rangeOf(this.#within(this.anchor), this.place)
    const last = { row: this.rows.length - 1, column: this.columns.length - 1 }
    if (this.whole === 'rows') return { ...range, left: 0, right: last.column }
    if (this.whole === 'columns') return { ...range, top: 0, bottom: last.row }
    return range
  }

  get row(): Row | undefined {
    return this.rows[this.place.row]
  }

  get column(): Column | undefined {
    return this.columns[this.place.column]
  }

  get chosenRows(): string[] {
    if (this.place.row === HEAD) return []
    const { top, bottom } = this.range
    return this.rows.slice(Math.max(0, top), bottom + 1).map(({ id }) => id)
  }

  go(place: Place, extend = false, whole?: 'rows' | 'columns'): void {
    this.at = this.#within(place)
    if (!extend) this.anchor = this.at
    this.whole = whole
  }

  /** To the next cell after one was typed in; from the last one of a row to the first of the next. */
  step(way: 'down' | 'right' | 'left'): void {
    const { row, column } = this.place
    const { length } = this.columns
    const at = Math.max(0, row * length + column + { down: length, right: 1, left: -1 }[way])
    this.go({ row: Math.floor(at / length), column: way === 'down' ? column : at % length })
  }

  chooseAll(): void {
    this.anchor = { row: 0, column: 0 }
    this.at = this.#within({ row: Number.POSITIVE_INFINITY, column: Number.POSITIVE_INFINITY })
    this.whole = undefined
  }

  #within({ row, column }: Place): Place {
    const lastRow = this.rows.length - 1
    const lastColumn = this.columns.length - 1
    return {
      row: Math.max(HEAD, Math.min(row, lastRow)),
      column: Math.max(0, Math.min(column, lastColumn)),
    }
  }

  // ── cells ─────────────────────────────────────────────────────────────────────────────────────

  /** Opens the cell where the keys work; `first` replaces what it says. */
  type(first?: string): void {
    const { row, column } = this
    if (this.readOnly || !row || !column) return
    const text = first ?? row.cells[column.id] ?? ''
    this.typing = { row: row.id, column: column.id, text, caret: first !== undefined }
  }

  typed(text: string): void {
    const { typing } = this
    this.typing = undefined
    if (!typing || this.#textOf(typing) === text) return
    if (this.#isTooLong([text])) return
    this.set(say(words.edit), [{ row: typing.row, column: typing.column, text }])
  }

  set(label: string, changes: readonly CellChange[]): void {
    if (changes.length > 0) this.#step(label, (edit) => setCells(edit, changes))
  }

  /** What a spreadsheet takes. */
  copied(): string {
    const { place, columns } = this
    if (place.row === HEAD) return columns[place.column]?.name ?? ''
    return clipboardOf(textsIn(this, this.range))
  }

  clear(label: string): void {
    if (this.place.row !== HEAD) this.set(label, clearing(this, this.range))
  }

  /** False where nothing is to be emptied. */
  clearChosen(): boolean {
    if (this.readOnly || this.place.row === HEAD) return false
    this.clear(say(words.clear))
    return true
  }

  /** Yes becomes no in the words of the column, and no yes. */
  flip(): void {
    const { row, column } = this
    if (this.readOnly || !row || !column) return
    const isOn = saysYes(row.cells[column.id])
    const said = this.all.map(({ cells }) => cells[column.id] ?? '').filter((text) => text !== '')
    const word = said.find((text) => saysYes(text) !== isOn) ?? wordFor(!isOn, said)
    this.set(say(words.edit), [{ row: row.id, column: column.id, text: word }])
  }

  /** Opens the choice of a picture for the cell where the keys work. */
  choose(): void {
    const { row, column } = this
    if (!this.readOnly && row && column) this.choosing = { row: row.id, column: column.id }
  }

  paste(cells: readonly (readonly string[])[]): void {
    if (this.readOnly || cells.length === 0 || this.place.row === HEAD) return
    if (this.#isTooLong(cells.flat())) return
    const { changes, added, beyond, range } = pasting(this, this.range, cells, newId)
    if (this.#isFull(added.length)) return
    this.#step(say(words.paste), (edit) => {
      addRows(this.project.store.document, edit, added)
      setCells(edit, changes)
    })
    this.go({ row: range.top, column: range.left })
    this.go({ row: range.bottom, column: range.right }, true)
    if (beyond > 0) this.studio.notices.info(say(words.pasteTooWide, { n: beyond }))
  }

  #textOf({ row, column }: { row: string; column: string }): string {
    const record = this.project.store.get(row)
    return record?.type === 'row' ? (record.cells[column] ?? '') : ''
  }

  #isTooLong(texts: readonly string[]): boolean {
    const isLong = texts.some((text) => text.length > MOST_IN_CELL)
    if (isLong) this.studio.notices.error(new Error(say(words.cellTooLong, { n: MOST_IN_CELL.toLocaleString() })))
    return isLong
  }

  #isFull(more: number): boolean {
    const isFull = this.all.length + more > MOST_ROWS
    if (isFull) this.studio.notices.error(new Error(say(words.tooManyRows, { n: MOST_ROWS.toLocaleString() })))
    return isFull
  }

  // ── rows ──────────────────────────────────────────────────────────────────────────────────────

  /** Below what is chosen; the keys work there next. */
  addRow(): void {
    if (this.readOnly || this.isEmpty || this.#isFull(1)) return
    const last = this.rows[Math.max(this.range.bottom, this.place.row)]
    const before = last && this.all[this.numbers.get(last.id)! + 1]?.id
    // A row without cells matches no search.
    this.search = ''
    const id = newId()
    this.#step(say(words.addRow), (edit) => addRows(this.project.store.document, edit, [id], before))
    this.#goTo(id)
  }

  removeRows(): void {
    const { chosenRows, place } = this
    if (this.readOnly || chosenRows.length === 0) return
    const { top } = this.range
    this.#step(say(words.removeRows), (edit) => {
      for (const id of chosenRows) edit.remove(id)
    })
    this.go({ row: Math.min(top, this.rows.length - 1), column: place.column })
  }

  duplicateRows(): void {
    const { chosenRows } = this
    if (this.readOnly || chosenRows.length === 0 || this.#isFull(chosenRows.length)) return
    let copies: string[] = []
    this.#step(say(words.duplicateRows), (edit) => {
      copies = copyRows(this.project.store.document, edit, chosenRows, newId)
    })
    if (copies.length > 0) this.#goTo(copies[0]!, copies.at(-1))
  }

  get canMoveRows(): boolean {
    return !this.readOnly && this.search.trim() === '' && this.chosenRows.length > 0
  }

  moveRows(by: -1 | 1): void {
    if (!this.canMoveRows) return
    const { chosenRows, whole } = this
    const { top, bottom } = this.range
    if (by < 0 ? top === 0 : bottom === this.rows.length - 1) return
    const before = by < 0 ? this.rows[top - 1]!.id : this.rows[bottom + 2]?.id
    this.#step(say(by < 0 ? words.rowsUp : words.rowsDown), (edit) =>
      moveRows(this.project.store.document, edit, chosenRows, before),
    )
    this.anchor = { ...this.anchor, row: this.anchor.row + by }
    this.at = { ...this.at, row: this.at.row + by }
    this.whole = whole
  }

  #goTo(from: string, to = from): void {
    const { column } = this.place
    this.go({ row: this.rows.findIndex(({ id }) => id === from), column })
    if (to !== from) this.go({ row: this.rows.findIndex(({ id }) => id === to), column }, true, 'rows')
  }

  // ── columns ───────────────────────────────────────────────────────────────────────────────────

  widthOf(column: Column): number {
    return this.#widths[column.id] ?? this.#firstWidths.get(column.id) ?? 160
  }

  /** From how the table was when the column came into it: widths do not jump while somebody types. */
  readonly #known = new Map<string, number>()
  readonly #firstWidths = $derived.by(() => {
    for (const column of this.columns)
      if (!this.#known.has(column.id)) this.#known.set(column.id, firstWidth(column, this.all))
    return this.#known
  })

  resize({ id }: Column, width: number): void {
    this.#widths = { ...this.#widths, [id]: withinWidth(width) }
  }

  /** Beside `after`, or as the last; its name is typed next. */
  addColumn(after?: string): void {
    if (this.readOnly || this.columns.length >= MOST_COLUMNS) return
    const id = newId()
    this.#step(say(words.addColumn), (edit) => {
      const { document } = this.project.store
      addColumn(document, edit, { id, name: freeName(document, say(words.newColumn)) }, after)
      if (document.rows.length === 0 && document.columns.length === 0) addRows(document, edit, [newId()])
    })
    this.go({ row: HEAD, column: this.columns.findIndex((column) => column.id === id) })
    this.renaming = id
  }

  /** With the variable that it fills, in every layer; unless it is to fill another one from now on. */
  renameColumn({ id, name }: Column, to: string): void {
    this.#step(say(words.rename), (edit) => {
      const { document } = this.project.store
      edit.update(id, { name: to })
      const names = new Set(variableUses(document).map((use) => use.name))
      if (names.has(name) && !names.has(to)) renameVariable(document, edit, name, to)
    })
  }

  setKind({ id }: Column, kind: ColumnKind): void {
    this.#step(say(words.kind), (edit) => edit.update(id, { kind }))
  }

  moveColumn({ id }: Column, by: -1 | 1): void {
    if (this.readOnly) return
    this.#step(say(by < 0 ? words.columnLeft : words.columnRight), (edit) =>
      moveColumn(this.project.store.document, edit, id, by),
    )
    this.go({ row: this.place.row, column: this.columns.findIndex((column) => column.id === id) })
  }

  removeColumn({ id }: Column): void {
    if (this.readOnly) return
    this.#step(say(words.removeColumn), (edit) => removeColumn(this.project.store.document, edit, id))
  }

  // ── a table as a whole ────────────────────────────────────────────────────────────────────────

  /** Where there is nothing yet it goes in at once; otherwise it waits for a word. */
  arrive(read: ReadTable, name: string): void {
    if (this.isEmpty) this.bring({ read, name }, { how: 'replace' })
    else this.arriving = { read, name }
  }

  bring({ read, name }: Arriving, arrival: Arrival): void {
    const before = this.project.store.document
    this.#step(say(words.bring), (edit) => bringTable(this.project.store.document, edit, read, arrival, newPrefix()))
    if (this.project.store.document === before) return // refused, and said why
    this.arriving = undefined
    this.search = ''
    this.go({ row: 0, column: 0 })
    const facts = { name, rows: read.rows.length.toLocaleString(), columns: read.columns.length }
    this.studio.notices.info([say(words.arrived, facts), ...read.warnings.slice(0, 3)].join(' · '))
  }

  /** A first table by hand: these columns, with one row of values. */
  begin(columns: readonly { name: string; kind: ColumnKind; value?: string | undefined }[]): void {
    if (columns.length === 0) {
      this.addColumn()
      return
    }
    this.#step(say(words.bring), (edit) => {
      const cells: Record<string, string> = {}
      for (const [at, { name, kind, value }] of columns.slice(0, MOST_COLUMNS).entries()) {
        const { id } = edit.add({ type: 'column', id: newId(), name, kind, order: at + 1 })
        if (value) cells[id] = value
      }
      edit.add({ type: 'row', id: newId(), order: 1, cells })
    })
    this.go({ row: 0, column: 0 })
  }

  #step(label: string, change: (edit: Edit) => void): void {
    if (!this.readOnly) this.#edits.step(label, change)
  }
}

const PAIRS: readonly (readonly [yes: string, no: string])[] = [
  ['是', '否'],
  ['1', '0'],
  ['true', 'false'],
  ['yes', 'no'],
]

/** The counterpart of the words that the column has. */
function wordFor(yes: boolean, said: readonly string[]): string {
  const pair = PAIRS.find((words) => words.some((word) => said.includes(word))) ?? PAIRS.at(-1)!
  return pair[yes ? 0 : 1]
}

/** Ids of a whole table begin with it: short, since they stand in every cell. */
const newPrefix = (): string => `${newId().replaceAll('-', '').slice(0, 8)}`

const unlessSame = <T>(before: readonly T[], now: readonly T[]): readonly T[] =>
  before.length === now.length && now.every((record, at) => record === before[at]) ? before : now

const desks = new WeakMap<Project, TableDesk>()

/** One per open project: what is chosen stays while other tabs are looked at. */
export function tableDeskOf(studio: Studio): TableDesk {
  const project = studio.project!
  const desk = desks.get(project) ?? new TableDesk(studio, project)
  desks.set(project, desk)
  return desk
}
