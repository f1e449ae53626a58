import type { PlanSpec } from '#shared/batch/plan.ts'
import type { Document } from '#shared/document/document.ts'
import { bindingsOf } from '#shared/document/resolve.ts'

/** The copy of a plan: variants in the writer's own words, and variables that the model writes. */

type Copy = PlanSpec['copy']

/** Variables that texts of the document use, and those that the plan fills already. */
export function textVariables(document: Document, { variants, written }: Copy): string[] {
  const used = document.layers.flatMap((layer) =>
    bindingsOf(layer).flatMap(({ variable, as }) => (as === 'text' ? [variable] : [])),
  )
  const columns = new Set(document.columns.map(({ name }) => name))
  const names = [...new Set([...used, ...filledBy(variants), ...Object.keys(written)])]
  // What the table fills already comes last.
  return [...names.filter((name) => !columns.has(name)), ...names.filter((name) => columns.has(name))]
}

/** Variables that any of the variants fills, in the order in which they first do. */
export const filledBy = (variants: Copy['variants']): string[] => [
  ...new Set(variants.flatMap((variant) => Object.keys(variant))),
]

/** Every variant fills the same variables; the last one stays. */
export function withVariable(variants: Copy['variants'], name: string, on: boolean): Copy['variants'] {
  if (on) return variants.map((variant) => ({ ...variant, [name]: variant[name] ?? '' }))
  if (filledBy(variants).length === 1) return variants
  return variants.map(({ [name]: _, ...rest }) => rest)
}
