import { join } from 'node:path'
import type { JobState } from '#shared/contract/studio-api.ts'
import { StudioError, type StudioErrorData } from '#shared/errors.ts'
import { type Recipe, recipeHash } from '#shared/recipe/recipe.ts'
import { openDatabase, sqliteError } from './database.ts'

/** A recipe being made. Every change of state is on the disk before what it announces happens. */
export interface Job {
  id: string
  state: JobState
  recipe: Recipe
  recipeHash: string
  /** sha256 of what was made. */
  artifacts: string[]
  error?: StudioErrorData
  /** Milliseconds since 1970. */
  queued: number
  changed: number
}

export interface Jobs {
  /** Idempotent: a job that is there already is given back as it is. */
  enqueue(id: string, recipe: Recipe): Job
  start(id: string): void
  done(id: string, artifacts: readonly string[]): void
  /** Never throws: the failure that is being noted is the one to tell, not that the disk is full for the note too. */
  end(id: string, state: 'failed' | 'cancelled', error: StudioErrorData): void
  get(id: string): Job | undefined
  /** Newest first. */
  list(limit?: number): Job[]
  /** What a process that ended in between left behind; each is `failed` now and can be enqueued under a new id. */
  readonly interrupted: readonly Job[]
  close(): void
}

const MIGRATIONS = [
  `CREATE TABLE jobs (
     id TEXT PRIMARY KEY, state TEXT NOT NULL, recipe TEXT NOT NULL, recipe_hash TEXT NOT NULL,
     artifacts TEXT NOT NULL DEFAULT '[]', error TEXT, queued INTEGER NOT NULL, changed INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX jobs_by_state ON jobs (state);
   CREATE INDEX jobs_by_time ON jobs (queued)`,
]

/** Which states may follow which; everything else is a bug. */
const MAY_FOLLOW: Record<JobState, readonly JobState[]> = {
  queued: ['running', 'failed', 'cancelled'],
  running: ['done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: [],
}

export function openJobs(home: string, now: () => number): Jobs {
  const path = join(home, 'jobs.sqlite')
  const { database } = openDatabase(path, { synchronous: 'FULL', migrations: MIGRATIONS, ifBroken: 'fail' })
  const insert = database.prepare(
    `INSERT INTO jobs (id, state, recipe, recipe_hash, queued, changed) VALUES (?, 'queued', ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  )
  const update = database.prepare('UPDATE jobs SET state = ?, artifacts = ?, error = ?, changed = ? WHERE id = ?')
  const select = database.prepare('SELECT * FROM jobs WHERE id = ?')
  const newest = database.prepare('SELECT * FROM jobs ORDER BY queued DESC, rowid DESC LIMIT ?')
  const open = database.prepare(`SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY queued, rowid`)

  const get = (id: string): Job | undefined => {
    const row = select.get(id)
    return row ? jobOf(row) : undefined
  }

  function move(id: string, state: JobState, artifacts: readonly string[] = [], error?: StudioErrorData): void {
    const job = get(id)
    if (!job || !MAY_FOLLOW[job.state].includes(state))
      throw new StudioError({ code: 'internal', message: `job ${id} is ${job?.state ?? 'unknown'}, not ${state}` })
    guarded(() => update.run(state, JSON.stringify(artifacts), error ? JSON.stringify(error) : null, now(), id))
  }

  function guarded<T>(write: () => T): T {
    try {
      return write()
    } catch (error) {
      throw sqliteError(path, error)
    }
  }

  const interrupted = open.all().map(jobOf)
  for (const job of interrupted) move(job.id, 'failed', [], INTERRUPTED)

  return {
    enqueue(id, recipe) {
      const time = now()
      guarded(() => insert.run(id, JSON.stringify(recipe), recipeHash(recipe), time, time))
      return get(id)!
    },
    start: (id) => move(id, 'running'),
    done: (id, artifacts) => move(id, 'done', artifacts),
    end(id, state, error) {
      try {
        move(id, state, [], error)
      } catch {
        // The journal still says "running", and the next start finds it so and marks it failed.
      }
    },
    get,
    list: (limit = 100) => newest.all(limit).map(jobOf),
    interrupted,
    close: () => database.close(),
  }
}

const INTERRUPTED: StudioErrorData = {
  code: 'worker-died',
  message: 'the program ended while this was being made',
  remedy: 'Make it again.',
}

function jobOf(row: Record<string, unknown>): Job {
  return {
    id: String(row.id),
    state: row.state as JobState,
    recipe: JSON.parse(String(row.recipe)),
    recipeHash: String(row.recipe_hash),
    artifacts: JSON.parse(String(row.artifacts)),
    ...(row.error === null ? {} : { error: JSON.parse(String(row.error)) }),
    queued: Number(row.queued),
    changed: Number(row.changed),
  }
}
