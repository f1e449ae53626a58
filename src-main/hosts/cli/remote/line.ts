import type { QueuedJob, StudioEvent } from '#shared/contract/events.ts'
import type { CallOptions, JobEvent } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { asked, type Connection, cancelled, serviceGone } from './connection.ts'

/** The line of a running service: what a command wants made stands in it like what windows want, and they see it. */
export interface Line {
  /** Resolves when it is done; throws why it failed. */
  make(recipe: Recipe, options: CallOptions): Promise<QueuedJob>
}

export function openLine({ api }: Connection): Line {
  const followed = new Map<string, (event: StudioEvent) => void>()
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => {}) // told by the jobs that wait
  /** A job may be told before the answer that says which one it is. */
  let early: StudioEvent[] = []
  let submitting = 0
  let following: Promise<void> | undefined

  /** Resolves when nothing that happens from now on is missed. */
  function follow(): Promise<void> {
    following ??= new Promise((resolve, reject) => {
      const listen = async () => {
        for await (const event of await api.system.events()) {
          resolve()
          hear(event)
        }
        throw serviceGone()
      }
      asked(listen()).catch((error) => {
        reject(error)
        gone.reject(error)
      })
    })
    return following
  }

  function hear(event: StudioEvent): void {
    if (submitting > 0) early.push(event)
    for (const listener of followed.values()) listener(event)
  }

  async function submit({ recipe, device }: { recipe: Recipe; device?: string }): Promise<string> {
    submitting++
    try {
      const { ids } = await asked(api.jobs.submit({ jobs: [{ recipe, ...(device ? { device } : {}) }] }))
      return ids[0]!
    } finally {
      submitting--
    }
  }

  return {
    async make(recipe, { signal, device, onEvent }) {
      signal?.throwIfAborted()
      await follow()
      const id = await submit({ recipe, ...(device === undefined ? {} : { device }) })
      const ended = Promise.withResolvers<QueuedJob>()
      const listener = teller(id, onEvent ?? (() => {}), ended.resolve)
      followed.set(id, listener)
      for (const event of early) listener(event)
      if (submitting === 0) early = []
      const stop = () => {
        api.jobs.cancel({ ids: [id] }).then(
          () => ended.reject(cancelled()),
          () => ended.reject(cancelled()), // it may have ended by itself meanwhile
        )
      }
      signal?.addEventListener('abort', stop, { once: true })
      if (signal?.aborted) stop()
      try {
        const job = await Promise.race([ended.promise, gone.promise])
        if (job.state === 'done') return job
        throw job.error ? new StudioError(job.error) : cancelled()
      } finally {
        followed.delete(id)
        signal?.removeEventListener('abort', stop)
      }
    },
  }
}

/** What the service tells of one job, in the words that a studio of one's own uses. */
function teller(id: string, tell: (event: JobEvent) => void, onEnd: (job: QueuedJob) => void) {
  let state: QueuedJob['state'] | undefined
  let stage: string | undefined
  let steps = 0

  function hearJob(job: QueuedJob): void {
    if (job.state !== state) tell({ event: 'job', job: id, state: job.state })
    state = job.state
    if (job.ended !== undefined) onEnd(job)
  }

  function hearProgress(event: Extract<StudioEvent, { type: 'progress' }>): void {
    if (event.stage !== undefined && event.stage !== stage) tell({ event: 'stage', job: id, stage: event.stage })
    stage = event.stage ?? stage
    const { step, steps: all } = event
    if (step === undefined || all === undefined || step === steps) return
    // Of steps in quick succession only the last is told; all of them were made.
    for (let made = step > steps ? steps + 1 : step; made <= step; made++)
      tell({ event: 'step', job: id, step: made, steps: all })
    steps = step
  }

  return (event: StudioEvent): void => {
    if (event.type === 'snapshot') for (const job of event.queue) if (job.id === id) hearJob(job)
    if (event.type === 'job' && event.job.id === id) hearJob(event.job)
    if (event.type === 'progress' && event.id === id) hearProgress(event)
    if (event.type === 'token' && event.id === id) {
      const { line, text, from } = event
      tell({ event: 'token', job: id, line, text, ...(from === undefined ? {} : { from }) })
    }
  }
}
