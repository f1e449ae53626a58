import { atomsOf, paragraphsOf, pieces } from './breaks.ts'
import type { Face } from './fonts.ts'
import { type Run, runsOf, type Style } from './runs.ts'

/** Text in a box: lines, sizes and positions. The same here, in the preview and in the export. */

/** In px at MEASURED_AT px of the em, so that any size is a multiplication. */
export interface Ink {
  /** Advance width. */
  width: number
  /** First and last inked column, from the origin. */
  left: number
  right: number
}

/** Widths from the environment's canvas, at MEASURED_AT px without tracking. */
export type TextMeasurer = (text: string, face: Face) => Ink

/** Skia rounds ink to whole px up to 256 px and to 1/64 em beyond: this is where it is sharpest. */
export const MEASURED_AT = 250

export interface TextStyle extends Style {
  /** px of the em; the largest when `shrink`. */
  size: number
  minSize: number
  /** ems */
  lineHeight: number
  /** thousandths of an em */
  tracking: number
  align: 'left' | 'center' | 'right'
  verticalAlign: 'top' | 'middle' | 'bottom'
  fit: 'fixed' | 'shrink'
}

export interface PlacedRun {
  text: string
  face: Face
  /** px from the box's left edge to the run's origin. */
  x: number
}

export interface Line {
  runs: PlacedRun[]
  /** px from the box's top to the baseline. */
  baseline: number
  text: string
}

export interface TextLayout {
  lines: Line[]
  /** px */
  size: number
  /** px between characters */
  letterSpacing: number
  /** From the capitals of the first line to the baseline of the last (Chinese: its lower edge). */
  height: number
  width: number
  /** Whether the text is too long at `size`, or at `minSize` when it may shrink: outside its box, or a word cut. */
  overflows: boolean
}

/**
 * Lay text out in a box of `width` × `height` px. The box hugs the letters: its top is the top of the first line's
 * capitals, its bottom the last baseline, its left the ink of the first letter, so equal margins look equal.
 */
export function layoutText(
  text: string,
  style: TextStyle,
  box: { width: number; height: number },
  measure: TextMeasurer,
): TextLayout {
  const setter = typesetter(text, style, memoized(measure))
  if (style.fit === 'fixed') return place(setter, setter.breakLines(style.size, box.width), style.size, style, box)
  const size = largestFitting(setter, style, box)
  return place(setter, balanced(setter, size, box.width), size, style, box)
}

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
  const track = style.tracking / 1000

  /** Width in ems, with tracking after every character. */
  const advance = (part: string): number =>
    runsOf(part, style).reduce(
      (sum, run) => sum + measure(run.text, run.face).width / MEASURED_AT + track * [...run.text].length,
      0,
    )

  /** First and last inked column in ems: the last character's tracking and side bearings do not count. */
  const inkOf = (part: string): { left: number; right: number } => {
    const runs = runsOf(part, style)
    const [first, last] = [runs[0], runs.at(-1)]
    if (!first || !last) return { left: 0, right: 0 }
    const before = advance(part.slice(0, part.length - last.text.length))
    return {
      left: measure(first.text, first.face).left / MEASURED_AT,
      right: before + measure(last.text, last.face).right / MEASURED_AT + track * ([...last.text].length - 1),
    }
  }

  const pieceOf = (part: string, space = ''): Piece => ({
    text: part,
    space,
    advance: advance(part),
    spaceAdvance: advance(space),
    ...inkOf(part),
  })

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

  /** Of the whole block, in ems. */
  const height = (lines: string[]): number => {
    const [top, bottom] = [edges(lines[0] ?? ''), edges(lines.at(-1) ?? '')]
    return top.top + (lines.length - 1) * style.lineHeight + bottom.bottom
  }

  const edges = (line: string) => {
    const runs = runsOf(line === '' ? 'H' : line, style)
    return { top: Math.max(...runs.map((run) => run.top)), bottom: Math.max(...runs.map((run) => run.bottom)) }
  }

  /** Of the widest word, in ems: a narrower box would have to cut it. */
  const widest = Math.max(0, ...paragraphs.flat().map(({ left, right }) => right - left))

  return { breakLines, height, edges, inkOf, advance, widest, runs: (line: string) => runsOf(line, style) }
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
function largestFitting(setter: Typesetter, style: TextStyle, box: { width: number; height: number }): number {
  const fits = (size: number) => {
    if (setter.widest * size > box.width) return false
    const { lines } = setter.breakLines(size, box.width)
    return setter.height(lines) * size <= box.height
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

function place(
  setter: Typesetter,
  { lines, cut }: Broken,
  size: number,
  style: TextStyle,
  box: { width: number; height: number },
): TextLayout {
  const height = setter.height(lines) * size
  const free = box.height - height
  const top = style.verticalAlign === 'top' ? 0 : style.verticalAlign === 'middle' ? free / 2 : free
  const first = top + setter.edges(lines[0] ?? '').top * size
  const inks = lines.map(setter.inkOf)
  const widths = inks.map(({ left, right }) => Math.max(0, right - left) * size)
  const width = Math.max(0, ...widths)
  return {
    lines: lines.map((text, index) => {
      const room = box.width - widths[index]!
      const start = style.align === 'left' ? 0 : style.align === 'center' ? room / 2 : room
      let x = start - inks[index]!.left * size
      const runs = setter.runs(text).map((run: Run) => {
        const placed = { text: run.text, face: run.face, x }
        x += setter.advance(run.text) * size
        return placed
      })
      return { text, runs, baseline: first + index * style.lineHeight * size }
    }),
    size,
    letterSpacing: (style.tracking / 1000) * size,
    height,
    width,
    overflows: cut || height > box.height + 0.5 || width > box.width + 0.5,
  }
}

function memoized(measure: TextMeasurer): TextMeasurer {
  const known = new Map<string, Ink>()
  return (text, face) => {
    const key = `${face.family}|${face.weight}|${face.italic}|${text}`
    const found = known.get(key)
    if (found) return found
    const ink = measure(text, face)
    known.set(key, ink)
    return ink
  }
}
