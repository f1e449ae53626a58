import { StudioError } from '#shared/errors.ts'
import { csvOf, tableOfDelimited } from '#shared/table/csv.ts'
import { PICTURE_NAME } from '#shared/table/kinds.ts'
import { tableRows } from '#shared/table/records.ts'
import { MOST_FILE_BYTES, type ReadTable } from '#shared/table/table.ts'
import { asked, bringPicture, post } from '../../app/api.ts'
import { say } from '../../app/language.svelte.ts'
import { filled, matchesOf, unfoundCells } from './matching.ts'
import type { TableDesk } from './table-desk.svelte.ts'
import { words } from './words.ts'

/** Tables and pictures from files, the clipboard and the hand that drops them; and the table as a file again. */

export const TABLE_FILES = '.csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson'
export const PICTURE_FILES = 'image/png,image/jpeg,image/webp,image/avif,image/tiff,image/gif,image/svg+xml'

export async function bringTableFile(desk: TableDesk, file: File): Promise<void> {
  await desk.studio.attempt(async () => {
    if (file.size > MOST_FILE_BYTES)
      throw new StudioError({
        code: 'invalid-file',
        message: `the file has ${Math.round(file.size / 2 ** 20)} MiB, at most ${MOST_FILE_BYTES / 2 ** 20} are read`,
        where: { file: file.name },
        remedy: 'Split it, or leave out the columns that no layer uses.',
      })
    desk.reading = file.name
    try {
      desk.arrive(await post<ReadTable>('/tables', file, file.name), file.name)
    } finally {
      desk.reading = undefined
    }
  })
}

/** Text of the clipboard as a table of its own, headers first. */
export async function bringPasted(desk: TableDesk, text: string): Promise<void> {
  await desk.studio.attempt(async () => {
    if (text.trim() !== '')
      desk.arrive(tableOfDelimited(text, text.includes('\t') ? '\t' : undefined), say(words.table))
  })
}

/** What was dropped: a table, or pictures for the cells that name them. */
export async function bringDropped(desk: TableDesk, files: readonly File[]): Promise<void> {
  const pictures = files.filter(({ name, type }) => PICTURE_NAME.test(name) || type.startsWith('image/'))
  const table = files.find((file) => !pictures.includes(file))
  if (table) await bringTableFile(desk, table)
  else if (pictures.length > 0) await matchPictures(desk, pictures)
}

const AT_ONCE = 4
const NAMED = 5

/** Each file goes into the cells that have its name; what matches none is not brought in at all. */
export async function matchPictures(desk: TableDesk, files: readonly File[]): Promise<void> {
  const { notices } = desk.studio
  if (!desk.columns.some(({ kind }) => kind === 'picture')) return notices.info(say(words.noPictureColumn))
  const unfound = unfoundCells(desk.columns, desk.all)
  if (unfound.length === 0) return notices.info(say(words.allFound))
  const { matches, others } = matchesOf(unfound, files)
  const waiting = [...matches]
  const brought: { asset: string; match: (typeof matches)[number] }[] = []
  const carry = async () => {
    for (let match = waiting.shift(); match; match = waiting.shift()) {
      const { file } = match
      const artifact = await desk.studio.attempt(() => bringPicture(file, file.name))
      if (artifact) brought.push({ asset: artifact.sha256, match })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, carry))
  // Rows may have gone while the pictures came.
  const isThere = ({ row }: { row: string }) => desk.project.store.get(row) !== undefined
  const changes = brought.flatMap(({ asset, match }) => filled(match.cells.filter(isThere), asset))
  desk.set(say(words.matchPictures), changes)
  tell(desk, { cells: changes.length, files: brought.length, others: others.map(({ name }) => name) })
}

function tell(desk: TableDesk, { cells, files, others }: { cells: number; files: number; others: string[] }): void {
  const left = unfoundCells(desk.columns, desk.all).length
  const names = `${others.slice(0, NAMED).join(', ')}${others.length > NAMED ? ' …' : ''}`
  desk.studio.notices.info(
    [
      say(words.matched, { cells, files }),
      ...(others.length > 0 ? [say(words.unmatched, { n: others.length, names })] : []),
      ...(left > 0 ? [say(words.stillUnfound, { n: left })] : []),
    ].join(' '),
  )
}

export async function exportTable({ studio, project }: TableDesk): Promise<void> {
  await studio.attempt(async () => {
    const name = `${project.name} – ${say(words.table)}`.slice(0, 200)
    const text = csvOf(tableRows(project.document))
    const file = await asked(studio.api.exports.text({ name, format: 'csv', text }))
    const saved = await studio.shell.saveExport(file.id, file.name)
    if (saved !== undefined) studio.notices.info(say(words.exported, { name: file.name }))
  })
}

/** One or many, as the user chooses them; none when the user thought better of it. */
export function pickFiles(accept: string, multiple: boolean): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    Object.assign(input, { type: 'file', accept, multiple })
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
