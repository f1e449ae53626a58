import type { TextLayer } from '#shared/document/layers/text.ts'
import { DocumentStore } from '#shared/document/store.ts'
import { valuesOf } from '#shared/document/variables.ts'
import { layoutText } from '#shared/scene/layout.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import { textOf } from '#shared/scene/scene.ts'
import { pxToMm, pxToPt } from '#shared/units/length.ts'
import { Faces } from '../canvas/faces.ts'
import { renderArtboard } from '../canvas/render.ts'
import { place, type Said, type Spot } from './place.ts'

/** How a line lies in its box, in the terms of a page. */
export interface Fit {
  name: string
  /** pt */
  size: number
  lines: number
  overflows: boolean
  /** mm across the lines that are free; below 0: that are missing. */
  room: number
}

export interface Tried {
  picture: HTMLCanvasElement
  fit: Fit
}

/**
 * The line set as it would be placed, on a document of its own: the same edit, scene and pictures as the canvas and the
 * export, so what is seen here is what placing gives. `side`: px of the longer side of the picture.
 */
export async function tryOut(
  store: DocumentStore,
  spot: Spot,
  said: Said,
  { side, name }: { side: number; name: string },
): Promise<Tried> {
  const trial = new DocumentStore(store.document)
  let id = ''
  trial.edit('', (edit) => {
    id = place(trial, edit, spot, said, name)
  })
  const layer = trial.layer(id) as TextLayer
  const board = trial.artboardOf(id)!
  const values = valuesOf(trial.document)
  await new Faces().load([layer], values)
  const measure = canvasMeasurer(document.createElement('canvas').getContext('2d')!)
  const layout = layoutText(textOf(layer, values), layer, layer, measure)
  const room = layer.direction === 'vertical' ? layer.width - layout.width : layer.height - layout.height
  const picture = await renderArtboard({ store: trial }, board.id, {
    scale: side / Math.max(board.width, board.height),
  })
  return {
    picture,
    fit: {
      name: layer.name || name,
      size: Math.round(pxToPt(layout.size, board.dpi) * 10) / 10,
      lines: layout.lines.length,
      overflows: layout.overflows,
      room: Math.round(pxToMm(room, board.dpi) * 10) / 10,
    },
  }
}
