import { inToMm, mmToPx, pxToMm } from '#shared/units/length.ts'

/** Lengths as the view shows them. */
export const UNITS = ['px', 'mm', 'in'] as const
export type Unit = (typeof UNITS)[number]

export function fromPx(px: number, unit: Unit, dpi: number): number {
  if (unit === 'px') return px
  return unit === 'mm' ? pxToMm(px, dpi) : px / dpi
}

export function toPx(value: number, unit: Unit, dpi: number): number {
  if (unit === 'px') return value
  return unit === 'mm' ? mmToPx(value, dpi) : mmToPx(inToMm(value), dpi)
}

/** Decimals that can be told apart on paper or screen. */
export const digitsOf = (unit: Unit): number => ({ px: 1, mm: 2, in: 3 })[unit]

/** What an arrow key changes. */
export const stepOf = (unit: Unit): number => ({ px: 1, mm: 1, in: 0.05 })[unit]
