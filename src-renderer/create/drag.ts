import { pictureUrl } from '../app/api.ts'
import type { Studio } from '../app/studio.svelte.ts'

/** Pictures of the library on their way to the canvas, to another field, or out of the window. */
export const ARTIFACT_TYPE = 'application/x-broadside-artifact'

export function startArtifactDrag({ shell }: Studio, event: DragEvent, sha256: string): void {
  // The desktop wants a file, the canvas the picture's name. With Alt the shell hands out the file.
  if (shell.kind === 'electron' && event.altKey) {
    event.preventDefault()
    shell.startDrag(sha256)
    return
  }
  const { dataTransfer } = event
  if (!dataTransfer) return
  dataTransfer.effectAllowed = 'copy'
  dataTransfer.setData(ARTIFACT_TYPE, sha256)
  // Chromium's own way to let a link fall onto the desktop as a file.
  dataTransfer.setData(
    'DownloadURL',
    `image/png:${sha256.slice(0, 12)}.png:${new URL(pictureUrl(sha256), location.href)}`,
  )
}

export const draggedArtifact = ({ dataTransfer }: DragEvent): string | undefined =>
  dataTransfer?.getData(ARTIFACT_TYPE) || undefined

export const carriesPicture = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.some((type) => type === ARTIFACT_TYPE || type === 'Files') ?? false
