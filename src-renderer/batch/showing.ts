import type { BatchCell } from '#shared/contract/batch.ts'
import { onlyArtboard } from '#shared/document/resolve.ts'
import { say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { laidOut, type Target } from './layouts.ts'
import { batchRoomOf } from './room.svelte.ts'
import { rowOf } from './table-rows.ts'
import { words } from './words.ts'

/** Where a file of a batch came from, and the file as a project. */

/** The document with the values of the file's row, on its artboard: not its own picture, lines and size. */
export function showRowOf(studio: Studio, cell: BatchCell): void {
  const project = studio.project!
  const { store, view } = project
  const row = rowOf(store.document, cell)?.id
  const board = store.artboard(cell.artboard)
  if (!board || (row === undefined && store.document.rows.length > 0)) {
    studio.notices.info(say(words.rowGone))
    return
  }
  project.showRow(row)
  view.artboard = board.id
  const room = batchRoomOf(studio)
  if (room.share === 1) room.share = 0.5
}

/** The file as a project of its own: its values, its pictures, its size. The present one is closed, and stays as it is. */
export async function openAsProject(studio: Studio, cell: BatchCell): Promise<void> {
  const { name, store } = studio.project!
  const size = cell.size === undefined ? undefined : sizeIn(studio, cell)
  const filled = laidOut(store.document, { id: cell.artboard, ...(size ? { size } : {}) }, cell.values)
  if (!filled) {
    studio.notices.info(say(words.rowGone))
    return
  }
  await studio.closeProject()
  await studio.createProject(`${name} ${cell.index}`, onlyArtboard(filled, cell.artboard))
}

/** The size that the plans of the document call so. */
function sizeIn({ project }: Studio, { artboard, size }: BatchCell): Target['size'] {
  const targets = project!.document.plans.flatMap(({ spec }) => spec.artboards)
  return targets.find((target) => target.id === artboard && target.size?.name === size)?.size
}
