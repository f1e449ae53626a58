import type { Face } from './fonts.ts'
import { isHan, type Run, runsOf, type Style } from './runs.ts'

/** A line's runs with their sizes: along the line and across it, horizontal or vertical. */

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

/** Ems, all of it. */
export interface SetRun {
  text: string
  face: Face
  /** Along the line, with tracking after every character. */
  advance: number
  /** Ink along the line, from where the run starts. */
  start: number
  end: number
  /** Across the line, from the baseline (column: its middle) against and with the direction that lines follow in. */
  over: number
  under: number
  /** From where the run starts to the origin it is drawn from: along the line, and across it to the right or down. */
  shift: number
  aside: number
  turned: boolean
}

interface SettingStyle extends Style {
  /** thousandths of an em */
  tracking: number
  direction: 'horizontal' | 'vertical'
}

export function settingOf(style: SettingStyle, measure: TextMeasurer): (part: string) => SetRun[] {
  const track = style.tracking / 1000
  const measured = (run: Run) => {
    const { width, left, right } = measure(run.text, run.face)
    return { width: width / MEASURED_AT, left: left / MEASURED_AT, right: right / MEASURED_AT }
  }

  /** Letters one after the other on a baseline: whole lines, and what lies on its side in a column. */
  const lying = (run: Run): SetRun => {
    const { width, left, right } = measured(run)
    const count = [...run.text].length
    return {
      text: run.text,
      face: run.face,
      advance: width + track * count,
      start: left,
      end: right + track * (count - 1),
      over: run.top,
      under: run.bottom,
      shift: 0,
      aside: 0,
      turned: false,
    }
  }

  /** On its side: the middle of the letters on the middle of the column. */
  const turned = (run: Run): SetRun => {
    const half = (run.top + run.bottom) / 2
    return { ...lying(run), over: half, under: half, aside: -middle(run), turned: true }
  }

  /** One character in a cell of one em. */
  const standing = (run: Run): SetRun => {
    const { width, left, right } = measured(run)
    const half = (run.top + run.bottom) / 2
    const reach = Math.max(width / 2 - left, right - width / 2, 0)
    const [sideways, upwards] = moved(run.text, width / 2 - (left + right) / 2)
    return {
      text: run.text,
      face: run.face,
      advance: 1 + track,
      start: 0.5 - half,
      end: 0.5 + half,
      over: reach,
      under: reach,
      shift: 0.5 + middle(run) - upwards,
      aside: sideways - width / 2,
      turned: false,
    }
  }

  if (style.direction === 'horizontal') return (part) => runsOf(part, style).map(lying)
  return (part) =>
    runsOf(part, style).flatMap((run) =>
      uprightPieces(run).map((piece) => (piece.upright ? standing(piece) : turned(piece))),
    )
}

/** Above the baseline, of a letter's middle. */
const middle = ({ top, bottom }: Run): number => (top - bottom) / 2

/** Chinese marks that lie on their side in a column, as their vertical forms do: brackets, quotes, dashes, waves. */
const LIES = /[「」『』（）［］｛｝〈〉《》【】〔〕〖〗〘〙〚〛“”‘’—…～〜ー－＝｜]/u

/** A run cut into single standing characters and stretches that lie. Combining marks stay with their character. */
function uprightPieces(run: Run): (Run & { upright: boolean })[] {
  const pieces: (Run & { upright: boolean })[] = []
  for (const char of run.text) {
    const upright = isHan(char) && !LIES.test(char)
    const last = pieces.at(-1)
    if (last && (/^[\p{M}\u200d]/u.test(char) || (!upright && !last.upright))) last.text += char
    else pieces.push({ ...run, text: char, upright })
  }
  return pieces
}

/** Full stops and commas sit in the upper right corner of their cell, other marks in its middle. Ems. */
function moved(char: string, toMiddle: number): [sideways: number, upwards: number] {
  if (/[、。，．]/.test(char)) return [2 * toMiddle, CORNER]
  if (/[！？：；·・]/.test(char)) return [toMiddle, 0]
  return [0, 0]
}

/** Marks of the lower left corner have their middle this far below that of a character, doubled: mirrored upwards. */
const CORNER = 0.58
