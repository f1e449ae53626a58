import type { BatchEstimate, EstimateRequest } from '#shared/contract/batch.ts'
import type { StudioError } from '#shared/errors.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'

const QUIET_MS = 350

/** What the service says a plan comes to, asked a little after it has changed. Only the newest answer counts. */
export class Estimate {
  /** Of the plan as it was when this was answered. */
  answer = $state.raw<BatchEstimate>()
  /** Why the plan cannot be carried out at all. */
  error = $state.raw<StudioError>()
  asking = $state(false)

  /** An effect; `request` is made when it is quiet, since a table is not copied for every key. */
  ask(studio: Studio, request: () => EstimateRequest): () => void {
    const abort = new AbortController()
    this.asking = true
    const timer = setTimeout(async () => {
      try {
        const answer = await asked(studio.api.batch.estimate(request(), { signal: abort.signal }))
        if (!abort.signal.aborted) Object.assign(this, { answer, error: undefined, asking: false })
      } catch (thrown) {
        if (!abort.signal.aborted) Object.assign(this, { answer: undefined, error: thrown, asking: false })
      }
    }, QUIET_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  /** Something has to be put right first. */
  get stops(): boolean {
    return this.error?.code === 'usage' || (this.answer?.problems.some(({ kind }) => kind === 'stops') ?? false)
  }
}
