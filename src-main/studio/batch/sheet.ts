import { join } from 'node:path'
import type { WorkerLane } from '#main/workers/supervisor.ts'
import type { FileTask } from '#shared/batch/expand.ts'
import type { Lane, PdfSheet } from '#shared/work/tasks.ts'
import { inScratch } from '../compose.ts'
import { copyWhole, writeWhole } from '../files.ts'
import type { State } from '../state.ts'
import type { Contents } from './manifest.ts'
import type { Thumbnails } from './thumbnails.ts'

/** Cells in one file: a PDF of all is held in memory until it is whole. */
const PER_SHEET = 2500

export const sheetName = (number: number): string =>
  number === 1 ? 'contact-sheet.pdf' : `contact-sheet-${number}.pdf`

export interface SheetOptions {
  state: State
  thumbnails: Thumbnails
  lane: Lane
  /** A worker of its own: which fonts it has used before decides on bytes. */
  freshWorker(): WorkerLane
  signal: AbortSignal
}

/** Every file of a batch as a thumbnail with its name, failed ones as empty frames with why. */
export async function writeSheets(folder: string, contents: Contents, options: SheetOptions): Promise<void> {
  const { name, files, failed } = contents
  const cells = [
    ...files.map(({ task, done }) => ({ task, done, note: noteOf(task, `${done.width} × ${done.height}`) })),
    ...failed.map(({ task, error }) => ({ task, done: undefined, note: error.message.slice(0, 500) })),
  ].sort((a, b) => a.task.index - b.task.index)
  const { state, thumbnails, lane, signal, freshWorker } = options
  for (let from = 0, number = 1; from < cells.length; from += PER_SHEET, number++) {
    await inScratch(state, async (scratch) => {
      const part: PdfSheet['cells'] = []
      for (const { task, done, note } of cells.slice(from, from + PER_SHEET)) {
        signal.throwIfAborted()
        const path = done && (await thumbnails.of(join(folder, done.path), done.sha256, lane))
        part.push({ ...(path === undefined ? {} : { path }), caption: task.path.slice(0, 500), note })
      }
      const request = join(scratch, 'sheet.json')
      const out = join(scratch, 'sheet.pdf')
      const sheet: PdfSheet = { title: name.slice(0, 200), first: cells[from]!.task.index, cells: part }
      await writeWhole(request, JSON.stringify(sheet))
      const worker = freshWorker()
      try {
        await worker.run({ task: 'pdf-sheet', request, out }, { signal })
      } finally {
        await worker.close()
      }
      await copyWhole(out, join(folder, sheetName(number)))
    })
  }
}

const noteOf = ({ row, seed }: FileTask, size: string) => `row ${row} · seed ${seed} · ${size}`
