import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch, BatchCell, StartRequest } from '#shared/contract/batch.ts'
import { StudioError } from '#shared/errors.ts'
import type { Host } from './host.ts'

/** A batch from a command: started in a folder, followed until it rests. */

export interface BatchRun {
  batch: Batch
  files: { path: string; sha256: string; row: number }[]
  failed: Pick<BatchCell, 'index' | 'row' | 'path' | 'error'>[]
}

const LOOK_EVERY_MS = 200
const CELLS_AT_ONCE = 1000

/** Resolves when it rests. Who says stop lets the files under way be finished. */
export async function runBatch(host: Host, request: Omit<StartRequest, 'place'> & { folder: string }): Promise<Batch> {
  const { studio, signal } = host
  const { id } = await studio.batches.startIn(request)
  return followBatch(host, id, signal)
}

export async function followBatch({ studio, output }: Host, id: string, signal: AbortSignal): Promise<Batch> {
  let told = ''
  let stopping: Promise<void> | undefined
  for (;;) {
    const batch = await studio.batches.get(id)
    const { state, files, done, failed, making, pictures, secondsLeft } = batch
    const said = JSON.stringify([state, done, failed])
    if (said !== told) output.event({ event: 'batch', id, state, files, done, failed, pictures })
    told = said
    output.progress({
      what: what(batch),
      done: files === 0 ? 1 : (done + failed) / files,
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    })
    if (!isUnderWay(state) && making === 0) {
      await stopping
      return batch
    }
    if (signal.aborted) stopping ??= studio.batches.pause(id)
    await sleep(LOOK_EVERY_MS)
  }
}

const isUnderWay = (state: Batch['state']) => state === 'preparing' || state === 'running' || state === 'finishing'

function what({ state, done, failed, files, pictures }: Batch): string {
  const making = pictures.made < pictures.all ? `, pictures ${pictures.made}/${pictures.all}` : ''
  return state === 'running' ? `files ${done + failed}/${files}${making}` : `${state} ${done + failed}/${files}`
}

/** What came of it, from the folder's own account. */
export async function outcomeOf({ studio }: Host, batch: Batch): Promise<BatchRun> {
  const run: BatchRun = { batch, files: [], failed: [] }
  for (let from = 0; ; from += CELLS_AT_ONCE) {
    const { cells, total } = await studio.batches.cells({ id: batch.id, from, count: CELLS_AT_ONCE })
    for (const { index, row, path, sha256, error } of cells) {
      if (sha256 !== undefined) run.files.push({ path: join(batch.place, path), sha256, row })
      if (error) run.failed.push({ index, row, path, error })
    }
    if (from + CELLS_AT_ONCE >= total) return run
  }
}

/** Throws for everything but a batch whose files are all there. */
export function requireDone({ batch, files, failed }: BatchRun, goOn: string): void {
  if (batch.state === 'done' && failed.length === 0) return
  if (batch.state === 'done')
    throw new StudioError({
      code: 'invalid-input',
      message: `${failed.length} of ${batch.files} files could not be made: ${failed[0]!.error!.message}`,
      where: { file: failed[0]!.path },
      remedy: 'manifest.csv lists them all with the reason.',
    })
  if (batch.error && batch.error.code !== 'cancelled') {
    const { remedy, ...error } = batch.error
    throw new StudioError({ ...error, remedy: `${remedy ? `${remedy} ` : ''}Go on: ${goOn}` })
  }
  throw new StudioError({
    code: 'cancelled',
    message: `stopped; ${files.length} of ${batch.files} files are there, all of them whole`,
    remedy: `Go on: ${goOn}`,
  })
}
