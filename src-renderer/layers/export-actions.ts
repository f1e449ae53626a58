import type { Behaviours } from '../app/behaviour.ts'
import { planExport } from './export-plan.ts'
import { exportFiles, rememberedExport } from './exporting.ts'

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
      const { document, id, name, view } = studio.project!
      const settings = { ...rememberedExport(id).settings, format: 'png' } as const
      const files = planExport(document, { kind: 'artboards', ids: [view.artboard!] }, settings, name)
      await exportFiles(studio, files, settings)
    },
  },
} satisfies Behaviours
