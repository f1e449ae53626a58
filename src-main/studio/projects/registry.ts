import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Session } from '#shared/document/session.ts'
import { openDatabase, sqliteError } from '../database.ts'

/** Which projects there are and where their files lie. Made of nothing that the files and journals do not say too. */
export interface Registry {
  get(id: string): Entry | undefined
  at(path: string): Entry | undefined
  /** Most recently used first. */
  list(): Entry[]
  add(entry: { id?: string; name: string; path?: string }): Entry
  /** `path: null` takes the place away again. */
  update(id: string, change: Change): void
  remove(id: string): void
  /** It was lost or is new. */
  readonly fresh: boolean
  readonly closed: boolean
  close(): void
}

export interface Entry {
  id: string
  name: string
  path?: string
  artboards: number
  /** Milliseconds since 1970: last opened, last changed. */
  used: number
  changed: number
  /** sha256 of thumbnails/<sha256>.webp */
  thumbnail?: string
  /** How it was looked at last, as JSON. */
  session?: string
}

export interface Change {
  name?: string
  path?: string | null
  artboards?: number
  used?: number
  changed?: number
  thumbnail?: string
  session?: Session
}

const MIGRATIONS = [
  `CREATE TABLE projects (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT UNIQUE, artboards INTEGER NOT NULL DEFAULT 0,
     used INTEGER NOT NULL, changed INTEGER NOT NULL, thumbnail TEXT, session TEXT
   ) STRICT`,
]

export function openRegistry(home: string, now: () => number): Registry {
  const file = join(home, 'projects.sqlite')
  const { database, fresh } = openDatabase(file, {
    synchronous: 'NORMAL',
    migrations: MIGRATIONS,
    ifBroken: 'set-aside',
  })
  const byId = database.prepare('SELECT * FROM projects WHERE id = ?')
  const byPath = database.prepare('SELECT * FROM projects WHERE path = ?')
  const all = database.prepare('SELECT * FROM projects ORDER BY used DESC, rowid DESC')
  const insert = database.prepare('INSERT INTO projects (id, name, path, used, changed) VALUES (?, ?, ?, ?, ?)')
  const drop = database.prepare('DELETE FROM projects WHERE id = ?')

  const writing = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw sqliteError(file, error)
    }
  }
  const get = (id: string) => entryOf(byId.get(id))

  return {
    fresh,
    get closed() {
      return !database.isOpen
    },
    get,
    at: (path) => entryOf(byPath.get(path)),
    list: () => all.all().flatMap((row) => entryOf(row) ?? []),
    add({ id = randomUUID(), name, path }) {
      const time = now()
      writing(() => insert.run(id, name, path ?? null, time, time))
      return get(id)!
    },
    update(id, { session, ...change }) {
      const fields = { ...change, ...(session ? { session: JSON.stringify(session) } : {}) }
      const given = Object.entries(fields).filter(([, value]) => value !== undefined)
      if (given.length === 0) return
      const columns = given.map(([name]) => `${name} = ?`).join(', ')
      writing(() => database.prepare(`UPDATE projects SET ${columns} WHERE id = ?`).run(...given.map(([, v]) => v), id))
    },
    remove: (id) => void writing(() => drop.run(id)),
    close: () => database.close(),
  }
}

function entryOf(row: Record<string, unknown> | undefined): Entry | undefined {
  if (!row) return undefined
  const text = (key: 'path' | 'thumbnail' | 'session') => (row[key] === null ? {} : { [key]: String(row[key]) })
  return {
    id: String(row.id),
    name: String(row.name),
    artboards: Number(row.artboards),
    used: Number(row.used),
    changed: Number(row.changed),
    ...text('path'),
    ...text('thumbnail'),
    ...text('session'),
  }
}
