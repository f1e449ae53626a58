import type { Batch } from '#shared/contract/batch.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import { asked } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { Estimate } from './estimate.svelte.ts'
import { PlanDesk } from './plan-desk.svelte.ts'

export const BATCH_TABS = ['table', 'plan', 'run'] as const
export type BatchTab = (typeof BATCH_TABS)[number]

const LEAST_SHARE = 0.2

/** Where batches are planned and followed. One per window, so that actions and events reach it without the dock. */
export class BatchRoom {
  open = $state(false)
  tab = $state<BatchTab>('table')
  /** Of the canvas's height that the dock takes; 1 is all of it. */
  #share = $state(0.5)
  /** Id of the plan that is being edited; the first one when that is gone. */
  plan = $state<string>()
  /** Newest first, as the service tells them. */
  batches = $state.raw<readonly Batch[]>([])
  /** Id of the batch in sight; the newest of the project when none was chosen. */
  chosen = $state<string>()
  /** The folder that the user chose for the next batches; left out, the service takes a new one of its own. */
  place = $state<string>()
  /** The service is checking a plan that is to start. */
  starting = $state(false)
  readonly estimate = new Estimate()
  /** Of the open project. */
  readonly desk: PlanDesk | undefined = $derived.by(() => {
    const { project, notices } = this.#studio
    return (
      project &&
      new PlanDesk(
        project,
        () => this.plan,
        (error) => notices.error(error),
      )
    )
  })
  readonly #studio: Studio

  constructor(studio: Studio) {
    this.#studio = studio
    // Every stream of events begins with a snapshot, which asks for the list.
    studio.onEvent((event) => this.#hear(event))
    const { open, tab, share } = remembered()
    if (typeof open === 'boolean') this.open = open
    if (BATCH_TABS.includes(tab as BatchTab)) this.tab = tab as BatchTab
    if (typeof share === 'number') this.share = share
  }

  get share(): number {
    return this.#share
  }

  set share(share: number) {
    this.#share = share > 0.9 ? 1 : Math.max(LEAST_SHARE, share)
  }

  show(tab: BatchTab): void {
    this.open = true
    this.tab = tab
  }

  /** After a reload the window goes on with the dock as it was. */
  remember(): void {
    const { open, tab, share } = this
    sessionStorage.setItem('batch', JSON.stringify({ open, tab, share }))
  }

  get batch(): Batch | undefined {
    const { batches, chosen } = this
    const project = this.#studio.project?.id
    return batches.find(({ id }) => id === chosen) ?? batches.find((batch) => batch.project === project)
  }

  /** Batches of other projects, newest first. */
  get elsewhere(): readonly Batch[] {
    const project = this.#studio.project?.id
    return this.batches.filter((batch) => batch.project !== project)
  }

  /** What the service knows; while it is away the list stays as it was. */
  async reload(): Promise<void> {
    const batches = await asked(this.#studio.api.batch.list()).catch(() => undefined)
    if (batches) this.batches = batches
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'snapshot') void this.reload()
    if (event.type === 'batch') {
      const { batch } = event
      const known = this.batches.some(({ id }) => id === batch.id)
      this.batches = known
        ? this.batches.map((other) => (other.id === batch.id ? batch : other))
        : [batch, ...this.batches]
    }
    if (event.type === 'batch-removed') this.batches = this.batches.filter(({ id }) => id !== event.id)
  }
}

function remembered(): Record<string, unknown> {
  try {
    return { ...JSON.parse(sessionStorage.getItem('batch') ?? '{}') }
  } catch {
    // Somebody else wrote there: begin anew.
    return {}
  }
}

const rooms = new WeakMap<Studio, BatchRoom>()

export function batchRoomOf(studio: Studio): BatchRoom {
  const room = rooms.get(studio) ?? new BatchRoom(studio)
  rooms.set(studio, room)
  return room
}
