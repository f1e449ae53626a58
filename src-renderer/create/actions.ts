import type { Behaviours } from '../app/behaviour.ts'

export const createActions = {} satisfies Behaviours
