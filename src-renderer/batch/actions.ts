import type { Behaviours } from '../app/behaviour.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { runActions } from './batch-actions.ts'
import { batchRoomOf } from './room.svelte.ts'
import { canStart, startBatch } from './starting.ts'

const isOpen = ({ project }: Studio) => project !== undefined

export const batchActions = {
  ...runActions,
  'view.batch': {
    enabled: isOpen,
    on: (studio) => batchRoomOf(studio).open,
    perform: (studio) => {
      const room = batchRoomOf(studio)
      room.open = !room.open
    },
  },
  'batch.start': {
    enabled: (studio) => isOpen(studio) && canStart(studio),
    perform: (studio) => startBatch(studio, batchRoomOf(studio).desk!),
  },
} satisfies Behaviours
