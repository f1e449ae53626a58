import { mmToPx } from '../units/length.ts'
import { constrained, covers, type Frame, type Span } from './constraints.ts'
import { type Artboard, childrenByParent, type Document, requireArtboard } from './document.ts'
import type { Layer } from './layers/kinds.ts'
import type { Constraint } from './layers/layer.ts'
import { type Piece, shareRoom } from './room.ts'

/** An artboard laid out for another size: by each layer's constraints, and by the rules of room.ts where it has none. */

export interface Size {
  name: string
  /** px */
  width: number
  height: number
  /** Left out: the artboard's own. */
  dpi?: number | undefined
}

interface Rect {
  x: number
  y: number
  width: number
  height: number
}

type Axis = 'x' | 'y'

/** The document with that artboard alone, under its own id and at the new size; its layers keep their ids. */
export function adaptArtboard(document: Document, artboard: string, size: Size): Document {
  const board = requireArtboard(document, artboard)
  const { name, width, height, dpi = board.dpi } = size
  const to: Artboard = { ...board, name, width, height, dpi }
  const scale = Math.min(width / board.width, height / board.height)
  const area = Math.sqrt((width / board.width) * (height / board.height))
  const bleed = { was: bleedOf(board), now: bleedOf(to) }
  const children = childrenByParent(document)
  const layers = laidOut(artboard, children, { was: at(board), now: at(to), scale, area, bleed })
  return { ...document, artboards: [to], layers }
}

const bleedOf = ({ bleedMm, dpi }: Artboard): number => mmToPx(bleedMm, dpi)
const at = ({ width, height }: Artboard): Rect => ({ x: 0, y: 0, width, height })

interface Frames {
  was: Rect
  now: Rect
  scale: number
  /** The change of the whole's area, as a change of length. */
  area: number
  bleed: { was: number; now: number }
}

/** What an artboard or group holds, and what that holds. */
function laidOut(parent: string, children: ReadonlyMap<string, readonly Layer[]>, frames: Frames): Layer[] {
  const layers = children.get(parent) ?? []
  const across = placesOf(layers, 'x', frames)
  const down = placesOf(layers, 'y', frames)
  return layers.flatMap((layer) => {
    const to = boxIn(layer, { x: across.get(layer.id)!, y: down.get(layer.id)! })
    const factor = factorOf(layer, frames)
    const adapted = { ...scaledParts(layer, factor, to, frames), ...rounded(to) }
    if (layer.type !== 'group') return [adapted]
    const scale = Math.min(part(to.width, layer.width), part(to.height, layer.height))
    const inner = { was: layer, now: to, scale, area: frames.area, bleed: { was: 0, now: 0 } }
    return [adapted, ...laidOut(layer.id, children, inner)]
  })
}

const spanOf = ({ x, y, width, height }: Rect, axis: Axis): Span =>
  axis === 'x' ? { from: x, size: width } : { from: y, size: height }

const constraintOf = ({ constraints }: Layer, axis: Axis): Constraint | undefined =>
  axis === 'x' ? constraints?.horizontal : constraints?.vertical

function placesOf(layers: readonly Layer[], axis: Axis, frames: Frames): Map<string, Span> {
  const frame = frameOf(frames, axis)
  const free = layers.filter((layer) => constraintOf(layer, axis) === undefined)
  const places = shareRoom(
    free.map((layer) => pieceOf(layer, axis, frames)),
    frame,
    Math.min(frames.was.width, frames.was.height),
  )
  for (const layer of layers) {
    const constraint = constraintOf(layer, axis)
    if (constraint) places.set(layer.id, constrained(spanOf(boundsOf(layer), axis), constraint, frame))
  }
  return places
}

function frameOf({ was, now, scale, bleed }: Frames, axis: Axis): Frame {
  const span = spanOf(was, axis)
  // A group may be a line: it has no size to share out.
  return { was: { ...span, size: Math.max(span.size, 1e-6) }, now: spanOf(now, axis), scale, bleed }
}

function pieceOf(layer: Layer, axis: Axis, frames: Frames): Piece {
  const bounds = boundsOf(layer)
  const frame = frameOf(frames, axis)
  const span = spanOf(bounds, axis)
  const kind = isTurned(layer) ? 'rigid' : kindOf(layer, isLarge(layer, axis, frames.was))
  const spans = !isTurned(layer) && (maySpan(layer) || (layer.type === 'image' && covers(span, frame)))
  return { id: layer.id, span, across: spanOf(bounds, axis === 'x' ? 'y' : 'x'), kind, spans }
}

/** Smaller parts of its frame, along the axis and across it, and a plate is a rule, a tag or a button. */
const LARGE = { along: 0.2, across: 0.1 }

function isLarge({ width, height }: Layer, axis: Axis, frame: Rect): boolean {
  const [wide, high] = [part(width, frame.width), part(height, frame.height)]
  const [along, across] = axis === 'x' ? [wide, high] : [high, wide]
  return along >= LARGE.along && across >= LARGE.across
}

function kindOf(layer: Layer, large: boolean): Piece['kind'] {
  if (layer.mask) return 'rigid'
  if (layer.type === 'text') return layer.fit === 'shrink' ? 'text' : 'rigid'
  if (layer.type === 'image') return mayBeCropped(layer) ? 'picture' : 'rigid'
  return layer.type === 'shape' && isPlate(layer) && large ? 'plate' : 'rigid'
}

