import { type PlanSpec, planSpecSchema } from '#shared/batch/plan.ts'
import type { Document } from '#shared/document/document.ts'
import { columnsOf } from './table-rows.ts'

/** What a new plan starts with: every artboard as it is, one PNG each, named by the first column of the table. */
export function firstSpec(document: Document): PlanSpec {
  const [column] = columnsOf(document).filter(({ kind }) => kind === 'text')
  const several = document.artboards.length > 1
  const parts = [column ? `{row.${column.name}}` : '{document}', ...(several ? ['{size}'] : []), '{index:04}']
  return planSpecSchema.parse({
    name: parts.join('_'),
    artboards: document.artboards.map(({ id }) => ({ id })),
  })
}
