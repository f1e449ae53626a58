import type { Artifact } from '#shared/contract/artifact.ts'

export const FILTERS = ['all', 'made', 'brought', 'starred'] as const
export type Filter = (typeof FILTERS)[number]

export interface Query {
  text?: string
  kind?: Artifact['kind']
  starred?: boolean
}

export function queryOf(filter: Filter, text: string): Query {
  const words = text.trim()
  return {
    ...(words === '' ? {} : { text: words }),
    ...(filter === 'made' ? { kind: 'picture' } : {}),
    ...(filter === 'brought' ? { kind: 'input' } : {}),
    ...(filter === 'starred' ? { starred: true } : {}),
  }
}

/** Copy is no picture, and has its own panel. */
export const isPicture = ({ kind, width }: Artifact): boolean => kind !== 'copy' && width !== undefined

export function shows(filter: Filter, artifact: Artifact): boolean {
  if (!isPicture(artifact)) return false
  if (filter === 'made') return artifact.kind === 'picture'
  if (filter === 'brought') return artifact.kind === 'input'
  return filter === 'all' || artifact.starred === true
}

/** Pages one after the other, each picture once. */
export function merged(before: readonly Artifact[], page: readonly Artifact[]): Artifact[] {
  const known = new Set(before.map(({ sha256 }) => sha256))
  return [...before, ...page.filter((one) => isPicture(one) && !known.has(one.sha256))]
}
