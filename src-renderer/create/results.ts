import type { Artifact } from '#shared/contract/artifact.ts'
import type { QueuedJob } from '#shared/contract/events.ts'

/** One tile of the grid: a picture, or a job that is becoming one. */
export type Result =
  | { kind: 'picture'; key: string; job: QueuedJob; artifact: Artifact }
  | { kind: 'job'; key: string; job: QueuedJob }

/** Newest run first, its pictures in the order of their seeds: jobs submitted together share their time. Cancelled jobs are nobody's result; copy has its own panel. */
export function resultsOf(jobs: readonly QueuedJob[], discarded: ReadonlySet<string>): Result[] {
  return jobs
    .filter(({ state, recipe }) => state !== 'cancelled' && recipe.kind !== 'text')
    .map((job, at) => ({ job, at }))
    .toSorted((a, b) => b.job.queued - a.job.queued || a.at - b.at)
    .map(({ job }) => job)
    .flatMap((job): Result[] => {
      if (job.state !== 'done') return [{ kind: 'job', key: job.id, job }]
      return job.artifacts
        .filter(({ sha256 }) => !discarded.has(sha256))
        .map((artifact) => ({ kind: 'picture', key: `${job.id}:${artifact.sha256}`, job, artifact }))
    })
}

/** What a tile is called: the seed tells pictures of one prompt apart. */
export const labelOf = ({ recipe }: Pick<QueuedJob, 'recipe'>): string =>
  recipe.kind === 'upscale' ? `×${recipe.scale}` : String(recipe.seed)

/** Every field of a recipe with its value, nested ones by their path. */
export const fieldsOf = (recipe: object): [string, string][] => [...flat(recipe)]

/** Fields in which two recipes differ, each with both values. */
export function differences(a: object, b: object): { field: string; a: string; b: string }[] {
  const [left, right] = [flat(a), flat(b)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((field) => left.get(field) !== right.get(field))
    .map((field) => ({ field, a: left.get(field) ?? '—', b: right.get(field) ?? '—' }))
}

function flat(value: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, field]): [string, string][] =>
      typeof field === 'object' && field !== null
        ? [...flat(field, `${path}${key}.`)]
        : [[`${path}${key}`, String(field)]],
    ),
  )
}
