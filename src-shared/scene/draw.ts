import type { Fill } from '../document/fill.ts'
import type { ImageLayer } from '../document/layers/image.ts'
import type { ShapeLayer } from '../document/layers/shape.ts'
import { cssFont } from './fonts.ts'
import type { TextLayout } from './layout.ts'

/** Drawing on a 2D canvas context, from the box's corner (0, 0). The browser's and Skia's have these in common. */
export interface Canvas2D {
  fillStyle: unknown
  strokeStyle: unknown
  lineWidth: number
  font: string
  letterSpacing: string
  textBaseline: string
  textAlign: string
  textRendering: string
  fontKerning: string
  imageSmoothingEnabled: boolean
  imageSmoothingQuality: string
  globalAlpha: number
  globalCompositeOperation: string
  canvas: { width: number; height: number }
  save(): void
  restore(): void
  beginPath(): void
  closePath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  rect(x: number, y: number, width: number, height: number): void
  roundRect(x: number, y: number, width: number, height: number, radius: number): void
  ellipse(x: number, y: number, rx: number, ry: number, rotation: number, from: number, to: number): void
  clip(): void
  fill(): void
  stroke(): void
  setLineDash(lengths: number[]): void
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void
  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void
  getTransform(): Matrix
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void
  translate(x: number, y: number): void
  rotate(angle: number): void
  scale(x: number, y: number): void
  fillRect(x: number, y: number, width: number, height: number): void
  clearRect(x: number, y: number, width: number, height: number): void
  fillText(text: string, x: number, y: number): void
  drawImage(
    image: unknown,
    sx: number,
    sy: number,
    sw: number,
    sh: number,
    dx: number,
    dy: number,
    dw: number,
    dh: number,
  ): void
  createLinearGradient(x0: number, y0: number, x1: number, y1: number): Gradient
  createRadialGradient(x0: number, y0: number, r0: number, x1: number, y1: number, r1: number): Gradient
  createPattern(image: unknown, repetition: string): unknown
}

export interface Matrix {
  a: number
  b: number
  c: number
  d: number
  e: number
  f: number
}

interface Gradient {
  addColorStop(at: number, colour: string): void
}

/** A decoded picture that the context can draw. */
export interface DrawablePicture {
  image: unknown
  /** px of the decoded picture */
  width: number
  height: number
}

interface Box {
  width: number
  height: number
}

export function drawText(context: Canvas2D, { lines, size, letterSpacing }: TextLayout, fill: Fill, box: Box): void {
  if (!setFill(context, fill, box)) return
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  context.fontKerning = 'normal'
  // Unhinted advances: widths were measured at another size and must scale.
  context.textRendering = 'geometricPrecision'
  context.letterSpacing = `${letterSpacing}px`
  for (const line of lines) {
    for (const { text, face, x, y, turned } of line.runs) {
      context.font = cssFont(face, size)
      if (turned) {
        context.save()
        context.translate(x, y)
        context.rotate(Math.PI / 2)
        // The letters turn, the box's gradient does not.
        if (fill.kind !== 'solid') setFill(context, fill, box, (px, py) => [py - y, x - px])
        context.fillText(text, 0, 0)
        context.restore()
      } else context.fillText(text, x, y)
    }
  }
}

export function drawShape(context: Canvas2D, layer: ShapeLayer): void {
  const { shape, fill, stroke } = layer
  outline(context, shape, layer)
  if (shape.kind !== 'line' && setFill(context, fill, layer)) context.fill()
  if (stroke && stroke.width > 0) {
    context.strokeStyle = stroke.colour
    context.lineWidth = stroke.width
    context.setLineDash(stroke.dash)
    context.stroke()
  }
}

function outline(context: Canvas2D, shape: ShapeLayer['shape'], { width, height }: Box): void {
  context.beginPath()
  switch (shape.kind) {
    case 'rectangle':
      boxPath(context, { width, height }, shape.cornerRadius)
      return
    case 'ellipse':
      context.ellipse(width / 2, height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI)
      return
    case 'line':
      context.moveTo(0, shape.rising ? height : 0)
      context.lineTo(width, shape.rising ? 0 : height)
      return
    case 'polygon':
      ring(context, { width, height }, shape.sides, () => 1)
      return
    case 'star':
      ring(context, { width, height }, 2 * shape.points, (index) => (index % 2 === 0 ? 1 : shape.innerRadius))
      return
    case 'rays': {
      const [cx, cy] = [shape.centre[0] * width, shape.centre[1] * height]
      // Far enough that the wedges' ends lie outside the box; the caller's clip keeps what is inside.
      const reach =
        2 * (width + height) * (1 + Math.max(Math.abs(shape.centre[0] - 0.5), Math.abs(shape.centre[1] - 0.5)))
      const step = Math.PI / shape.count
      for (let i = 0; i < shape.count; i++) {
        const from = 2 * i * step - Math.PI / 2 - step / 2
        context.moveTo(cx, cy)
        context.lineTo(cx + reach * Math.cos(from), cy + reach * Math.sin(from))
        context.lineTo(cx + reach * Math.cos(from + step), cy + reach * Math.sin(from + step))
        context.closePath()
      }
      return
    }
  }
}

