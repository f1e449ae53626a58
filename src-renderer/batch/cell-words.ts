import type { BatchCell } from '#shared/contract/batch.ts'
import { say } from '../app/language.svelte.ts'
import { words } from './words.ts'

/** What is said of a file. */

export const stateText = ({ state }: Pick<BatchCell, 'state'>): string => say(words[`cell_${state}`])

/** "Headline does not fit; Tagline was set smaller" */
export const overflowText = ({ overflows }: Pick<BatchCell, 'overflows'>): string =>
  overflows.map(({ name, how }) => say(how === 'over' ? words.hangsOut : words.wasShrunk, { name })).join('; ')

/** For those who do not see the picture. */
export function cellLabel(cell: BatchCell): string {
  const parts = [
    cell.path,
    stateText(cell),
    cell.error?.message ?? '',
    cell.starred ? say(words.filter_starred) : '',
    cell.locked ? say(words.filter_locked) : '',
    overflowText(cell),
  ]
  return parts.filter(Boolean).join(', ')
}
