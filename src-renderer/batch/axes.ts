import type { PlanSpec } from '#shared/batch/plan.ts'
import type { PlanLocks } from '#shared/document/plans.ts'

/** What a plan multiplies, in the order of its files: the last changes fastest. */
export const AXES = ['rows', 'pictures', 'seeds', 'copy', 'artboards', 'formats'] as const
export type Axis = (typeof AXES)[number]

/** Rows of the table by their ids, in order. */
type RowIds = readonly string[]

/** How many entries each axis has when nothing is locked; one that is empty counts as one. */
export function entriesOf(spec: PlanSpec, rows: RowIds): Record<Axis, number> {
  const { pictures, seeds, copy, artboards, formats } = spec
  const lines = isWritten(spec) ? copy.lines : 1
  return {
    rows: Math.max(1, rows.length),
    pictures: Math.max(1, pictures.length),
    seeds: Math.max(1, seeds.length),
    copy: Math.max(1, copy.variants.length) * lines,
    artboards: artboards.length,
    formats: formats.length,
  }
}

export const isWritten = ({ copy }: PlanSpec): boolean => Object.keys(copy.written).length > 0

/** Place of the entry that an axis is locked to; undefined when it is free, or the entry is gone. */
export function lockOf(axis: Axis, spec: PlanSpec, locks: PlanLocks, rows: RowIds): number | undefined {
  const lock = locks[axis]
  const at = typeof lock === 'string' ? rows.indexOf(lock) : lock
  return at !== undefined && at >= 0 && at < entriesOf(spec, rows)[axis] ? at : undefined
}

/** How many entries of each axis the batch makes. */
export function countsOf(spec: PlanSpec, locks: PlanLocks, rows: RowIds): Record<Axis, number> {
  const counts = entriesOf(spec, rows)
  for (const axis of AXES) if (lockOf(axis, spec, locks, rows) !== undefined) counts[axis] = 1
  return counts
}

export const filesOf = (counts: Readonly<Record<Axis, number>>): number =>
  AXES.reduce((product, axis) => product * counts[axis], 1)

/** The plan with nothing in it but what its locks leave. Rows are not part of it: see `lockOf('rows', …)`. */
export function lockedSpec(spec: PlanSpec, locks: PlanLocks): PlanSpec {
  const one = <T>(axis: Exclude<Axis, 'rows' | 'copy'>, list: readonly T[]): T[] => {
    const at = lockOf(axis, spec, locks, [])
    return at === undefined || list.length === 0 ? [...list] : [list[at]!]
  }
  return {
    ...spec,
    pictures: one('pictures', spec.pictures),
    seeds: one('seeds', spec.seeds),
    artboards: one('artboards', spec.artboards),
    formats: one('formats', spec.formats),
    copy: lockedCopy(spec, locks),
  }
}

/** Every variant is combined with every line that is written: locked, it is one variant with the first line. */
function lockedCopy(spec: PlanSpec, locks: PlanLocks): PlanSpec['copy'] {
  const { copy } = spec
  const at = lockOf('copy', spec, locks, [])
  if (at === undefined) return copy
  const variant = copy.variants[Math.floor(at / (isWritten(spec) ? copy.lines : 1))]
  return { ...copy, variants: variant ? [variant] : [], lines: 1 }
}
