import { bringFiles, placeArtifact } from './bring.svelte.ts'
import type { Easel } from './easel.svelte.ts'

/** Files from the desktop and pictures from the grid, dropped where the pointer is. Gives a disposer. */
const ARTIFACT_TYPE = 'application/x-broadside-artifact'

export function hearDrops(easel: Easel, host: HTMLElement): () => void {
  const wanted = ({ dataTransfer }: DragEvent) =>
    !easel.readOnly && dataTransfer?.types.some((type) => type === 'Files' || type === ARTIFACT_TYPE)
  const over = (event: DragEvent) => {
    if (!wanted(event) || !event.dataTransfer) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    const board = easel.boardFor(pointOf(event))
    easel.show({ hover: board && { ...board, rotation: 0 } })
  }
  const leave = () => easel.show({ hover: undefined })
  const drop = (event: DragEvent) => {
    if (!wanted(event) || !event.dataTransfer) return
    event.preventDefault()
    leave()
    const at = pointOf(event)
    const sha256 = event.dataTransfer.getData(ARTIFACT_TYPE)
    const files = [...event.dataTransfer.files]
    void easel.studio.attempt(() => (sha256 ? placeArtifact(easel, sha256, at) : bringFiles(easel, files, at)))
  }
  const pointOf = ({ clientX, clientY }: DragEvent) => {
    const { left, top } = host.getBoundingClientRect()
    return easel.toDocument({ x: clientX - left, y: clientY - top })
  }
  host.addEventListener('dragover', over)
  host.addEventListener('dragleave', leave)
  host.addEventListener('drop', drop)
  return () => {
    host.removeEventListener('dragover', over)
    host.removeEventListener('dragleave', leave)
    host.removeEventListener('drop', drop)
  }
}
