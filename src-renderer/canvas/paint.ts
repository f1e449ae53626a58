import type { Point, Rect } from './geometry.ts'

/** A painted area: soft round strokes on a canvas whose alpha says how much is painted. */

export interface Brush {
  /** Diameter, px of the canvas. */
  size: number
  /** 0 … 1: how much of the radius is fully painted. */
  hardness: number
  erase: boolean
}

/** Strokes are drawn as dabs this share of the diameter apart. */
const SPACING = 0.12

export class Paint {
  readonly canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #dab: { key: string; canvas: HTMLCanvasElement } | undefined

  constructor(width: number, height: number) {
    this.canvas = document.createElement('canvas')
    this.canvas.width = Math.max(1, Math.round(width))
    this.canvas.height = Math.max(1, Math.round(height))
    this.#context = this.canvas.getContext('2d')!
  }

  get context(): CanvasRenderingContext2D {
    return this.#context
  }

  copy(): Paint {
    const paint = new Paint(this.canvas.width, this.canvas.height)
    paint.#context.drawImage(this.canvas, 0, 0)
    return paint
  }

  /** From one point to the next; gives where the last dab was, to go on from. */
  stroke(from: Point | undefined, to: Point, brush: Brush): Point {
    const dab = this.#dabOf(brush)
    const context = this.#context
    context.globalCompositeOperation = brush.erase ? 'destination-out' : 'source-over'
    let last = from
    for (const { x, y } of dabs(from, to, Math.max(0.5, brush.size * SPACING))) {
      context.drawImage(dab, x - dab.width / 2, y - dab.height / 2)
      last = { x, y }
    }
    context.globalCompositeOperation = 'source-over'
    return last ?? to
  }

  #dabOf({ size, hardness }: Brush): HTMLCanvasElement {
    const key = `${size} ${hardness}`
    if (this.#dab?.key === key) return this.#dab.canvas
    const side = Math.max(1, Math.ceil(size))
    const canvas = document.createElement('canvas')
    canvas.width = side
    canvas.height = side
    const context = canvas.getContext('2d')!
    const [middle, radius] = [side / 2, size / 2]
    const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, radius)
    for (const [at, alpha] of softness(hardness)) gradient.addColorStop(at, `rgb(255 45 85 / ${alpha})`)
    context.fillStyle = gradient
    context.fillRect(0, 0, side, side)
    this.#dab = { key, canvas }
    return canvas
  }
}

/** Full to `hardness` of the radius, then down along a cosine. */
function softness(hardness: number): [at: number, alpha: number][] {
  const edge = Math.min(0.985, Math.max(0, hardness))
  const stops: [number, number][] = [[0, 1]]
  for (let i = 0; i <= 8; i++)
    stops.push([edge + ((1 - edge) * i) / 8, Math.round((0.5 + 0.5 * Math.cos((Math.PI * i) / 8)) * 1000) / 1000])
  return stops
}

/** Points between two, `step` px apart; the first one only when there was none before. */
export function dabs(from: Point | undefined, to: Point, step: number): Point[] {
  if (!from) return [to]
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy)
  const count = Math.floor(length / step)
  return Array.from({ length: count }, (_, i) => {
    const share = ((i + 1) * step) / length
    return { x: from.x + dx * share, y: from.y + dy * share }
  })
}

/** The rectangle of what is painted, px of the canvas; undefined when nothing is. Looks at a small copy: it is for aiming. */
export function paintedBox(canvas: HTMLCanvasElement): Rect | undefined {
  const scale = Math.min(1, 512 / Math.max(canvas.width, canvas.height))
  const [width, height] = [
    Math.max(1, Math.round(canvas.width * scale)),
    Math.max(1, Math.round(canvas.height * scale)),
  ]
  const small = document.createElement('canvas')
  small.width = width
  small.height = height
  const context = small.getContext('2d', { willReadFrequently: true })!
  context.drawImage(canvas, 0, 0, width, height)
  const found = alphaBox(context.getImageData(0, 0, width, height).data, width, height)
  if (!found) return undefined
  const [sx, sy] = [canvas.width / width, canvas.height / height]
  return { x: found.x * sx, y: found.y * sy, width: found.width * sx, height: found.height * sy }
}

/** The rectangle about all px that are not clear. */
export function alphaBox(rgba: ArrayLike<number>, width: number, height: number): Rect | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0, at = 3; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      if (rgba[at]! < 8) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}
