import type { Behaviours } from '../app/behaviour.ts'

export const canvasActions = {} satisfies Behaviours
