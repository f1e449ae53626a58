import { type PlanSpec, planSpecSchema } from '#shared/batch/plan.ts'
import type { Document } from '#shared/document/document.ts'
import { columnsOf } from './table-rows.ts'

/** What a new plan starts with: every artboard as it is, one PNG each, named by the first column of the table. */
export function firstSpec(document: Document): PlanSpec {
  const [column] = columnsOf(document).filter(({ kind }) => kind === 'text')
  return planSpecSchema.parse({
    name: `${column ? `{row.${column.name}}` : '{document}'}_{size}_{index:04}`,
    artboards: document.artboards.map(({ id }) => ({ id })),
  })
}
