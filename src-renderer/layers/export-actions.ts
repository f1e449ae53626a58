import type { Behaviours } from '../app/behaviour.ts'
import { say } from '../app/language.svelte.ts'
import { planExport } from './export-plan.ts'
import { exportFiles, rememberedExport } from './exporting.ts'
import { words } from './words.ts'

export const exportActions = {
  'file.export': {
    enabled: ({ project }) => (project?.artboards.length ?? 0) > 0,
    perform: (studio) => {
      studio.dialog = 'export'
    },
  },
  /** The artboard at hand as it was exported last, without a question. */
  'file.quick-export': {
    enabled: ({ project }) => project?.view.artboard !== undefined,
    async perform(studio) {
      const { shown, id, name, view } = studio.project!
      const settings = { ...rememberedExport(id).settings, format: 'png' } as const
      const files = planExport(shown, { kind: 'artboards', ids: [view.artboard!] }, settings, name)
      studio.notices.info(say(words.exportingName, { name: files[0]!.name }))
      await exportFiles(studio, files, settings)
    },
  },
} satisfies Behaviours
