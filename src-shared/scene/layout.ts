import { atomsOf, paragraphsOf, pieces } from './breaks.ts'
import type { Face } from './fonts.ts'
import type { Style } from './runs.ts'
import { type Ink, type SetRun, settingOf, type TextMeasurer } from './setting.ts'

export { type Ink, MEASURED_AT, type TextMeasurer } from './setting.ts'

/** Text in a box: lines, sizes and positions. The same here, in the preview and in the export. */

export interface TextStyle extends Style {
  /** px of the em; the largest when `shrink`. */
  size: number
  minSize: number
  /** ems */
  lineHeight: number
  /** thousandths of an em */
  tracking: number
  direction: 'horizontal' | 'vertical'
  align: 'left' | 'center' | 'right'
  verticalAlign: 'top' | 'middle' | 'bottom'
  fit: 'fixed' | 'shrink' | 'wrap'
}

export interface PlacedRun {
  text: string
  face: Face
  /** px from the box's corner to the run's origin on its baseline. */
  x: number
  y: number
  /** Drawn a quarter turn clockwise about its origin. */
  turned: boolean
  /** px along the line to where the next run starts. */
  length: number
}

/** Of a vertical text: a column. */
export interface Line {
  runs: PlacedRun[]
  /** px from the box's top to the baseline; vertical: from its left to the middle of the column. */
  baseline: number
  text: string
}

export interface TextLayout {
  direction: 'horizontal' | 'vertical'
  lines: Line[]
  /** px */
  size: number
  /** px between characters */
  letterSpacing: number
  /** Of the letters, px: from the capitals of the first line to the baseline of the last (Chinese: its lower edge). */
  height: number
  width: number
  /** px that the text is longer than its box, along its lines or across them; of a cut word, what the box lacks for it. */
  over: number
  /** Whether the text is too long at `size`, or at `minSize` when it may shrink: outside its box, or a word cut. */
  overflows: boolean
}

interface Box {
  width: number
  height: number
}

/**
 * Lay text out in a box of `width` × `height` px. The box hugs the letters: its top is the top of the first line's
 * capitals, its bottom the last baseline, its left the ink of the first letter, so equal margins look equal.
 */
export function layoutText(text: string, style: TextStyle, box: Box, measure: TextMeasurer): TextLayout {
  const setter = typesetter(text, style, memoized(measure))
  const room = roomIn(box, style)
  if (style.fit !== 'shrink') return place(setter, setter.breakLines(style.size, room.along), style.size, style, box)
  const size = largestFitting(setter, style, room)
  return place(setter, balanced(setter, size, room.along), size, style, box)
}

/** Nothing wraps here. px */
const ENDLESS = 1e9

/**
 * The size of a text's letters at its full size, px: what a box that fits its text has. Lines wrap only at `room` px
 * of their own length.
 */
export function naturalSize(text: string, style: TextStyle, measure: TextMeasurer, room = ENDLESS): Box {
  const box = style.direction === 'vertical' ? { width: ENDLESS, height: room } : { width: room, height: ENDLESS }
  const { width, height } = layoutText(text, { ...style, fit: 'fixed' }, box, measure)
  return { width, height }
}

/** A box in the text's own directions: along its lines and across them. */
interface Room {
  along: number
  across: number
}

const roomIn = ({ width, height }: Box, { direction }: TextStyle): Room =>
  direction === 'vertical' ? { along: height, across: width } : { along: width, across: height }

interface Broken {
  lines: string[]
  /** A word was cut because it is wider than the box. */
  cut: boolean
}

/** What stays together, measured once. Ems; ink counts from the piece's own origin. */
interface Piece {
  text: string
  space: string
  advance: number
  spaceAdvance: number
  left: number
  right: number
}

type Typesetter = ReturnType<typeof typesetter>

function typesetter(text: string, style: TextStyle, measure: TextMeasurer) {
  const runs = settingOf(style, measure)

  const pieceOf = (part: string, space = ''): Piece => {
    const set = runs(part)
    return { text: part, space, advance: advanceOf(set), spaceAdvance: advanceOf(runs(space)), ...inkOf(set) }
  }

  const paragraphs = paragraphsOf(text).map((paragraph) =>
    atomsOf(paragraph, style.language).map((atom) => pieceOf(atom.text, atom.space)),
  )

  const breakLines = (size: number, width: number): Broken => {
    const room = width / size + 1e-6 // ems; a hair for rounding
    const lines: string[] = []
    let cut = false
    for (const paragraph of paragraphs) {
      const line = openLine()
      const add = (piece: Piece) => {
        if (!line.isEmpty() && line.widthWith(piece) > room) lines.push(line.take())
        line.add(piece)
      }
      for (const atom of paragraph) {
        if (atom.right - atom.left <= room) add(atom)
        else {
          const parts = pieces(atom.text)
          if (parts.length > 1) cut = true
          if (!line.isEmpty()) lines.push(line.take())
          for (const [index, part] of parts.entries()) add(pieceOf(part, index === parts.length - 1 ? atom.space : ''))
        }
      }
      lines.push(line.take())
    }
    return { lines, cut }
  }

  /** Of the whole block across its lines, in ems. */
  const across = (lines: string[]): number =>
    edges(lines[0] ?? '').over + (lines.length - 1) * style.lineHeight + edges(lines.at(-1) ?? '').under

  /** How far a line reaches before and after its baseline (column: its middle), in ems. */
  const edges = (line: string) => {
    const set = runs(line === '' ? 'H' : line)
    return { over: Math.max(...set.map((run) => run.over)), under: Math.max(...set.map((run) => run.under)) }
  }

  /** Of the widest word, in ems: a narrower box would have to cut it. */
  const widest = Math.max(0, ...paragraphs.flat().map(({ left, right }) => right - left))

  return { breakLines, across, edges, widest, runs }
}

