/** Points, rectangles and boxes in px. A box is a rectangle turned about its centre, as every layer is. */

export interface Point {
  x: number
  y: number
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

export interface Box extends Rect {
  /** Degrees clockwise about the centre. */
  rotation: number
}

export const centreOf = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 })

export const boxAbout = ({ x, y }: Point, width: number, height: number, rotation: number): Box => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
  rotation,
})

export function turn({ x, y }: Point, degrees: number, about: Point = { x: 0, y: 0 }): Point {
  if (degrees % 360 === 0) return { x, y }
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [dx, dy] = [x - about.x, y - about.y]
  return { x: about.x + dx * cos - dy * sin, y: about.y + dx * sin + dy * cos }
}

/** A place of a box by fractions of its sides, as it stands when the box is turned. */
export const placeIn = (box: Box, across: number, down: number): Point =>
  turn({ x: box.x + box.width * across, y: box.y + box.height * down }, box.rotation, centreOf(box))

/** Clockwise from the top left. */
export const cornersOf = (box: Box): Point[] => [
  placeIn(box, 0, 0),
  placeIn(box, 1, 0),
  placeIn(box, 1, 1),
  placeIn(box, 0, 1),
]

/** The upright rectangle about points. */
export function boundsOf(points: readonly Point[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of points) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

export const boundsOfBoxes = (boxes: readonly Box[]): Rect => boundsOf(boxes.flatMap(cornersOf))

/** `reach` px around the box count as in it. */
export function isIn(box: Box, point: Point, reach = 0): boolean {
  const { x, y } = turn(point, -box.rotation, centreOf(box))
  return x >= box.x - reach && x <= box.x + box.width + reach && y >= box.y - reach && y <= box.y + box.height + reach
}

export const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

export const encloses = (outer: Rect, inner: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

/** What two rectangles share; undefined when they share nothing. */
export function shared(a: Rect, b: Rect): Rect | undefined {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  const [right, bottom] = [Math.min(a.x + a.width, b.x + b.width), Math.min(a.y + a.height, b.y + b.height)]
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined
}

export const rectBetween = (a: Point, b: Point): Rect => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
})

export const grown = ({ x, y, width, height }: Rect, by: number): Rect => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
})

export const shifted = <R extends Rect>(rect: R, x: number, y: number): R => ({ ...rect, x: rect.x + x, y: rect.y + y })

/** Degrees in −180 … 180. */
export function normalDegrees(degrees: number): number {
  const turned = ((degrees % 360) + 360) % 360
  return turned > 180 ? turned - 360 : turned
}

/** Thousandths of a px: less than anyone sees, and short in the file. */
export const rounded = (px: number): number => Math.round(px * 1000) / 1000

export const roundedRect = ({ x, y, width, height }: Rect): Rect => ({
  x: rounded(x),
  y: rounded(y),
  width: rounded(width),
  height: rounded(height),
})

/**
 * A box when the upright rectangle `from`, in which it lies, becomes `to`. A turned box keeps its angle, so it follows
 * exactly when both sides grow alike and as well as it can when they do not.
 */
export function mapBox(box: Box, from: Rect, to: Rect): Box {
  const [fx, fy] = [factor(from.width, to.width), factor(from.height, to.height)]
  const centre = centreOf(box)
  const angle = (box.rotation * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return boxAbout(
    { x: to.x + (centre.x - from.x) * fx, y: to.y + (centre.y - from.y) * fy },
    box.width * Math.hypot(fx * cos, fy * sin),
    box.height * Math.hypot(fx * sin, fy * cos),
    box.rotation,
  )
}

const factor = (from: number, to: number): number => (from > 0 ? to / from : 1)

/** In its own size, or smaller so that it is not larger than the artboard; about a point of it. */
export function fitBox(
  { width = 512, height = 512 }: { width?: number | undefined; height?: number | undefined },
  board: { width: number; height: number },
  { x, y }: Point,
): Rect {
  const scale = Math.min(1, board.width / width, board.height / height)
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  return { x: Math.round(x - wide / 2), y: Math.round(y - high / 2), width: wide, height: high }
}
