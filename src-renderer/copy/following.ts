import { untrack } from 'svelte'
import type { QueuedJob, StudioEvent } from '#shared/contract/events.ts'
import { begun, runOf, settled, withRun } from '#shared/copy/board.ts'
import { fetched, pictureUrl } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { type CopyRoom, copyRoom } from './room.svelte.ts'

/**
 * Lines of the project's text jobs come onto its board while they are written, whichever panel is in sight, and after
 * a reload. A line is as long as it will be once the next one is begun, or its job is over.
 */
export function keepWriting(studio: Studio): (() => void) | undefined {
  const { project } = studio
  const room = copyRoom(studio)
  if (!project || !room || project.readOnly !== undefined) return undefined
  const meet = (job: QueuedJob) => {
    if (job.target?.project === project.id) untrack(() => meetJob(studio, room, job))
  }
  for (const job of untrack(() => studio.queue.jobs)) meet(job)
  void studio.attempt(() => untrack(() => room.next()))
  return studio.onEvent((event: StudioEvent) => {
    if (event.type === 'job') meet(event.job)
    if (event.type === 'snapshot') for (const job of event.queue) meet(job)
    if (event.type === 'token' && event.line > 0 && room.run(event.id))
      untrack(() => settle(studio, room, event.id, event.line))
  })
}

function meetJob(studio: Studio, room: CopyRoom, job: QueuedJob): void {
  const { id, recipe, state } = job
  if (recipe.kind !== 'text') return
  room.board = begun(room.board, runOf(id, recipe))
  const run = room.run(id)
  if (!run) return
  if (state === 'queued' || state === 'running') room.resume([id])
  else {
    // The line that was under way goes with a job that was stopped.
    if (state !== 'done') settle(studio, room, id, (studio.queue.lines[id]?.length ?? 1) - 1)
    void studio.attempt(() =>
      room.hold(async () => {
        if (state === 'done') await finish(room, job)
        await room.next()
      }),
    )
  }
}

/** The first `count` lines that the job wrote. */
function settle(studio: Studio, room: CopyRoom, id: string, count: number): void {
  const texts = (studio.queue.lines[id] ?? []).slice(0, Math.max(0, count))
  room.board = settled(room.board, id, texts.filter(Boolean))
  room.chosen ??= room.lines[0]?.id
}

/** The file in the library says it all, also to a window that did not watch. */
async function finish(room: CopyRoom, { id, artifacts, recipe }: QueuedJob): Promise<void> {
  const sha256 = artifacts[0]?.sha256
  if (sha256 === undefined || room.run(id)?.artifact === sha256) return
  const file = JSON.parse(await (await fetched(pictureUrl(sha256))).text()) as { lines: { text: string }[] }
  // Another event may have said the same meanwhile.
  if (room.run(id)?.artifact === sha256) return
  const texts = file.lines.map(({ text }) => text)
  const board = settled(room.board, id, texts)
  const run = board.runs.find((one) => one.id === id)
  room.board = run ? withRun(board, { ...run, artifact: sha256 }) : board
  if (recipe.kind === 'text') room.fillUp(id, recipe)
  room.chosen ??= room.lines[0]?.id
}

/** The line that a job is writing now; undefined while it reads, and when it is over. */
export function openLine(studio: Studio, id: string): string | undefined {
  const { queue } = studio
  if (queue.get(id)?.state !== 'running') return undefined
  return queue.lines[id]?.at(-1)
}
