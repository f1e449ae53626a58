import type { Tool as ToolName } from '../../app/view.svelte.ts'
import type { Tool } from '../easel.svelte.ts'
import { hand } from './hand.ts'
import { move } from './move.ts'

/** Every tool there is: a new one is one file and one line. */
export const TOOLS: Partial<Record<ToolName, Tool>> = { move, hand }

export const toolOf = (name: ToolName): Tool => TOOLS[name] ?? move
