import { boundsOf, grown, type Point, type Rect } from './geometry.ts'

/** Where the window looks: pure, so that wheel, menu and gesture agree. Screen px count from the canvas's corner. */
export interface Camera {
  /** Screen px per document px. */
  zoom: number
  /** Document point at the canvas's top left corner. */
  x: number
  y: number
}

export const MIN_ZOOM = 0.005
export const MAX_ZOOM = 256

export const toScreen = ({ zoom, x, y }: Camera, point: Point): Point => ({
  x: (point.x - x) * zoom,
  y: (point.y - y) * zoom,
})

export const toDocument = ({ zoom, x, y }: Camera, point: Point): Point => ({
  x: point.x / zoom + x,
  y: point.y / zoom + y,
})

/** Another zoom, with the document point under `at` (screen px) held where it is. */
export function zoomedAt(camera: Camera, zoom: number, at: Point): Camera {
  const next = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom))
  const held = toDocument(camera, at)
  return { zoom: next, x: held.x - at.x / next, y: held.y - at.y / next }
}

/** The wheel's own zoom: even steps look even, whatever the size. */
export const wheelZoom = (zoom: number, deltaY: number): number => zoom * Math.exp(-deltaY * 0.0022)

/** Steps that people know, for menu and keys. */
const STEPS = [
  0.005, 0.01, 0.02, 0.03, 0.05, 0.0833, 0.125, 0.1667, 0.25, 0.3333, 0.5, 0.6667, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24,
  32, 48, 64, 96, 128, 192, 256,
]

export function nextZoom(zoom: number, direction: 1 | -1): number {
  const ordered = direction === 1 ? STEPS : STEPS.toReversed()
  return ordered.find((step) => direction * (step - zoom) > zoom * 0.01) ?? ordered.at(-1)!
}

interface Size {
  width: number
  height: number
}

/** All of a rectangle in the middle of the screen. `margin` is left free on every side, `top` more above. */
export function fitted(area: Rect, screen: Size, margin: number, top = 0): Camera {
  const [wide, high] = [Math.max(1, screen.width - 2 * margin), Math.max(1, screen.height - 2 * margin - top)]
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, Math.min(wide / area.width, high / area.height)))
  return {
    zoom,
    x: area.x + area.width / 2 - screen.width / 2 / zoom,
    y: area.y + area.height / 2 - (screen.height + top) / 2 / zoom,
  }
}

/** What the screen shows of the document. */
export const seen = ({ zoom, x, y }: Camera, { width, height }: Size): Rect => ({
  x,
  y,
  width: width / zoom,
  height: height / zoom,
})

/** The artboards together with their bleeds. */
export function pasteboard(areas: readonly Rect[]): Rect {
  if (areas.length === 0) return { x: 0, y: 0, width: 1000, height: 1000 }
  return grown(
    boundsOf(
      areas.flatMap(({ x, y, width, height }) => [
        { x, y },
        { x: x + width, y: y + height },
      ]),
    ),
    0,
  )
}
