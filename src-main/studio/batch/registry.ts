import { join } from 'node:path'
import type { Row } from '#shared/batch/expand.ts'
import type { PlanSpec } from '#shared/batch/plan.ts'
import type { BatchState } from '#shared/contract/batch.ts'
import type { StudioErrorData } from '#shared/errors.ts'
import { openDatabase, sqliteError } from '../database.ts'

/** Which batches there are, what was marked in them, and how long things took. What is finished, their folders say. */
export interface Registry {
  add(entry: Entry, plan: KeptPlan): void
  get(id: string): Entry | undefined
  /** Newest first. */
  list(): Entry[]
  update(
    id: string,
    change: Partial<Pick<Entry, 'state' | 'error' | 'counts' | 'estimate' | 'seconds' | 'ended'>>,
  ): void
  remove(id: string): void
  planOf(id: string): KeptPlan
  marks(id: string): Map<number, Marks>
  mark(id: string, cells: ReadonlyMap<number, Marks>): void
  /** Of the last ones of that kind, or undefined. */
  pace(key: string): Pace | undefined
  learn(key: string, pace: Pace): void
  close(): void
}

export interface Entry {
  id: string
  name: string
  folder: string
  project?: string
  state: BatchState
  error?: StudioErrorData
  counts: { files: number; done: number; failed: number; bytes: number; made: number; parts: number }
  estimate?: { seconds?: number; bytes?: number }
  /** Of work. */
  seconds: number
  /** Of a command: it ends with it, and does not go on by itself. */
  ofCommand: boolean
  /** Milliseconds since 1970. */
  started: number
  ended?: number
}

/** What a batch carries out, as it was given. */
export interface KeptPlan {
  document: unknown
  spec: PlanSpec
  rows: Row[]
}

export interface Marks {
  locked: boolean
  starred: boolean
  /** How many times it was made again with another seed. */
  rerolls: number
}

/** Wall seconds and bytes of one. */
export interface Pace {
  seconds: number
  bytes: number
}

const MIGRATIONS = [
  `CREATE TABLE batches (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, folder TEXT NOT NULL, project TEXT, state TEXT NOT NULL, error TEXT,
     counts TEXT NOT NULL, estimate TEXT, seconds REAL NOT NULL DEFAULT 0, of_command INTEGER NOT NULL,
     plan TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER
   ) STRICT;
   CREATE TABLE marks (
     batch TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE, cell INTEGER NOT NULL,
     locked INTEGER NOT NULL, starred INTEGER NOT NULL, rerolls INTEGER NOT NULL, PRIMARY KEY (batch, cell)
   ) STRICT;
   CREATE TABLE paces (key TEXT PRIMARY KEY, seconds REAL NOT NULL, bytes REAL NOT NULL) STRICT`,
]

/** A new reading counts for so much of a remembered pace. */
const NEW = 0.4

export function openRegistry(home: string): Registry {
  const path = join(home, 'batches.sqlite')
  // Not FULL: what a power cut takes from here, the folders know. The service must not wait for the disk.
  const { database } = openDatabase(path, { synchronous: 'NORMAL', migrations: MIGRATIONS, ifBroken: 'set-aside' })
  const prepare = (sql: string) => database.prepare(sql)
  const insert = prepare(
    `INSERT INTO batches (id, name, folder, project, state, counts, estimate, seconds, of_command, plan, started)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const columns =
    'id, name, folder, project, state, error, counts, estimate, seconds, of_command AS ofCommand, started, ended'
  const select = prepare(`SELECT ${columns} FROM batches WHERE id = ?`)
  const all = prepare(`SELECT ${columns} FROM batches ORDER BY started DESC, rowid DESC`)
  const update = prepare(
    'UPDATE batches SET state = ?, error = ?, counts = ?, estimate = ?, seconds = ?, ended = ? WHERE id = ?',
  )
  const mark = prepare('INSERT OR REPLACE INTO marks (batch, cell, locked, starred, rerolls) VALUES (?, ?, ?, ?, ?)')
  const pace = prepare('SELECT seconds, bytes FROM paces WHERE key = ?')
  const learn = prepare('INSERT OR REPLACE INTO paces (key, seconds, bytes) VALUES (?, ?, ?)')

  function guarded<T>(write: () => T): T {
    try {
      return write()
    } catch (error) {
      throw sqliteError(path, error)
    }
  }

  const get = (id: string): Entry | undefined => {
    const row = select.get(id)
    return row && entryOf(row)
  }
  const paceOf = (key: string): Pace | undefined => {
    const row = pace.get(key)
    return row && { seconds: Number(row.seconds), bytes: Number(row.bytes) }
  }

  return {
    get,
    add(entry, plan) {
      const { id, name, folder, project = null, state, counts, estimate, seconds, ofCommand, started } = entry
      const text = estimate ? JSON.stringify(estimate) : null
      guarded(() =>
        insert.run(
          ...[id, name, folder, project, state, JSON.stringify(counts), text],
          ...[seconds, ofCommand ? 1 : 0, JSON.stringify(plan), started],
        ),
      )
    },
    list: () => all.all().map(entryOf),
    update(id, change) {
      const before = get(id)
      if (!before) return
      const { state, error, counts, estimate, seconds, ended } = { ...before, ...change }
      const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
      guarded(() => update.run(state, json(error), JSON.stringify(counts), json(estimate), seconds, ended ?? null, id))
    },
    remove(id) {
      guarded(() => prepare('DELETE FROM batches WHERE id = ?').run(id))
    },
    planOf: (id) => JSON.parse(String(prepare('SELECT plan FROM batches WHERE id = ?').get(id)?.plan)) as KeptPlan,
    marks(id) {
      const rows = prepare('SELECT * FROM marks WHERE batch = ?').all(id)
      return new Map(
        rows.map(({ cell, locked, starred, rerolls }) => [
          Number(cell),
          { locked: locked === 1, starred: starred === 1, rerolls: Number(rerolls) },
        ]),
      )
    },
    mark(id, cells) {
      guarded(() => {
        database.exec('BEGIN IMMEDIATE')
        try {
          for (const [cell, { locked, starred, rerolls }] of cells)
            mark.run(id, cell, locked ? 1 : 0, starred ? 1 : 0, rerolls)
          database.exec('COMMIT')
        } catch (error) {
          database.exec('ROLLBACK')
          throw error
        }
      })
    },
    pace: paceOf,
    learn(key, { seconds, bytes }) {
      const before = paceOf(key)
      const mixed = (now: number, then: number | undefined) => (then === undefined ? now : then + NEW * (now - then))
      guarded(() => learn.run(key, mixed(seconds, before?.seconds), mixed(bytes, before?.bytes)))
    },
    close: () => database.close(),
  }
}

function entryOf(row: Record<string, unknown>): Entry {
  const json = (name: string) => (row[name] === null ? {} : { [name]: JSON.parse(String(row[name])) })
  return {
    id: String(row.id),
    name: String(row.name),
    folder: String(row.folder),
    ...(row.project === null ? {} : { project: String(row.project) }),
    state: row.state as BatchState,
    ...json('error'),
    counts: JSON.parse(String(row.counts)),
    ...json('estimate'),
    seconds: Number(row.seconds),
    ofCommand: row.ofCommand === 1,
    started: Number(row.started),
    ...(row.ended === null ? {} : { ended: Number(row.ended) }),
  }
}
