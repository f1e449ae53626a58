import { type Box, boxAbout, centreOf, type Point, placeIn, turn } from './geometry.ts'

/** The handles of a selection: eight to resize, the space outside the corners to turn. */

export interface Handle {
  /** Where it sits, as fractions of the box. */
  across: 0 | 0.5 | 1
  down: 0 | 0.5 | 1
}

const CORNERS: Handle[] = [
  { across: 0, down: 0 },
  { across: 1, down: 0 },
  { across: 1, down: 1 },
  { across: 0, down: 1 },
]
const SIDES: Handle[] = [
  { across: 0.5, down: 0 },
  { across: 1, down: 0.5 },
  { across: 0.5, down: 1 },
  { across: 0, down: 0.5 },
]

/** Screen px. */
export const HANDLE = 8
const GRAB = 9
const TURN = 22
/** Sides shorter than this have no handle in their middle: it would hide the corners. */
const ROOM = 28

/** The handles that a box has room for at a zoom. */
export function handlesOf(box: Box, zoom: number): Handle[] {
  const [wide, high] = [box.width * zoom, box.height * zoom]
  const sides = SIDES.filter(({ across }) => (across === 0.5 ? wide : high) >= ROOM)
  return [...CORNERS, ...sides]
}

export type Grip = { kind: 'resize'; handle: Handle } | { kind: 'turn'; handle: Handle }

/** What a point of the document takes hold of. Corners come before sides, resizing before turning. */
export function gripAt(box: Box, point: Point, zoom: number): Grip | undefined {
  const away = ({ across, down }: Handle) => {
    const at = placeIn(box, across, down)
    return Math.hypot(at.x - point.x, at.y - point.y) * zoom
  }
  const handle = handlesOf(box, zoom).find((each) => away(each) <= GRAB)
  if (handle) return { kind: 'resize', handle }
  const { x, y } = turn(point, -box.rotation, centreOf(box))
  const outside = x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height
  const corner = outside && CORNERS.find((each) => away(each) <= TURN)
  return corner ? { kind: 'turn', handle: corner } : undefined
}

export function cursorOf(grip: Grip, box: Box): string {
  if (grip.kind === 'turn') return TURN_CURSOR
  const { across, down } = grip.handle
  const angle = (Math.atan2(down - 0.5, across - 0.5) * 180) / Math.PI + box.rotation
  const names = ['ew-resize', 'nwse-resize', 'ns-resize', 'nesw-resize']
  return names[((Math.round(angle / 45) % 4) + 4) % 4]!
}

export interface HowToResize {
  /** Keep width and height in proportion. */
  ratio: boolean
  /** Grow to both sides. */
  centre: boolean
}

/** The box after a handle was dragged by `by` (document px). The opposite place, or the centre, stays where it is. */
export function draggedBox(box: Box, { across, down }: Handle, by: Point, { ratio, centre }: HowToResize): Box {
  const { x, y } = turn(by, -box.rotation)
  const reach = centre ? 2 : 1
  const wanted = {
    width: box.width + (across - 0.5) * 2 * reach * x,
    height: box.height + (down - 0.5) * 2 * reach * y,
  }
  const { width, height } = ratio ? inProportion(box, wanted, { across, down }) : wanted
  const size = { width: Math.max(1, width), height: Math.max(1, height) }
  const anchor = centre ? { across: 0.5, down: 0.5 } : { across: 1 - across, down: 1 - down }
  const held = placeIn(box, anchor.across, anchor.down)
  const toCentre = turn({ x: (0.5 - anchor.across) * size.width, y: (0.5 - anchor.down) * size.height }, box.rotation)
  return boxAbout({ x: held.x + toCentre.x, y: held.y + toCentre.y }, size.width, size.height, box.rotation)
}

function inProportion(box: Box, wanted: { width: number; height: number }, { across, down }: Handle) {
  const [fx, fy] = [wanted.width / Math.max(box.width, 1e-6), wanted.height / Math.max(box.height, 1e-6)]
  const factor = across === 0.5 ? fy : down === 0.5 ? fx : Math.max(fx, fy)
  return { width: box.width * factor, height: box.height * factor }
}

/** Degrees that a turn from one pointer position to another makes about the box's centre. */
export function turnedBy(box: Box, from: Point, to: Point, snap: boolean): number {
  const { x, y } = centreOf(box)
  const angle = (point: Point) => (Math.atan2(point.y - y, point.x - x) * 180) / Math.PI
  const by = angle(to) - angle(from)
  // To a multiple of 15° of what is seen, not of the movement.
  return snap ? Math.round((box.rotation + by) / 15) * 15 - box.rotation : by
}

const TURN_CURSOR = `url("data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="22" height="22" fill="none" stroke-linecap="round" stroke-linejoin="round"><g stroke="#fff" stroke-width="4"><path d="M4 13a7 7 0 0 1 12-5l2 2M18 5v5h-5"/></g><g stroke="#111" stroke-width="1.8"><path d="M4 13a7 7 0 0 1 12-5l2 2M18 5v5h-5"/></g></svg>',
)}") 11 11, alias`
