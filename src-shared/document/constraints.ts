import type { Constraint } from './layers/layer.ts'

/** Where layers go along one axis when what holds them gets another size: plain arithmetic, px. */

/** A stretch of an axis. */
export interface Span {
  from: number
  size: number
}

/** An artboard or group along one axis, as it was and as it is to be. */
export interface Frame {
  was: Span
  now: Span
  /** What letters, strokes and whatever keeps its shape are scaled by: the shorter change of both axes. */
  scale: number
  /** Beyond the edges, printed and cut off: an artboard's, as it was and as it is to be. */
  bleed: { was: number; now: number }
}

/** Covers both edges: within two hundredths. */
export const COVERS = 0.98

export const covers = ({ from, size }: Span, { was }: Frame): boolean => {
  const seen = Math.min(from + size, was.from + was.size) - Math.max(from, was.from)
  return seen >= was.size * COVERS
}

/** A stretch whose constraint was chosen. What was inside the frame stays inside. */
export function constrained(span: Span, constraint: Constraint, frame: Frame): Span {
  return kept(placed(span, constraint, frame), span, frame)
}

/** What a stretched layer keeps at least, as a part of what it would have if all were scaled. */
const LEAST = 0.5

function placed(span: Span, constraint: Constraint, frame: Frame): Span {
  const { was, now, scale } = frame
  const before = span.from - was.from
  const after = was.size - before - span.size
  const ratio = now.size / was.size
  switch (constraint) {
    case 'start':
      return { from: now.from + before, size: span.size }
    case 'center':
      return { from: now.from + now.size / 2 + before - was.size / 2, size: span.size }
    case 'end':
      return { from: now.from + now.size - after - span.size, size: span.size }
    case 'stretch': {
      const size = now.size - before - after
      // Margins that leave too little room give way with the axis.
      return size >= LEAST * span.size * ratio ? { from: now.from + before, size } : placed(span, 'scale', frame)
    }
    case 'scale':
      return { from: now.from + before * ratio, size: span.size * ratio }
    case 'fit': {
      const size = span.size * scale
      return { from: now.from + before * scale + along(span, was) * (now.size - was.size * scale), size }
    }
  }
}

/** How far along its free room a stretch stands: 0 at the start, 1 at the end. */
function along({ from, size }: Span, was: Span): number {
  const room = was.size - size
  return room <= 0 ? 0.5 : Math.min(1, Math.max(0, (from - was.from) / room))
}

/** px that count as inside: rounding of documents, not of eyes. */
const HAIR = 1e-3

const isInside = ({ from, size }: Span, frame: Span): boolean =>
  from >= frame.from - HAIR && from + size <= frame.from + frame.size + HAIR

function kept(span: Span, before: Span, { was, now }: Frame): Span {
  if (!isInside(before, was) || isInside(span, now)) return span
  const size = Math.min(span.size, now.size)
  return { from: Math.min(Math.max(span.from, now.from), now.from + now.size - size), size }
}

/** Between both edges, at distances that are scaled; what covered the bleed covers it still. */
export function between({ from, size }: Span, { was, now, scale, bleed }: Frame): Span {
  const margin = (px: number) => {
    const covered = bleed.was > 0 && -px >= bleed.was - 0.5
    return covered ? Math.min(px * scale, -bleed.now) : px * scale
  }
  const before = margin(from - was.from)
  const after = margin(was.from + was.size - from - size)
  return { from: now.from + before, size: now.size - before - after }
}
