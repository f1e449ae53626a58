import { asked } from './api.ts'
import { askedName } from './ask-name.ts'
import type { Behaviours } from './behaviour.ts'
import { language, say } from './language.svelte.ts'
import type { Studio } from './studio.svelte.ts'
import { theme } from './theme.svelte.ts'
import { words } from './words.ts'

export const fileActions = {
  'file.new': {
    perform: (studio) => {
      studio.dialog = 'new-project'
    },
  },
  'file.open': {
    async perform(studio) {
      const id = await studio.shell.openProject()
      if (id !== undefined) await openInstead(studio, id)
    },
  },
  'file.recent': {
    enabled: ({ project }) => project !== undefined,
    perform: (studio) => studio.closeProject(),
  },
  'file.save': {
    enabled: ({ project }) => project !== undefined && project.readOnly === undefined,
    perform: ({ project }) => project!.save(),
  },
  'file.save-as': {
    enabled: ({ project }) => project !== undefined,
    async perform(studio) {
      const project = studio.project!
      await project.flush()
      const { shell, api } = studio
      const place = shell.kind === 'electron' ? await shell.saveProjectAs(project.name) : undefined
      if (shell.kind === 'electron' && place === undefined) return
      const name = place === undefined ? await askedName(studio, say(words.saveAs), project.name) : project.name
      if (name === undefined) return
      studio.show(await api.projects.saveAs({ handle: project.handle, name, ...(place ? { place } : {}) }))
    },
  },
  'file.revert': {
    enabled: ({ project }) => project?.edited === true && project.readOnly === undefined,
    async perform(studio) {
      const project = studio.project!
      await project.flush()
      studio.show(await studio.api.projects.revert({ handle: project.handle }))
    },
  },
  'file.close': {
    enabled: ({ project }) => project !== undefined,
    perform: (studio) => studio.closeProject(),
  },
  'view.theme': {
    perform: () => {
      theme.current = theme.current === 'dark' ? 'light' : 'dark'
    },
  },
  'view.language': {
    perform: () => {
      language.current = language.current === 'en' ? 'zh' : 'en'
    },
  },
  'help.shortcuts': {
    perform: (studio) => {
      studio.dialog = 'shortcuts'
    },
  },
  'help.about': {
    perform: (studio) => {
      studio.dialog = 'about'
    },
  },
} satisfies Behaviours

/** In the place of the project that is open. That one stays when the other cannot be opened. */
export async function openInstead(studio: Studio, id: string): Promise<void> {
  const before = studio.project
  if (before?.id === id) return
  await before?.flush()
  await studio.openProject(id)
  if (!before) return
  await before.flush() // what was done while the other one was read
  await asked(studio.api.projects.close({ handle: before.handle }))
}
