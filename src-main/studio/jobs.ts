import { join } from 'node:path'
import type { JobTarget } from '#shared/contract/events.ts'
import type { JobRun, JobState, Reading } from '#shared/contract/job.ts'
import { type ErrorCode, StudioError, type StudioErrorData } from '#shared/errors.ts'
import { type Recipe, recipeHash } from '#shared/recipe/recipe.ts'
import { openDatabase, sqliteError } from './database.ts'
import type { Pace } from './pace.ts'

/** A recipe being made. Every change of state is on the disk before what it announces happens. */
export interface Job {
  id: string
  state: JobState
  recipe: Recipe
  recipeHash: string
  device: string
  target?: JobTarget
  /** sha256 of what was made. */
  artifacts: string[]
  reading?: Reading
  ran?: JobRun
  error?: StudioErrorData
  /** Milliseconds since 1970. */
  queued: number
  started?: number
  changed: number
}

export interface Submission {
  recipe: Recipe
  device: string
  target?: JobTarget
}

export interface Outcome {
  artifacts: readonly string[]
  reading?: Reading
  ran?: JobRun
  /** How fast it went, for later estimates. */
  pace?: { key: string; pace: Pace }
}

export interface Jobs {
  /** A job of one call, which ends with its caller. Idempotent: one that is there already is given back as it is. */
  enqueue(id: string, recipe: Recipe, device?: string): Job
  /** Jobs that outlive their caller: they wait in a line until the service makes them, also the next one. */
  lineUp(jobs: readonly (Submission & { id: string })[]): Job[]
  start(id: string): void
  done(id: string, outcome: Outcome): void
  /** Never throws: the failure that is being noted is the one to tell, not that the disk is full for the note too. */
  end(id: string, state: 'failed' | 'cancelled', error: StudioErrorData): void
  /** All of them or none. */
  cancel(ids: readonly string[]): void
  /** Back in the line, by no fault of its own: the service ends in good order. */
  putBack(id: string): void
  get(id: string): Job | undefined
  /** Newest first. */
  list(limit?: number): Job[]
  /** The waiting ones of the line, first to last. */
  line(): Job[]
  /** The same ones in this order. */
  reorder(ids: readonly string[]): void
  /** Jobs of the line that have ended and were not cleared away, newest first. */
  ended(limit: number): Job[]
  /** Forget those that have ended; gives their ids. Prompts and paces stay known. */
  clear(): string[]
  /** How many workers a recipe took with it. */
  deaths(recipeHash: string): number
  prompts(limit: number): UsedPrompt[]
  /** Of the last jobs of that kind, newest first. */
  paces(key: string): Pace[]
  /** What a process that ended in between left behind; each is `failed` now. */
  readonly interrupted: readonly Job[]
  close(): void
}

export interface UsedPrompt {
  prompt: string
  model: string
  /** Milliseconds since 1970. */
  used: number
}

const MIGRATIONS = [
  `CREATE TABLE jobs (
     id TEXT PRIMARY KEY, state TEXT NOT NULL, recipe TEXT NOT NULL, recipe_hash TEXT NOT NULL,
     artifacts TEXT NOT NULL DEFAULT '[]', error TEXT, queued INTEGER NOT NULL, changed INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX jobs_by_state ON jobs (state);
   CREATE INDEX jobs_by_time ON jobs (queued)`,
  // A job with a place stands in the line of the service; one without belongs to a call.
  `ALTER TABLE jobs ADD COLUMN device TEXT NOT NULL DEFAULT 'cpu';
   ALTER TABLE jobs ADD COLUMN target TEXT;
   ALTER TABLE jobs ADD COLUMN place INTEGER;
   ALTER TABLE jobs ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE jobs ADD COLUMN started INTEGER;
   ALTER TABLE jobs ADD COLUMN reading TEXT;
   ALTER TABLE jobs ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE jobs ADD COLUMN pace_key TEXT;
   ALTER TABLE jobs ADD COLUMN pace TEXT;
   CREATE INDEX jobs_by_place ON jobs (place) WHERE place IS NOT NULL;
   CREATE INDEX jobs_by_recipe ON jobs (recipe_hash);
   CREATE INDEX jobs_by_pace ON jobs (pace_key, changed) WHERE pace_key IS NOT NULL`,
  'ALTER TABLE jobs ADD COLUMN ran TEXT',
]

