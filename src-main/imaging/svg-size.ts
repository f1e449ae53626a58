import type { SvgElement } from './svg.ts'

/** Lengths and sizes of an SVG. */

/** mm per unit; a pixel of CSS is a 96th of an inch. */
const MM: Record<string, number> = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6, q: 0.25 }
const PX_PER_MM = 96 / 25.4

export interface Length {
  /** CSS px */
  px: number
  /** When it was written in a unit of the real world. */
  mm?: number
}

/** `12`, `12px`, `10.5mm`; percentages and nonsense are undefined. */
export function lengthOf(text: string | undefined): Length | undefined {
  const [, number, unit] =
    /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(px|mm|cm|in|pt|pc|q|)\s*$/i.exec(text ?? '') ?? []
  const value = Number(number ?? Number.NaN)
  if (!Number.isFinite(value)) return undefined
  const mm = MM[unit!.toLowerCase()]
  return mm === undefined ? { px: value } : { px: value * mm * PX_PER_MM, mm: value * mm }
}

export type ViewBox = [left: number, top: number, width: number, height: number]

export function viewBoxOf({ attributes }: SvgElement): ViewBox | undefined {
  const numbers = (attributes.get('viewbox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const [left, top, width, height] = numbers
  const whole = numbers.length === 4 && numbers.every(Number.isFinite) && width! > 0 && height! > 0
  return whole ? [left!, top!, width!, height!] : undefined
}

export interface SvgSize {
  width: Length
  height: Length
}

/** What the root element says about its size; a side that it leaves out follows from the viewBox. */
export function sizeOf(root: SvgElement): SvgSize | undefined {
  const [width, height] = [lengthOf(root.attributes.get('width')), lengthOf(root.attributes.get('height'))].map(
    (length) => (length && length.px > 0 ? length : undefined),
  )
  const box = viewBoxOf(root)
  if (width && height) return { width, height }
  if (!box) return undefined
  if (width) return { width, height: times(width, box[3] / box[2]) }
  if (height) return { width: times(height, box[2] / box[3]), height }
  return { width: { px: box[2] }, height: { px: box[3] } }
}

const times = ({ px, mm }: Length, factor: number): Length => ({
  px: px * factor,
  ...(mm === undefined ? {} : { mm: mm * factor }),
})
