import type { Drag, Easel, Press } from '../easel.svelte.ts'
import { boundsOfBoxes, overlaps, rectBetween } from '../geometry.ts'
import { groupsOver, standing } from '../held.ts'

/** Selects every layer that the rectangle touches; of an entered group, its children. */
export function drawMarquee(easel: Easel, from: Press, before: readonly string[]): Drag {
  const { store, view } = easel
  const parents = view.entered === undefined ? store.document.artboards : [store.layer(view.entered)]
  const boxes = parents.flatMap((parent) => {
    const board = parent && (store.artboard(parent.id) ?? store.artboardOf(parent.id))
    if (!parent || !board) return []
    return store
      .children(parent.id)
      .filter(({ hidden, locked }) => !hidden && !locked)
      .map((layer) => ({ id: layer.id, rect: boundsOfBoxes([standing(layer, groupsOver(store, layer), board)]) }))
  })
  return {
    move(press) {
      const marquee = rectBetween(from.point, press.point)
      const touched = boxes.filter(({ rect }) => overlaps(rect, marquee)).map(({ id }) => id)
      easel.show({ marquee })
      const selection = [...new Set([...before, ...touched])]
      if (selection.join() !== view.selection.join()) easel.select(selection)
    },
    end: () => easel.show({ marquee: undefined }),
    cancel() {
      easel.select(before)
      easel.show({ marquee: undefined })
    },
  }
}
