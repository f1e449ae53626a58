import type { ModelPackage } from '#shared/models/manifest.ts'

/** Sizes that a model can make, named by the shape people ask for. */

export interface SizeLimits {
  default: readonly [width: number, height: number]
  min: number
  max: number
  multiple: number
}

export type Size = readonly [width: number, height: number]

/** A shape as width to height. */
export const RATIOS = [
  ['1:1', 1],
  ['4:5', 4 / 5],
  ['3:4', 3 / 4],
  ['2:3', 2 / 3],
  ['9:16', 9 / 16],
  ['5:4', 5 / 4],
  ['4:3', 4 / 3],
  ['3:2', 3 / 2],
  ['16:9', 16 / 9],
] as const satisfies readonly (readonly [string, number])[]

/** Undefined for families that make one size. */
export function limitsOf({ family, config }: ModelPackage): SizeLimits | undefined {
  return family === 'diffusion' || family === 'vae' ? (config as { size: SizeLimits }).size : undefined
}

/**
 * The size nearest to a shape with about as many pixels as the model was made for: more costs time and composition,
 * fewer cost detail.
 */
export function sizeFor(ratio: number, limits: SizeLimits): Size {
  const area = limits.default[0] * limits.default[1]
  const candidates = sides(limits).flatMap((width) =>
    [width / ratio].flatMap((height) => [down(height, limits), up(height, limits)].map((h): Size => [width, h])),
  )
  const cost = ([width, height]: Size) =>
    4 * Math.abs(Math.log(width / height / ratio)) + Math.abs(Math.log((width * height) / area))
  return candidates.reduce((best, next) => (cost(next) < cost(best) ? next : best))
}

/** A typed side, moved to what the model can make. */
export function fitSide(value: number, limits: SizeLimits): number {
  return clamp(Math.round(value / limits.multiple) * limits.multiple, limits)
}

const clamp = (value: number, { min, max, multiple }: SizeLimits) =>
  Math.min(Math.floor(max / multiple) * multiple, Math.max(Math.ceil(min / multiple) * multiple, value))
const down = (value: number, limits: SizeLimits) => clamp(Math.floor(value / limits.multiple) * limits.multiple, limits)
const up = (value: number, limits: SizeLimits) => clamp(Math.ceil(value / limits.multiple) * limits.multiple, limits)

function sides(limits: SizeLimits): number[] {
  const list: number[] = []
  for (let side = up(limits.min, limits); side <= limits.max; side += limits.multiple) list.push(side)
  return list
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** The largest box of a picture's shape inside another, in its middle. */
export function boxInside(outer: Box, [width, height]: Size): Box {
  const scale = Math.min(outer.width / width, outer.height / height)
  // A picture made for this very shape fills it: the grid of sizes alone must not leave a white hair.
  if (Math.abs(Math.log(outer.width / outer.height / (width / height))) < SAME_SHAPE) return outer
  const [w, h] = [width * scale, height * scale]
  return { x: outer.x + (outer.width - w) / 2, y: outer.y + (outer.height - h) / 2, width: w, height: h }
}

const SAME_SHAPE = 0.12