const advanceOf = (runs: SetRun[]): number => runs.reduce((sum, { advance }) => sum + advance, 0)

/** First and last inked place in ems: the last character's tracking and side bearings do not count. */
function inkOf(runs: SetRun[]): { left: number; right: number } {
  const [first, last] = [runs[0], runs.at(-1)]
  if (!first || !last) return { left: 0, right: 0 }
  return { left: first.start, right: advanceOf(runs) - last.advance + last.end }
}

/** A line that grows piece by piece. */
function openLine() {
  let text = ''
  let end = 0 // ems, after the last piece's space
  let left = 0
  return {
    isEmpty: () => text.trim() === '',
    widthWith: (piece: Piece) => end + piece.right - left,
    add(piece: Piece) {
      if (text === '') left = piece.left
      text += piece.text + piece.space
      end += piece.advance + piece.spaceAdvance
    },
    take() {
      const taken = text.trimEnd()
      text = ''
      end = 0
      return taken
    },
  }
}

/** The largest size at which every word is whole and all lines are in the box; tenths of a px. */
function largestFitting(setter: Typesetter, style: TextStyle, room: Room): number {
  const fits = (size: number) => {
    if (setter.widest * size > room.along) return false
    const { lines } = setter.breakLines(size, room.along)
    return setter.across(lines) * size <= room.across
  }
  if (fits(style.size)) return style.size
  let low = Math.min(style.minSize, style.size)
  let high = style.size
  while (high - low > 0.1) {
    const middle = (low + high) / 2
    if (fits(middle)) low = middle
    else high = middle
  }
  return Math.max(Math.min(style.minSize, style.size), Math.floor(low * 10) / 10)
}

/** The same number of lines at the narrowest measure that allows it: no lone last word under a full line. */
function balanced(setter: Typesetter, size: number, width: number): Broken {
  const widest = setter.breakLines(size, width)
  if (widest.lines.length < 2 || widest.cut) return widest
  let best = widest
  let low = width / 3
  let high = width
  for (let i = 0; i < 10; i++) {
    const middle = (low + high) / 2
    const tried = setter.breakLines(size, middle)
    if (!tried.cut && tried.lines.length === widest.lines.length) {
      best = tried
      high = middle
    } else low = middle
  }
  return best
}

function place(setter: Typesetter, { lines, cut }: Broken, size: number, style: TextStyle, box: Box): TextLayout {
  const room = roomIn(box, style)
  const vertical = style.direction === 'vertical'
  const across = setter.across(lines) * size
  const [alongShare, acrossShare] = shares(style)
  const first = (room.across - across) * acrossShare + setter.edges(lines[0] ?? '').over * size
  const set = lines.map((text) => {
    const runs = setter.runs(text)
    const { left, right } = inkOf(runs)
    return { text, runs, left, length: Math.max(0, right - left) * size }
  })
  const along = Math.max(0, ...set.map(({ length }) => length))
  // A box that grows holds any number of lines.
  const lacking = style.fit === 'wrap' ? 0 : across - room.across
  const over = Math.max(0, lacking, along - room.along, cut ? setter.widest * size - room.along : 0)
  return {
    direction: style.direction,
    lines: set.map(({ text, runs, left, length }, index) => {
      const down = first + index * style.lineHeight * size
      // Columns stand from right to left.
      const baseline = vertical ? box.width - down : down
      let at = (room.along - length) * alongShare - left * size
      const placed = runs.map((run) => {
        const [forth, aside] = [at + run.shift * size, run.aside * size]
        const origin = vertical ? { x: baseline + aside, y: forth } : { x: forth, y: baseline + aside }
        const advance = run.advance * size
        at += advance
        return { text: run.text, face: run.face, ...origin, turned: run.turned, length: advance }
      })
      return { text, runs: placed, baseline }
    }),
    size,
    letterSpacing: (style.tracking / 1000) * size,
    ...(vertical ? { width: across, height: along } : { width: along, height: across }),
    over,
    overflows: cut || over > 0.5,
  }
}

/** Shares of the free room that come before the text: along its lines and across them. */
function shares({ direction, align, verticalAlign }: TextStyle): [along: number, across: number] {
  const fromLeft = { left: 0, center: 0.5, right: 1 }[align]
  const fromTop = { top: 0, middle: 0.5, bottom: 1 }[verticalAlign]
  return direction === 'vertical' ? [fromTop, 1 - fromLeft] : [fromLeft, fromTop]
}

const memos = new WeakMap<TextMeasurer, TextMeasurer>()

/** Words measured so far; a document says most of its words more than once. */
const MEMO = 50_000

/** Remembers per measurer: make a new one when fonts were loaded. */
function memoized(measure: TextMeasurer): TextMeasurer {
  const made = memos.get(measure)
  if (made) return made
  const known = new Map<string, Ink>()
  const remembering: TextMeasurer = (text, face) => {
    const key = `${face.family}|${face.weight}|${face.italic}|${text}`
    const found = known.get(key)
    if (found) return found
    if (known.size >= MEMO) known.clear()
    const ink = measure(text, face)
    known.set(key, ink)
    return ink
  }
  memos.set(measure, remembering)
  return remembering
}
