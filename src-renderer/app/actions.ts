import type { Action, ActionId } from '#shared/actions/actions.ts'
import { actionForKey, isBare } from '#shared/actions/shortcuts.ts'
import { batchActions } from '../batch/actions.ts'
import { canvasActions } from '../canvas/actions.ts'
import { copyActions } from '../copy/actions.ts'
import { createActions } from '../create/actions.ts'
import { exportActions } from '../layers/export-actions.ts'
import { actionLabel, type Behaviour, type Behaviours } from './behaviour.ts'
import { editActions } from './edit-actions.ts'
import { fileActions } from './file-actions.ts'
import type { Studio } from './studio.svelte.ts'

/** Every action, whether a menu, a shortcut or a button asks for it. */
const behaviours: Behaviours = {
  ...copyActions,
  ...fileActions,
  ...editActions,
  ...exportActions,
  ...canvasActions,
  ...createActions,
  ...batchActions,
}

const behaviourOf = (id: string): Behaviour | undefined => behaviours[id as ActionId]

export const isEnabled = (studio: Studio, id: ActionId): boolean => {
  const behaviour = behaviourOf(id)
  return behaviour !== undefined && (behaviour.enabled?.(studio) ?? true)
}

export const isOn = (studio: Studio, id: ActionId): boolean | undefined => behaviourOf(id)?.on?.(studio)

export const labelOf = actionLabel

/** Does it when it is enabled; what goes wrong is said in a notice. */
export function perform(studio: Studio, id: string): void {
  const behaviour = behaviourOf(id)
  if (!behaviour || !(behaviour.enabled?.(studio) ?? true)) return
  void studio.attempt(async () => behaviour.perform(studio))
}

export const enabledActions = (studio: Studio): ActionId[] =>
  (Object.keys(behaviours) as ActionId[]).filter((id) => isEnabled(studio, id))

/** Of every action that is on or off. */
export const switchedActions = (studio: Studio): Record<string, boolean> =>
  Object.fromEntries(
    Object.entries(behaviours).flatMap(([id, { on }]) => (on === undefined ? [] : [[id, on(studio) === true]])),
  )

/** The page's one listener for shortcuts. */
export function hearKey(studio: Studio, event: KeyboardEvent): void {
  if (event.defaultPrevented || studio.dialog !== undefined || studio.question !== undefined) return
  // Nothing is done to what lies under a dialog of a room.
  if (document.querySelector('dialog[open]')) return
  const panel = studio.left === 'copy' && studio.project ? 'copy' : undefined
  const action: Action | undefined = actionForKey(event, studio.shell.platform, panel)
  // Cut, copy and paste arrive as events that carry the clipboard.
  if (!action || action.clipboard) return
  if (panel !== undefined && !isHeardIn(panel, action)) return
  // Escape closes what is open while there is nothing to stop.
  if (event.key === 'Escape' && !isEnabled(studio, action.id as ActionId)) return
  if (isTyping(event.target) && (isBare(action) || WRITES.has(action.id))) return
  event.preventDefault()
  perform(studio, action.id)
}

/** While a panel covers the canvas, nothing is done to what is not in sight. */
const isHeardIn = (panel: Action['panel'], { id, menu, panel: own }: Action): boolean =>
  own === panel || ['file', 'view', 'help'].includes(menu) || id === 'edit.undo' || id === 'edit.redo'

/** What these keys do in a text field is the field's own. */
const WRITES = new Set(['edit.undo', 'edit.redo', 'edit.select-all', 'edit.delete'])

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !['range', 'checkbox', 'radio', 'color', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
}