function maySpan(layer: Layer): boolean {
  if (layer.mask) return false
  switch (layer.type) {
    case 'text':
      return true
    case 'image':
      return mayBeCropped(layer)
    case 'shape':
      return isPlate(layer) || layer.shape.kind === 'line'
    case 'group':
      return !isRound(layer, layer.cornerRadius)
    case 'dieline':
      return false
  }
}

const mayBeCropped = (layer: Extract<Layer, { type: 'image' }>): boolean =>
  layer.fit === 'tile' || (layer.fit === 'cover' && !isRound(layer, layer.cornerRadius))

const isPlate = (layer: Extract<Layer, { type: 'shape' }>): boolean =>
  layer.shape.kind === 'rays' || (layer.shape.kind === 'rectangle' && !isRound(layer, layer.shape.cornerRadius))

/** A circle, an arch or a pill is no longer one when it is stretched. */
const isRound = ({ width, height }: Rect, cornerRadius: number): boolean =>
  cornerRadius > 0 && cornerRadius >= 0.35 * Math.min(width, height)

const isTurned = ({ rotation }: Layer): boolean => rotation % 180 !== 0

/** The upright box about a layer's own. */
function boundsOf(layer: Layer): Rect {
  if (!isTurned(layer)) return layer
  const { x, y, width, height, rotation } = layer
  const angle = (rotation * Math.PI) / 180
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
  const [wide, high] = [width * cos + height * sin, width * sin + height * cos]
  return { x: x + (width - wide) / 2, y: y + (height - high) / 2, width: wide, height: high }
}

/** The layer's own box when its bounds stand there. A turned layer keeps its shape: it takes what fits into them. */
function boxIn(layer: Layer, { x, y }: { x: Span; y: Span }): Rect {
  if (!isTurned(layer)) return { x: x.from, y: y.from, width: x.size, height: y.size }
  const bounds = boundsOf(layer)
  const factor = Math.min(part(x.size, bounds.width), part(y.size, bounds.height))
  const [width, height] = [layer.width * factor, layer.height * factor]
  return { x: x.from + (x.size - width) / 2, y: y.from + (y.size - height) / 2, width, height }
}

const part = (to: number, from: number): number => (from > 0 ? to / from : 1)

/** Pinned on both axes, a layer keeps its letters and strokes; else they are scaled as the artboard is. */
function factorOf(layer: Layer, { scale }: Frames): number {
  const chosen = [constraintOf(layer, 'x'), constraintOf(layer, 'y')]
  return chosen.every((constraint) => constraint && constraint !== 'fit' && constraint !== 'scale') ? 1 : scale
}

const within = (least: number, px: number, most: number): number => Math.min(most, Math.max(least, thousandths(px)))

/** What a layer measures in px besides its box. `to`: the box that it gets. */
function scaledParts(layer: Layer, factor: number, to: Rect, frames: Frames): Layer {
  const corner = (px: number) => within(0, px * factor, 50_000)
  switch (layer.type) {
    case 'text': {
      // A text that fitted by shrinking fits still, where its box became smaller than its letters.
      const least = Math.min(factor, part(to.width, layer.width), part(to.height, layer.height))
      const minSize = within(1, Math.floor(layer.minSize * least * 1000) / 1000, 10_000)
      // The largest that it may become: as large as the page lets it, not as its shape does.
      const most = layer.fit === 'shrink' && factor !== 1 ? Math.max(factor, frames.area) : factor
      return { ...layer, size: within(1, layer.size * most, 10_000), minSize }
    }
    case 'image': {
      const { tileSize, cornerRadius } = layer
      const fit = layer.fit === 'fill' && isStretched(layer, to) ? { fit: 'cover' as const } : {}
      return { ...layer, ...fit, tileSize: within(4, tileSize * factor, 20_000), cornerRadius: corner(cornerRadius) }
    }
    case 'shape': {
      const { stroke, shape } = layer
      return {
        ...layer,
        ...(shape.kind === 'rectangle' ? { shape: { ...shape, cornerRadius: corner(shape.cornerRadius) } } : {}),
        ...(stroke
          ? {
              stroke: {
                ...stroke,
                width: within(0, stroke.width * factor, 2000),
                dash: stroke.dash.map((px) => within(0, px * factor, 10_000)),
              },
            }
          : {}),
      }
    }
    case 'group':
      return { ...layer, cornerRadius: corner(layer.cornerRadius) }
    case 'dieline':
      return { ...layer, strokeWidth: within(0.1, layer.strokeWidth * factor, 100) }
  }
}

/** Whether a box changes its shape, as a picture that fills it would. */
const isStretched = (from: Rect, to: Rect): boolean =>
  Math.abs(part(to.width, from.width) / part(to.height, from.height) - 1) > 0.005

const thousandths = (px: number): number => Math.round(px * 1000) / 1000

const rounded = ({ x, y, width, height }: Rect): Rect => ({
  x: within(-200_000, x, 200_000),
  y: within(-200_000, y, 200_000),
  width: within(0, width, 100_000),
  height: within(0, height, 100_000),
})
