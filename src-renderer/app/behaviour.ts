import { type ActionId, actionById } from '#shared/actions/actions.ts'
import { language } from './language.svelte.ts'
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

/** An action's name, for menus and for the step of history that it makes. */
export const actionLabel = (id: ActionId): string => actionById(id).label[language.current]
