import type { Row } from '#shared/batch/expand.ts'
import type { PlanSpec } from '#shared/batch/plan.ts'
import { adaptArtboard } from '#shared/document/adapt.ts'
import type { Artboard, Document } from '#shared/document/document.ts'
import { asShown } from '#shared/document/resolve.ts'
import { valuesOf } from '#shared/document/variables.ts'

/** Artboards of a plan: as they are, or laid out for another size. */
export type Target = PlanSpec['artboards'][number]

export const boardOf = ({ artboards }: Document, { id }: Target): Artboard | undefined =>
  artboards.find((board) => board.id === id)

/** px */
export function sizeOf(document: Document, target: Target): { width: number; height: number } | undefined {
  return target.size ?? boardOf(document, target)
}

/** "Story" or, of an artboard as it is, its own name. */
export function targetName(document: Document, target: Target): string {
  return target.size?.name ?? (boardOf(document, target)?.name || target.id)
}

export const sameTarget = (a: Target, b: Target): boolean =>
  a.id === b.id && a.size?.width === b.size?.width && a.size?.height === b.size?.height && a.size?.name === b.size?.name

/** The document with one artboard as a file shows it, filled from a row. Undefined when the artboard is gone. */
export function laidOut(document: Document, target: Target, row: Row): Document | undefined {
  const board = boardOf(document, target)
  if (!board) return undefined
  const filled = asShown(document, valuesOf(document, row))
  return target.size ? adaptArtboard(filled, target.id, target.size) : filled
}
