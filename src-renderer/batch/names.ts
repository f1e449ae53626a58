import { NAME_FIELDS, type NameField, parseNameTemplate } from '#shared/batch/names.ts'
import type { PlanSpec } from '#shared/batch/plan.ts'
import type { Document } from '#shared/document/document.ts'
import { StudioError } from '#shared/errors.ts'
import { type Axis, countsOf, filesOf } from './axes.ts'
import type { RowList } from './table-rows.ts'

/** What the files of a plan will be called, without expanding it. */

/** Fields that tell files apart, as holes of the template; `index` first, since it always does. */
export const FIELD_HOLES: readonly { field: NameField; hole: string }[] = [...NAME_FIELDS]
  .sort((a, b) => Number(b === 'index') - Number(a === 'index'))
  .map((field) => ({ field, hole: field === 'index' ? '{index:04}' : `{${field}}` }))

export interface Examples {
  /** Of the first, the second and the last file: fewer when there are fewer. With extension. */
  names: readonly string[]
  problem?: StudioError
}

const EXTENSIONS = { png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif', tiff: 'tiff' } as const

/** `spec` is what is left of the plan by its locks; `rows` are the rows that it makes. */
export function exampleNames(spec: PlanSpec, document: Document, rows: RowList): Examples {
  const counts = { ...countsOf(spec, {}, []), rows: Math.max(1, rows.length) }
  const files = filesOf(counts)
  try {
    const template = parseNameTemplate(spec.name)
    const places = [...new Set([0, 1, files - 1])].filter((at) => at >= 0 && at < files)
    return { names: places.map((at) => nameAt(at)) }

    function nameAt(at: number): string {
      const entry = entryAt(at, counts)
      const { id, size } = spec.artboards[entry.artboards]!
      const board = document.artboards.find((artboard) => artboard.id === id)
      if (!board) throw gone(id)
      const format = spec.formats[entry.formats]!
      const name = template.fill({
        row: rows.length === 0 ? {} : rows.at(entry.rows),
        rowIndex: entry.rows + 1,
        picture: entry.pictures + 1,
        seed: spec.seeds[entry.seeds] ?? 1,
        copy: entry.copy + 1,
        index: at + 1,
        artboard: board.name || board.id,
        size: size?.name ?? (board.name || board.id),
        width: Math.round((size?.width ?? board.width) * format.scale),
        height: Math.round((size?.height ?? board.height) * format.scale),
        format: format.format,
        document: document.name,
      })
      return `${name}.${EXTENSIONS[format.format]}`
    }
  } catch (thrown) {
    if (thrown instanceof StudioError) return { names: [], problem: thrown }
    throw thrown
  }
}

/** Which entry of each axis makes the file at a place in the order; rows change slowest. */
function entryAt(at: number, counts: Readonly<Record<Axis, number>>): Record<Axis, number> {
  let rest = at
  const take = (axis: Axis): number => {
    const place = rest % counts[axis]
    rest = Math.floor(rest / counts[axis])
    return place
  }
  // Fastest first.
  const formats = take('formats')
  const artboards = take('artboards')
  const copy = take('copy')
  const seeds = take('seeds')
  const pictures = take('pictures')
  return { rows: take('rows'), pictures, seeds, copy, artboards, formats }
}

const gone = (id: string) =>
  new StudioError({
    code: 'not-found',
    message: `the document has no artboard "${id}"`,
    where: { field: 'artboards' },
    remedy: 'Take it out of the plan.',
  })
