/**
 * Names of what passes between the page and the shell. Only preload.ts and ipc.ts know them; the page sees methods.
 * This file goes into the preload script, which may load nothing: keep it free of imports.
 */
export const CALLS = {
  openProject: 'broadside:open-project',
  saveProjectAs: 'broadside:save-project-as',
  saveExport: 'broadside:save-export',
  chooseFolder: 'broadside:choose-folder',
  showBatch: 'broadside:show-batch',
} as const

export const NOTES = {
  startDrag: 'broadside:start-drag',
  notify: 'broadside:notify',
  setState: 'broadside:set-state',
  /** The page listens for projects opened from outside: what was opened before is told now. */
  listening: 'broadside:listening',
} as const

export const NEWS = {
  action: 'broadside:action',
  openProject: 'broadside:project-opened',
} as const

/** A failure crosses as one line for people: Electron would put its own words around a thrown one. */
export type Answer = { value: string | undefined } | { failure: string }
