import { untrack } from 'svelte'
import type { QueuedJob } from '#shared/contract/events.ts'
import { say } from '../app/language.svelte.ts'
import type { Project } from '../app/project.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { isDue, place } from './placement.ts'
import { words } from './words.ts'

/**
 * Puts what was made on the open document, also what was finished while the project was closed. A project is open in one
 * window only, so whoever has it open is the one to do this: the window that asked, or the one that came after it.
 */
export function keepPlacing(studio: Studio): (() => void) | undefined {
  const { project } = studio
  if (!project || project.readOnly !== undefined) return undefined
  untrack(() => placeDue(studio, project, studio.queue.jobs))
  return studio.onEvent((event) => {
    if (event.type === 'job') placeDue(studio, project, [event.job])
    if (event.type === 'snapshot') placeDue(studio, project, event.queue)
  })
}

function placeDue({ notices }: Studio, project: Project, jobs: readonly QueuedJob[]): void {
  const { store, view } = project
  for (const job of jobs) {
    if (!isDue(job, project.id, new Set(view.placed), store)) continue
    // Noted first: a picture that cannot be placed now is not tried again at every event.
    view.placed = [...view.placed, job.id]
    try {
      const layer = place(job, store, { place: say(words.place1), fill: say(words.fill1) })
      if (layer === undefined) notices.info(say(words.lostLayer))
      else if (job.target?.action === 'place') view.selection = [layer]
    } catch (thrown) {
      notices.error(thrown)
    }
  }
}
