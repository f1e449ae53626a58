import type { Artboard } from '#shared/document/document.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'

/** Pixels of a picture against the size it is shown at. */

export interface PictureSize {
  width: number
  height: number
}

/** Below this, print looks soft at reading distance. */
export const LEAST_PRINT_DPI = 150

/** Artboard px per picture px: above 1 the picture is enlarged. Of a stretched one, the worse side. */
export function enlargement(layer: ImageLayer, picture: PictureSize): number {
  const across = layer.width / (picture.width * layer.crop.width)
  const down = layer.height / (picture.height * layer.crop.height)
  switch (layer.fit) {
    case 'contain':
      return Math.min(across, down)
    case 'tile':
      return layer.tileSize / (picture.width * layer.crop.width)
    case 'cover':
    case 'fill':
      return Math.max(across, down)
  }
}

/** Picture pixels per inch of paper. */
export const densityOf = (layer: ImageLayer, picture: PictureSize, board: Artboard): number =>
  board.dpi / enlargement(layer, picture)

/** Whether an artboard is meant for paper: pixels on a screen have no inch. */
export const isForPrint = ({ dpi, bleedMm }: Artboard): boolean => bleedMm > 0 || dpi >= LEAST_PRINT_DPI
