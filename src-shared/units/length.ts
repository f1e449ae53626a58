/** Lengths: millimetres and inches on paper, points of type (1/72 in), pixels at a density. */

const MM_PER_INCH = 25.4
const PT_PER_INCH = 72

export const mmToPx = (mm: number, dpi: number) => (mm / MM_PER_INCH) * dpi
export const pxToMm = (px: number, dpi: number) => (px / dpi) * MM_PER_INCH
export const ptToPx = (pt: number, dpi: number) => (pt / PT_PER_INCH) * dpi
export const pxToPt = (px: number, dpi: number) => (px / dpi) * PT_PER_INCH
export const inToMm = (inches: number) => inches * MM_PER_INCH
