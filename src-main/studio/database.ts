import { existsSync, renameSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StudioError, toStudioError } from '#shared/errors.ts'

export interface DatabaseOptions {
  /** FULL survives a power cut after every commit; NORMAL may lose the last ones, never the file. */
  synchronous: 'FULL' | 'NORMAL'
  /** One script per version, in order; what is there already is not run again. */
  migrations: readonly string[]
  /** What to do with a file that is no database any more: set it aside and start anew, or say so. */
  ifBroken: 'set-aside' | 'fail'
}

const BROKEN = new Set([11, 26]) // SQLITE_CORRUPT, SQLITE_NOTADB

/** Open (or make) a database of the data folder at its newest version. `fresh`: it holds nothing yet. */
export function openDatabase(path: string, options: DatabaseOptions): { database: DatabaseSync; fresh: boolean } {
  try {
    return migrate(path, options)
  } catch (error) {
    const { errcode } = error as { errcode?: number }
    if (errcode !== undefined && BROKEN.has(errcode & 0xff)) {
      if (options.ifBroken === 'set-aside') {
        setAside(path)
        return migrate(path, options)
      }
      throw new StudioError(
        {
          code: 'invalid-file',
          message: `${basename(path)} is damaged`,
          where: { file: path },
          remedy: 'Move it away to start with an empty one; pictures and models are not touched.',
        },
        { cause: error },
      )
    }
    throw sqliteError(path, error)
  }
}

function migrate(path: string, options: DatabaseOptions): { database: DatabaseSync; fresh: boolean } {
  const database = new DatabaseSync(path, { timeout: 5000 })
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous}; PRAGMA foreign_keys = ON`)
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    if (version > options.migrations.length) throw fromTheFuture(path)
    for (let next = version; next < options.migrations.length; next++)
      database.exec(`BEGIN; ${options.migrations[next]}; PRAGMA user_version = ${next + 1}; COMMIT`)
    return { database, fresh: version === 0 }
  } catch (error) {
    database.close()
    throw error
  }
}

function setAside(path: string): void {
  for (const part of ['', '-wal', '-shm']) if (existsSync(path + part)) renameSync(path + part, `${path}.broken${part}`)
}

function fromTheFuture(path: string): StudioError {
  return new StudioError({
    code: 'unsupported',
    message: `${basename(path)} was written by a newer version of Broadside`,
    where: { file: path },
    remedy: 'Update Broadside, or choose another data folder with --home.',
  })
}

/** SQLite's own codes for what the disk said. */
export function sqliteError(path: string, error: unknown): StudioError {
  const { errcode } = error as { errcode?: number }
  switch (errcode === undefined ? undefined : errcode & 0xff) {
    case 13:
      return toStudioError(Object.assign(new Error('disk full', { cause: error }), { code: 'ENOSPC' }), { file: path })
    case 8:
    case 14:
      return toStudioError(Object.assign(new Error('not writable', { cause: error }), { code: 'EACCES' }), {
        file: path,
      })
    default:
      return toStudioError(error, { file: path })
  }
}
