import { between, type Frame, type Span } from './constraints.ts'

/**
 * An artboard that is laid out for another shape has room left on one axis, once everything has been scaled by the
 * shorter change. This is who gets it when nobody has said: pictures that may be cropped first, then boxes that text
 * shrinks into and wide gaps; what would be distorted moves as a whole. Nothing changes places, nothing that was apart
 * comes together, and what stood on something stands on it still.
 */

export interface Piece {
  id: string
  /** Along the axis and across it. */
  span: Span
  across: Span
  /** `picture`: may be cropped. `text`: a box that its text shrinks into. `plate`: goes with what stands on it. */
  kind: 'rigid' | 'picture' | 'text' | 'plate'
  /** May be set between both edges when it reaches from margin to margin, and made longer to an edge that it touches. */
  spans: boolean
}

/** Margins up to this part of the axis are margins; beyond they are room. */
const MARGIN = 0.155
/** Gaps up to this part of the frame's shorter side hold things together. */
const CLOSE = 0.05
/** Of both margins, as a part of the axis: closer than this the thing between them is centred. */
const CENTRED = 0.1
/** Of its own size: more room would leave too little of a picture in view. */
const MOST_FOR_PICTURE = 0.8
/** px of room that a px of it takes. */
const TAKES = { rigid: 0, picture: 3, text: 1, gap: 1 }
type Part = keyof typeof TAKES

/** Where each piece goes. `shorter`: the shorter side of the frame as it was, px. */
export function shareRoom(pieces: readonly Piece[], frame: Frame, shorter: number): Map<string, Span> {
  const { was, now, scale } = frame
  const room = now.size - was.size * scale
  const places = new Map<string, Span>()
  if (room <= 1e-6 * now.size) {
    for (const { id, span } of pieces)
      places.set(
        id,
        scaled(span, frame, () => 0),
      )
    for (const piece of pieces) if (reaches(piece, was, pieces)) places.set(piece.id, between(piece.span, frame))
    return places
  }
  const rest: Piece[] = []
  for (const piece of pieces) {
    if (reaches(piece, was, pieces)) places.set(piece.id, between(piece.span, frame))
    else rest.push(piece)
  }
  for (const row of rowsOf(rest)) {
    const given = sharing(row, frame, room, shorter)
    for (const piece of row) places.set(piece.id, toEdges(piece, scaled(piece.span, frame, given), frame))
  }
  return places
}

/** From one margin to the other, with nothing beside it. */
function reaches({ span, across, spans }: Piece, was: Span, pieces: readonly Piece[]): boolean {
  const before = span.from - was.from
  const after = was.size - before - span.size
  if (!spans || Math.max(before, after) > MARGIN * was.size) return false
  if (Math.abs(before - after) > CENTRED * was.size) return false
  return !pieces.some((other) => meets(across, other.across) && !meets(span, other.span))
}

/** Whether two stretches share more than a point. */
const meets = (a: Span, b: Span): boolean => a.from < b.from + b.size - 1e-6 && b.from < a.from + a.size - 1e-6

/** `given`: px of room before a point of the frame. What is rigid has none in it, so it keeps its shape. */
function scaled({ from, size }: Span, { was, now, scale }: Frame, given: (at: number) => number): Span {
  const [start, end] = [from - was.from, from - was.from + size]
  const first = now.from + start * scale + given(start)
  return { from: first, size: now.from + end * scale + given(end) - first }
}

/** What ran off the frame runs off it still, or nearly. */
const TOUCHES = 0.005

function toEdges({ span, spans }: Piece, place: Span, { was, now }: Frame): Span {
  if (!spans) return place
  const touches = (gap: number) => gap <= TOUCHES * was.size
  const from = touches(span.from - was.from) ? Math.min(place.from, now.from) : place.from
  const end = place.from + place.size
  const to = touches(was.from + was.size - span.from - span.size) ? Math.max(end, now.from + now.size) : end
  return { from, size: to - from }
}

