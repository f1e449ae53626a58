import type { MakeResult } from '../work/tasks.ts'

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** How a prompt was read; unknown words are told, never dropped silently. */
export type Reading = NonNullable<MakeResult['reading']>

/** Where something was made and how long that took, in seconds. */
export type JobRun = MakeResult['ran'] & { encodeSeconds: number }

/** A picture on its way: RGB, 8 bit, row by row. */
export interface Preview {
  width: number
  height: number
  pixels: Uint8Array
}

/** What a job can run on. */
export interface Device {
  id: string
  name: string
  available: boolean
  reason?: string | undefined
}
