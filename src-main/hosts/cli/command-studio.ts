import type { StudioApi } from '#shared/contract/studio-api.ts'

/** What making needs of a studio: a command's own, or that of a running service. */
export interface CommandStudio extends Pick<StudioApi, 'images' | 'copy' | 'remake' | 'close'> {
  pictures: Pick<StudioApi['pictures'], 'bring'>
  channels: Pick<StudioApi['channels'], 'list'>
  tables: StudioApi['tables']
  models: Pick<StudioApi['models'], 'list' | 'get' | 'words' | 'verify'>
  documents: StudioApi['documents']
  batches: Pick<StudioApi['batches'], 'requireDevice' | 'startIn' | 'get' | 'cells' | 'pause' | 'resume'>
  exports: Pick<StudioApi['exports'], 'render' | 'save'>
  library: Pick<StudioApi['library'], 'export' | 'pathOf'>
}
