import type { Behaviours } from '../app/behaviour.ts'
import { roomOf } from './room.svelte.ts'

export const createActions = {
  'image.generate': {
    enabled: (studio) => studio.project !== undefined && roomOf(studio).missing === undefined,
    perform: (studio) => roomOf(studio).generate(),
  },
  'image.cancel': {
    enabled: (studio) => roomOf(studio).progress !== undefined,
    perform: (studio) => roomOf(studio).stop(),
  },
} satisfies Behaviours
