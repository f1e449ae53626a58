import { type Box, type Size, type SizeLimits, sizeFor } from './sizes.ts'

/** Where and how large to repaint: a model sees a piece around what was brushed, at a size it was made for. */

/** Around what is repainted, as a part of its longer side: the model has to see what it joins. */
const CONTEXT = 0.5

/**
 * The piece of the artboard that the model gets. It has the shape of a size that the model can make, holds all of `mask`
 * with something around it, and lies inside `within` where it can.
 */
export function pieceAround(mask: Box, within: Box, limits: SizeLimits): { box: Box; size: Size } {
  const margin = Math.max(mask.width, mask.height) * CONTEXT
  const wanted = {
    width: Math.min(within.width, mask.width + 2 * margin),
    height: Math.min(within.height, mask.height + 2 * margin),
  }
  const size = sizeFor(wanted.width / wanted.height, limits)
  // The size's shape is only near the wanted one: grow until both sides are covered.
  const scale = Math.max(wanted.width / size[0], wanted.height / size[1])
  const [width, height] = [size[0] * scale, size[1] * scale]
  return {
    box: {
      x: along(mask.x + mask.width / 2, width, within.x, within.width),
      y: along(mask.y + mask.height / 2, height, within.y, within.height),
      width,
      height,
    },
    size,
  }
}

/** Where a length begins that is centred on a point, pushed inside when it fits there. */
function along(centre: number, length: number, from: number, room: number): number {
  const start = centre - length / 2
  if (length >= room) return from + (room - length) / 2
  return Math.min(from + room - length, Math.max(from, start))
}

/** How far each side is pulled out, px of the artboard. */
export interface Growth {
  top: number
  right: number
  bottom: number
  left: number
}

export const NO_GROWTH: Growth = { top: 0, right: 0, bottom: 0, left: 0 }

export const grown = ({ x, y, width, height }: Box, { top, right, bottom, left }: Growth): Box => ({
  x: x - left,
  y: y - top,
  width: width + left + right,
  height: height + top + bottom,
})

/** Pull two sides out alike until the box has this shape. */
export function growthFor({ width, height }: Box, ratio: number): Growth {
  const across = Math.max(0, height * ratio - width) / 2
  const down = Math.max(0, width / ratio - height) / 2
  return { top: down, bottom: down, left: across, right: across }
}

/** Of the shorter side of the old picture: how far the new one fades into it. */
const FEATHER = 0.06

export const featherOf = ({ width, height }: Box): number => Math.min(width, height) * FEATHER
