import type { ActionId } from '#shared/actions/actions.ts'
import type { Studio } from './studio.svelte.ts'

/** What an action of src-shared/actions does in this window. */
export interface Behaviour {
  /** Left out: always. */
  enabled?: (studio: Studio) => boolean
  /** For what is on or off: rulers, the tool in hand. */
  on?: (studio: Studio) => boolean
  perform: (studio: Studio) => unknown
}

export type Behaviours = Partial<Record<ActionId, Behaviour>>
