import type { Document } from '#shared/document/document.ts'
import { type Binding, bindingsOf } from '#shared/document/resolve.ts'
import type { ColumnKind } from '#shared/document/table.ts'

/** What a first table of a document has: a column per variable, and its own values as the first row. */

const KIND: Record<Binding, ColumnKind> = {
  text: 'text',
  picture: 'picture',
  fill: 'colour',
  stroke: 'colour',
  visibility: 'flag',
}

export interface FirstColumn {
  name: string
  kind: ColumnKind
  value: string
}

/** Variables in their order, then names that layers use and nothing fills yet. */
export function firstColumns({ variables, layers }: Document): FirstColumn[] {
  const kinds = new Map<string, ColumnKind>()
  for (const layer of layers)
    for (const { variable, as } of bindingsOf(layer)) if (!kinds.has(variable)) kinds.set(variable, KIND[as])
  const known = new Map(variables.map(({ id, value }) => [id, value]))
  return [...new Set([...known.keys(), ...kinds.keys()])].map((name) => ({
    name,
    kind: kinds.get(name) ?? 'text',
    value: known.get(name) ?? '',
  }))
}