/** Which states may follow which; everything else is a bug. */
const MAY_FOLLOW: Record<JobState, readonly JobState[]> = {
  queued: ['running', 'failed', 'cancelled'],
  running: ['done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: [],
}

/** Errors of a job that cost its worker. */
export const FATAL: readonly ErrorCode[] = ['worker-died', 'timeout', 'out-of-memory', 'quarantined']
const DEADLY = 2

export function openJobs(home: string, now: () => number): Jobs {
  const path = join(home, 'jobs.sqlite')
  const { database } = openDatabase(path, { synchronous: 'FULL', migrations: MIGRATIONS, ifBroken: 'fail' })
  const prepare = (sql: string) => database.prepare(sql)
  const insert = prepare(
    `INSERT INTO jobs (id, state, recipe, recipe_hash, device, target, place, queued, changed)
     VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  )
  const update = prepare('UPDATE jobs SET state = ?, artifacts = ?, error = ?, changed = ? WHERE id = ?')
  const begin = prepare(
    `UPDATE jobs SET state = 'running', starts = starts + 1, started = ?1, changed = ?1 WHERE id = ?2`,
  )
  const finish = prepare(
    `UPDATE jobs SET state = 'done', artifacts = ?, reading = ?, ran = ?, pace_key = ?, pace = ?, changed = ? WHERE id = ?`,
  )
  const rewind = prepare(`UPDATE jobs SET state = 'queued', starts = starts - ?, started = NULL WHERE id = ?`)
  const place = prepare('UPDATE jobs SET place = ? WHERE id = ?')
  const select = prepare('SELECT * FROM jobs WHERE id = ?')
  const newest = prepare('SELECT * FROM jobs ORDER BY queued DESC, rowid DESC LIMIT ?')
  const waiting = prepare(`SELECT * FROM jobs WHERE state = 'queued' AND place IS NOT NULL ORDER BY place, rowid`)
  const over = `place IS NOT NULL AND NOT cleared AND state IN ('done', 'failed', 'cancelled')`
  const finished = prepare(`SELECT * FROM jobs WHERE ${over} ORDER BY changed DESC, rowid DESC LIMIT ?`)
  const clear = prepare(`UPDATE jobs SET cleared = 1 WHERE ${over} RETURNING id`)
  const died = prepare(
    `SELECT count(*) AS count FROM jobs WHERE recipe_hash = ? AND error ->> '$.code' IN (${FATAL.map(() => '?')})`,
  )
  const prompts = prepare(
    `SELECT recipe ->> '$.prompt' AS prompt, recipe ->> '$.model.id' AS model, max(queued) AS used FROM jobs
     WHERE prompt <> '' GROUP BY prompt, model ORDER BY used DESC LIMIT ?`,
  )
  const paces = prepare('SELECT pace FROM jobs WHERE pace_key = ? ORDER BY changed DESC LIMIT 5')

  const get = (id: string): Job | undefined => {
    const row = select.get(id)
    return row ? jobOf(row) : undefined
  }

  function guarded<T>(write: () => T): T {
    try {
      return write()
    } catch (error) {
      throw sqliteError(path, error)
    }
  }

  function inOne<T>(writes: () => T): T {
    return guarded(() => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = writes()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    })
  }

  function mayBecome(id: string, state: JobState): void {
    const job = get(id)
    if (!job || !MAY_FOLLOW[job.state].includes(state))
      throw new StudioError({ code: 'internal', message: `job ${id} is ${job?.state ?? 'unknown'}, not ${state}` })
  }

  function fail(id: string, state: 'failed' | 'cancelled', error: StudioErrorData): void {
    mayBecome(id, state)
    guarded(() => update.run(state, '[]', JSON.stringify(error), now(), id))
  }

  const deaths = (hash: string) => Number(died.get(hash, ...FATAL)?.count)

  /** A call ended with its process. Jobs of the line go on: the one that ran, once more. */
  function takeOver(): Job[] {
    const left = prepare(`SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY queued, rowid`).all()
    const lost = []
    for (const row of left) {
      const job = jobOf(row)
      const inLine = row.place !== null
      if (inLine && job.state === 'queued') continue
      const error = !inLine
        ? INTERRUPTED
        : deaths(job.recipeHash) >= DEADLY
          ? ENDED_WORKERS
          : Number(row.starts) >= 2
            ? ENDED_TWICE
            : undefined
      if (error === undefined) {
        guarded(() => rewind.run(0, job.id))
        continue
      }
      fail(job.id, 'failed', error)
      lost.push(job)
    }
    return lost
  }
  const interrupted = takeOver()

  return {
    enqueue(id, recipe, device = 'cpu') {
      const time = now()
      guarded(() => insert.run(id, JSON.stringify(recipe), recipeHash(recipe), device, null, null, time, time))
      return get(id)!
    },
    lineUp(jobs) {
      const time = now()
      const last = Number(prepare('SELECT coalesce(max(place), 0) AS last FROM jobs').get()?.last)
      inOne(() => {
        for (const [at, { id, recipe, device, target }] of jobs.entries()) {
          const where = target ? JSON.stringify(target) : null
          insert.run(id, JSON.stringify(recipe), recipeHash(recipe), device, where, last + 1 + at, time, time)
        }
      })
      return jobs.map(({ id }) => get(id)!)
    },
    start(id) {
      mayBecome(id, 'running')
      guarded(() => begin.run(now(), id))
    },
    done(id, { artifacts, reading, ran, pace }) {
      mayBecome(id, 'done')
      guarded(() =>
        finish.run(
          JSON.stringify(artifacts),
          reading ? JSON.stringify(reading) : null,
          ran ? JSON.stringify(ran) : null,
          pace?.key ?? null,
          pace ? JSON.stringify(pace.pace) : null,
          now(),
          id,
        ),
      )
    },
    end(id, state, error) {
      try {
        fail(id, state, error)
      } catch {
        // The journal still says "running", and the next start finds it so.
      }
    },
    cancel(ids) {
      inOne(() => {
        for (const id of ids) fail(id, 'cancelled', CANCELLED)
      })
    },
    putBack: (id) => void guarded(() => rewind.run(1, id)),
    get,
    list: (limit = 100) => newest.all(limit).map(jobOf),
    line: () => waiting.all().map(jobOf),
    reorder(ids) {
      inOne(() => {
        const places = ids.map((id) => Number(select.get(id)?.place)).sort((a, b) => a - b)
        for (const [at, id] of ids.entries()) place.run(places[at]!, id)
      })
    },
    ended: (limit) => finished.all(limit).map(jobOf),
    clear: () => guarded(() => clear.all().map((row) => String(row.id))),
    deaths,
    prompts: (limit) =>
      prompts
        .all(limit)
        .map((row) => ({ prompt: String(row.prompt), model: String(row.model), used: Number(row.used) })),
    paces: (key) => paces.all(key).map((row) => JSON.parse(String(row.pace))),
    interrupted,
    close: () => database.close(),
  }
}

const INTERRUPTED: StudioErrorData = {
  code: 'worker-died',
  message: 'the program ended while this was being made',
  remedy: 'Make it again.',
}

const CANCELLED: StudioErrorData = { code: 'cancelled', message: 'cancelled' }

const ENDED_TWICE: StudioErrorData = {
  code: 'worker-died',
  message: 'the program ended twice while this was being made',
  remedy: 'Make it again with fewer steps or a smaller size, or verify the model.',
}

const ENDED_WORKERS: StudioErrorData = {
  code: 'quarantined',
  message: `this job ended its worker ${DEADLY} times and is not run again`,
  remedy: 'Change the recipe or verify the model with "broadside models verify".',
}

function jobOf(row: Record<string, unknown>): Job {
  const json = (name: string) => (row[name] === null ? {} : { [name]: JSON.parse(String(row[name])) })
  return {
    id: String(row.id),
    state: row.state as JobState,
    recipe: JSON.parse(String(row.recipe)),
    recipeHash: String(row.recipe_hash),
    device: String(row.device),
    artifacts: JSON.parse(String(row.artifacts)),
    ...json('target'),
    ...json('reading'),
    ...json('ran'),
    ...json('error'),
    queued: Number(row.queued),
    ...(row.started === null ? {} : { started: Number(row.started) }),
    changed: Number(row.changed),
  }
}
