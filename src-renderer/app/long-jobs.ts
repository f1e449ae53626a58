import type { StudioEvent } from '#shared/contract/events.ts'
import { say } from './language.svelte.ts'
import type { Studio } from './studio.svelte.ts'
import { words } from './words.ts'

/** Who waited this long has probably gone to do something else. */
const LONG_MS = 20_000

/** Tells when a long job of this window has ended. Gives a disposer. */
export function tellLongJobs(studio: Studio): () => void {
  return studio.onEvent((event: StudioEvent) => {
    if (event.type !== 'job') return
    const { state, target, started, ended, recipe, error } = event.job
    if (target?.window !== studio.window || started === undefined || ended === undefined) return
    if (ended - started < LONG_MS || (state !== 'done' && state !== 'failed')) return
    const what = 'prompt' in recipe && recipe.prompt ? recipe.prompt : recipe.model.id
    studio.shell.notify(say(state === 'done' ? words.jobDone : words.jobFailed), error ? error.message : what)
  })
}
