import type { QueuedJob, StudioEvent } from '#shared/contract/events.ts'

export type Preview = Omit<Extract<StudioEvent, { type: 'preview' }>, 'type' | 'id'>

/** The service's jobs as the events tell them: newest last, waiting ones in their order. */
export class Queue {
  jobs = $state<QueuedJob[]>([])
  /** Newest preview step of running jobs; its pixels are at /previews/{id}/{step}, or came along. */
  previews = $state<Record<string, Preview>>({})
  /** Lines of copy while they are written, by job. */
  lines = $state<Record<string, string[]>>({})

  readonly running = $derived(this.jobs.filter(({ state }) => state === 'running'))
  readonly waiting = $derived(this.jobs.filter(({ state }) => state === 'queued'))
  readonly ended = $derived(this.jobs.filter(({ state }) => state !== 'queued' && state !== 'running'))

  get(id: string): QueuedJob | undefined {
    return this.jobs.find((job) => job.id === id)
  }

  hear(event: StudioEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.jobs = event.queue
        return
      case 'job': {
        const { job } = event
        const at = this.jobs.findIndex(({ id }) => id === job.id)
        if (at < 0) this.jobs.push(job)
        else this.jobs[at] = job
        if (job.state !== 'running') delete this.previews[job.id]
        return
      }
      case 'order': {
        const place = new Map(event.ids.map((id, at) => [id, at]))
        const waiting = this.jobs.filter(({ id }) => place.has(id))
        waiting.sort((a, b) => place.get(a.id)! - place.get(b.id)!)
        this.jobs = [...this.jobs.filter(({ id }) => !place.has(id)), ...waiting]
        return
      }
      case 'cleared': {
        const gone = new Set(event.ids)
        this.jobs = this.jobs.filter(({ id }) => !gone.has(id))
        return
      }
      case 'progress': {
        const job = this.get(event.id)
        if (!job) return
        if (event.step !== undefined) job.step = event.step
        if (event.steps !== undefined) job.steps = event.steps
        if (event.secondsLeft !== undefined) job.secondsLeft = event.secondsLeft
        return
      }
      case 'preview': {
        const { type: _, id, ...preview } = event
        this.previews[id] = preview
        return
      }
      case 'token': {
        this.lines[event.id] ??= []
        const lines = this.lines[event.id]!
        const before = lines[event.line] ?? ''
        lines[event.line] = (event.from === undefined ? before : before.slice(0, event.from)) + event.text
        return
      }
      case 'library':
      case 'discarded':
      case 'saved':
        return
    }
  }
}