/** Pieces that stand beside each other, or on each other: only they can come into each other's way. */
function rowsOf(pieces: readonly Piece[]): Piece[][] {
  const rows: { end: number; pieces: Piece[] }[] = []
  for (const piece of pieces.toSorted((a, b) => a.across.from - b.across.from)) {
    const { from, size } = piece.across
    const last = rows.at(-1)
    if (last && from < last.end - 1e-6) {
      last.pieces.push(piece)
      last.end = Math.max(last.end, from + size)
    } else rows.push({ end: from + size, pieces: [piece] })
  }
  return rows.map((row) => row.pieces)
}

interface Stretch extends Span {
  kind: Part
  /** Of the room, in comparison. */
  share: number
}

function sharing(row: readonly Piece[], { was, scale }: Frame, room: number, shorter: number): (at: number) => number {
  const stretches = stretchesOf(row, was, shorter)
  const sum = (parts: readonly Stretch[]) => parts.reduce((total, { share }) => total + share, 0)
  const pictures = stretches.filter(({ kind }) => kind === 'picture')
  const others = stretches.filter(({ kind }) => kind !== 'picture')
  const [inPictures, inOthers] = [sum(pictures), sum(others)]
  const length = pictures.reduce((total, { size }) => total + size, 0)
  const wanted = inPictures > 0 ? (room * inPictures) / (inPictures + inOthers) : 0
  const toPictures = Math.min(wanted, MOST_FOR_PICTURE * scale * length)
  const left = room - toPictures
  const beside = inOthers > 0 ? () => 0 : besides(row, was, left)
  return (at) => {
    const before = (parts: readonly Stretch[]) =>
      parts.reduce((total, { from, size, share }) => total + share * part(at - from, size), 0)
    const pictured = inPictures > 0 ? (toPictures * before(pictures)) / inPictures : 0
    return pictured + (inOthers > 0 ? (left * before(others)) / inOthers : beside(at))
  }
}

const part = (px: number, size: number): number => Math.min(1, Math.max(0, px / size))

/** The axis cut where pieces begin and end, with how much of the room each part takes per px. */
function stretchesOf(row: readonly Piece[], was: Span, shorter: number): Stretch[] {
  const spans = row.map(({ span, kind }) => ({
    from: span.from - was.from,
    to: span.from - was.from + span.size,
    kind,
  }))
  const cuts = new Set([0, was.size])
  for (const { from, to } of spans) for (const cut of [from, to]) if (cut > 0 && cut < was.size) cuts.add(cut)
  const at = [...cuts].sort((a, b) => a - b)
  const parts = at.slice(1).map((to, index) => {
    const from = at[index]!
    const there = new Set(spans.filter((span) => span.from < to && span.to > from).map(({ kind }) => kind))
    const kind: Part = (['rigid', 'picture', 'text'] as const).find((each) => there.has(each)) ?? 'gap'
    return { from, to, kind }
  })
  const wide = (index: number): boolean => {
    let [first, last] = [index, index]
    while (parts[first - 1]?.kind === 'gap') first--
    while (parts[last + 1]?.kind === 'gap') last++
    const size = parts[last]!.to - parts[first]!.from
    const outer = first === 0 || last === parts.length - 1
    return size > (outer ? MARGIN * was.size : CLOSE * shorter)
  }
  return parts.map(({ from, to, kind }, index) => {
    const size = to - from
    return { from, size, kind, share: kind === 'gap' && !wide(index) ? 0 : TAKES[kind] * size }
  })
}

/** Nothing in the row takes room: it stays at the edge that it is nearer to, or in the middle. */
function besides(row: readonly Piece[], was: Span, room: number): (at: number) => number {
  const before = Math.min(...row.map(({ span }) => span.from)) - was.from
  const after = was.from + was.size - Math.max(...row.map(({ span }) => span.from + span.size))
  if (Math.abs(before - after) <= CENTRED * was.size) return () => room / 2
  return () => (before < after ? 0 : room)
}
