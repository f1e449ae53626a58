import type { Tool as ToolName } from '../../app/view.svelte.ts'
import type { Tool } from '../easel.svelte.ts'
import { brush } from './brush.ts'
import { eyedropper } from './eyedropper.ts'
import { frame } from './frame.ts'
import { hand } from './hand.ts'
import { mask } from './mask.ts'
import { move } from './move.ts'
import { shape } from './shape.ts'
import { text } from './text.ts'

/** Every tool there is: a new one is one file and one line. */
const TOOLS: Record<ToolName, Tool> = { move, frame, text, shape, brush, mask, eyedropper, hand }

export const toolOf = (name: ToolName): Tool => TOOLS[name]