/** A closed ring of points in the ellipse of the box, the first on top. */
function ring(context: Canvas2D, { width, height }: Box, count: number, radius: (index: number) => number): void {
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2
    const x = (width / 2) * (1 + radius(i) * Math.cos(angle))
    const y = (height / 2) * (1 + radius(i) * Math.sin(angle))
    if (i === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  context.closePath()
}

/** The box's outline, rounded as far as it allows. */
export function boxPath(context: Canvas2D, { width, height }: Box, cornerRadius: number): void {
  const radius = Math.min(cornerRadius, width / 2, height / 2)
  if (radius > 0) context.roundRect(0, 0, width, height, radius)
  else context.rect(0, 0, width, height)
}

export function drawImage(context: Canvas2D, layer: ImageLayer, picture: DrawablePicture): void {
  const box = { width: layer.width, height: layer.height }
  if (box.width <= 0 || box.height <= 0) return
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  if (layer.cornerRadius > 0) {
    context.beginPath()
    boxPath(context, box, layer.cornerRadius)
    context.clip()
  }
  if (layer.flipX || layer.flipY) {
    context.translate(layer.flipX ? box.width : 0, layer.flipY ? box.height : 0)
    context.scale(layer.flipX ? -1 : 1, layer.flipY ? -1 : 1)
  }
  if (layer.fit === 'tile') {
    const scale = layer.tileSize / picture.width
    context.scale(scale, scale)
    context.fillStyle = context.createPattern(picture.image, 'repeat')
    context.fillRect(0, 0, box.width / scale, box.height / scale)
    return
  }
  const { source, target } = placement(layer, picture)
  context.drawImage(
    picture.image,
    source.x,
    source.y,
    source.width,
    source.height,
    target.x,
    target.y,
    target.width,
    target.height,
  )
}

interface Rect extends Box {
  x: number
  y: number
}

/** Which part of the picture (its px) goes where in the box (document px). */
export function placement(layer: ImageLayer, picture: Box): { source: Rect; target: Rect } {
  const { crop, fit, focus } = layer
  const box = { x: 0, y: 0, width: layer.width, height: layer.height }
  const cropped = {
    x: crop.x * picture.width,
    y: crop.y * picture.height,
    width: Math.min(crop.width, 1 - crop.x) * picture.width,
    height: Math.min(crop.height, 1 - crop.y) * picture.height,
  }
  if (fit === 'cover') {
    const scale = Math.max(box.width / cropped.width, box.height / cropped.height)
    const [width, height] = [box.width / scale, box.height / scale]
    return {
      source: {
        x: cropped.x + (cropped.width - width) * focus[0],
        y: cropped.y + (cropped.height - height) * focus[1],
        width,
        height,
      },
      target: box,
    }
  }
  if (fit === 'contain') {
    const scale = Math.min(box.width / cropped.width, box.height / cropped.height)
    const [width, height] = [cropped.width * scale, cropped.height * scale]
    return {
      source: cropped,
      target: { x: (box.width - width) * focus[0], y: (box.height - height) * focus[1], width, height },
    }
  }
  return { source: cropped, target: box }
}

type Place = (x: number, y: number) => [number, number]

/** Sets the fill style; false when nothing is to be filled. `place` maps the box to the context's coordinates. */
function setFill(context: Canvas2D, fill: Fill, { width, height }: Box, place: Place = (x, y) => [x, y]): boolean {
  switch (fill.kind) {
    case 'none':
      return false
    case 'solid':
      context.fillStyle = fill.colour
      return true
    case 'linear': {
      const [from, to] = [
        place(fill.from[0] * width, fill.from[1] * height),
        place(fill.to[0] * width, fill.to[1] * height),
      ]
      const gradient = context.createLinearGradient(...from, ...to)
      for (const { at, colour } of fill.stops) gradient.addColorStop(at, colour)
      context.fillStyle = gradient
      return true
    }
    case 'radial': {
      const [x, y] = place(fill.centre[0] * width, fill.centre[1] * height)
      const gradient = context.createRadialGradient(x, y, 0, x, y, fill.radius * Math.max(width, height))
      for (const { at, colour } of fill.stops) gradient.addColorStop(at, colour)
      context.fillStyle = gradient
      return true
    }
  }
}
