import type { Project } from '../app/project.svelte.ts'

/** Gives the selected text and shapes a colour, in one step. Gives how many took it. */
export function colourSelected({ store, selected, readOnly }: Project, colour: string, label: string): number {
  if (readOnly !== undefined) return 0
  const takers = selected.filter((layer) => (layer.type === 'text' || layer.type === 'shape') && !layer.locked)
  if (takers.length === 0) return 0
  store.edit(label, (edit) => {
    for (const { id } of takers) edit.update(id, { fill: { kind: 'solid', colour } })
  })
  return takers.length
}
