import type { Behaviours } from '../app/behaviour.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { batchRoomOf } from './room.svelte.ts'

const isOpen = ({ project }: Studio) => project !== undefined

export const batchActions = {
  'view.batch': {
    enabled: isOpen,
    on: (studio) => batchRoomOf(studio).open,
    perform: (studio) => {
      const room = batchRoomOf(studio)
      room.open = !room.open
    },
  },
} satisfies Behaviours
