import type { Behaviours } from './behaviour.ts'

export const editActions = {
  'edit.undo': {
    enabled: ({ project }) => project?.undoLabel !== undefined,
    perform: ({ project }) => project!.store.undo(),
  },
  'edit.redo': {
    enabled: ({ project }) => project?.redoLabel !== undefined,
    perform: ({ project }) => project!.store.redo(),
  },
} satisfies Behaviours
