import type { Artboard } from '#shared/document/document.ts'
import { pxToMm } from '#shared/units/length.ts'
import { say } from '../app/language.svelte.ts'
import type { Point, Rect } from './geometry.ts'
import { words } from './words.ts'

/** What surrounds an artboard: its shadow, its name, the chequers of what is transparent. Device px. */

type Context = CanvasRenderingContext2D

/** Reach of the shadow, screen px. */
const SHADOW = 36

/** Blurring a large rectangle in every frame is slow: the blur is drawn once and its edges are stretched. */
export function drawShadow(context: Context, rect: Rect, pixelRatio: number): void {
  const reach = Math.round(SHADOW * pixelRatio)
  const patch = shadowPatch(reach)
  const half = (patch.width - 2 * reach) / 2
  const inset = Math.max(0, Math.min(half - 1, Math.floor(rect.width / 2), Math.floor(rect.height / 2)))
  const edge = reach + inset
  const middle = patch.width - 2 * edge
  const drop = Math.round(reach / 4)
  const xs = [rect.x - reach, rect.x + inset, rect.x + rect.width - inset, rect.x + rect.width + reach]
  const ys = [rect.y - reach, rect.y + inset, rect.y + rect.height - inset, rect.y + rect.height + reach].map(
    (y) => y + drop,
  )
  const from = [0, edge, edge + middle, patch.width]
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      // The middle lies under the artboard.
      if (row === 1 && column === 1) continue
      const [sw, sh] = [from[column + 1]! - from[column]!, from[row + 1]! - from[row]!]
      const [dw, dh] = [xs[column + 1]! - xs[column]!, ys[row + 1]! - ys[row]!]
      if (sw > 0 && sh > 0 && dw > 0 && dh > 0)
        context.drawImage(patch, from[column]!, from[row]!, sw, sh, xs[column]!, ys[row]!, dw, dh)
    }
}

const patches = new Map<number, HTMLCanvasElement>()

function shadowPatch(reach: number): HTMLCanvasElement {
  const known = patches.get(reach)
  if (known) return known
  const side = reach * 2
  const canvas = document.createElement('canvas')
  canvas.width = side + 2 * reach
  canvas.height = side + 2 * reach
  const context = canvas.getContext('2d')!
  context.shadowColor = 'rgb(0 0 0 / 0.5)'
  context.shadowBlur = reach * 0.9
  // Only the shadow: what casts it stands outside.
  context.shadowOffsetX = 4 * side
  context.fillRect(reach - 4 * side, reach, side, side)
  patches.set(reach, canvas)
  return canvas
}

/** "Poster A2 · 420 × 594 mm · 3 mm bleed"; a name that says the size is not told it again. */
export function labelOf({ name, width, height, dpi, bleedMm }: Artboard): string {
  const printed = dpi > 72 || bleedMm > 0
  const sides = printed ? [width, height].map((side) => millimetres(pxToMm(side, dpi))) : [width, height]
  const size = sides.join(' × ')
  return [
    name || say(words.untitled),
    ...(name.includes(size) ? [] : [`${size} ${printed ? 'mm' : 'px'}`]),
    ...(bleedMm > 0 ? [say(words.bleed, { n: bleedMm })] : []),
  ].join(' · ')
}

const millimetres = (mm: number): string => String(mm < 20 ? Math.round(mm * 10) / 10 : Math.round(mm))

/** Screen px above the artboard; wide enough to be taken hold of. */
export const LABEL = { height: 22, above: 24 }

export function drawLabel(context: Context, artboard: Artboard, rect: Rect, pixelRatio: number, colour: string): void {
  if (rect.width < 24 * pixelRatio) return
  context.font = `${12 * pixelRatio}px Inter, "Noto Sans SC", sans-serif`
  context.textBaseline = 'alphabetic'
  context.fillStyle = colour
  const bleed = bleedPx(artboard, rect)
  context.fillText(
    shortened(context, labelOf(artboard), Math.max(rect.width, 60 * pixelRatio)),
    rect.x,
    rect.y - bleed - 9 * pixelRatio,
  )
}

/** Device px that the bleed marks reach beyond the artboard. */
const bleedPx = ({ bleedMm, dpi, width }: Artboard, rect: Rect): number =>
  ((bleedMm / 25.4) * dpi * rect.width) / Math.max(1, width)

const lengths = new Map<string, string>()

/** Cut so that it does not run into the next artboard's. */
function shortened(context: Context, text: string, room: number): string {
  const key = `${context.font}|${Math.floor(room)}|${text}`
  const known = lengths.get(key)
  if (known !== undefined) return known
  let short = text
  while (short.length > 1 && context.measureText(short).width > room) short = `${short.slice(0, -2).trimEnd()}…`
  if (lengths.size > 500) lengths.clear()
  lengths.set(key, short)
  return short
}

let chequers: CanvasPattern | undefined

export function drawTransparency(context: Context, rect: Rect, pixelRatio: number): void {
  chequers ??= chequersAt(context, Math.round(8 * pixelRatio))
  if (!chequers) return
  chequers.setTransform(new DOMMatrix().translate(rect.x, rect.y))
  context.fillStyle = chequers
  context.fillRect(rect.x, rect.y, rect.width, rect.height)
}

function chequersAt(context: Context, side: number): CanvasPattern | undefined {
  const canvas = document.createElement('canvas')
  canvas.width = 2 * side
  canvas.height = 2 * side
  const own = canvas.getContext('2d')!
  own.fillStyle = '#f4f4f4'
  own.fillRect(0, 0, 2 * side, 2 * side)
  own.fillStyle = '#d8d8d8'
  own.fillRect(0, 0, side, side)
  own.fillRect(side, side, side, side)
  return context.createPattern(canvas, 'repeat') ?? undefined
}

/** Whether a point of the screen lies on an artboard's name. `rect` in screen px. */
export const isOnLabel = (rect: Rect, bleed: number, { x, y }: Point): boolean =>
  x >= rect.x && x <= rect.x + Math.max(60, rect.width) && y <= rect.y - bleed - 2 && y >= rect.y - bleed - LABEL.above
