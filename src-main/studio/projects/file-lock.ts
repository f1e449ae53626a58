import { rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { isRunning } from '../files.ts'

/**
 * One program at a time has a project file open. As with the data folder (lock.ts) the lock is SQLite's own, which the
 * system takes back however its process ends. Here it is a write lock, so that others can still read whose it is.
 */
export interface FileLock {
  release(): void
}

const holderSchema = z.object({ what: z.string(), pid: z.number().int(), host: z.string(), since: z.string() })
type Holder = z.infer<typeof holderSchema>

/** Hidden, beside the file, and gone when the file is closed. */
export const lockNameOf = (path: string): string => join(dirname(path), `.${basename(path)}.lock`)

const BUSY = 5
const BROKEN = [11, 26] // SQLITE_CORRUPT, SQLITE_NOTADB: whoever wrote it was stopped in the middle
const TRIES = 20

/** Throws `locked` naming the holder, `not-writable` where no lock can be made. */
export function lockFile(path: string, what: string): FileLock {
  const name = lockNameOf(path)
  const holder: Holder = { what, pid: process.pid, host: hostname(), since: new Date().toISOString() }
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const database = attempt(name, holder)
      if (database) return { release: () => release(name, database) }
    } catch (error) {
      const { errcode } = error as { errcode?: number }
      const code = errcode === undefined ? undefined : errcode & 0xff
      if (code === BUSY) throw lockedBy(path, readHolder(name))
      if (code === undefined || !BROKEN.includes(code)) throw notLockable(path, error)
      rmSync(name, { force: true })
    }
  }
  throw lockedBy(path, undefined)
}

/** Undefined when the lock file was removed by its last holder between our opening it and locking it: try again. */
function attempt(name: string, holder: Holder): DatabaseSync | undefined {
  const before = inodeOf(name)
  // Never opened by other means than SQLite: closing any other handle would drop this process's locks on it.
  const database = new DatabaseSync(name, { timeout: 0 })
  try {
    // No second file beside it; what a kill breaks here is made anew.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN IMMEDIATE')
    database.exec('CREATE TABLE IF NOT EXISTS holder (said TEXT NOT NULL)')
    database.exec('DELETE FROM holder')
    database.prepare('INSERT INTO holder VALUES (?)').run(JSON.stringify(holder))
    database.exec('COMMIT; BEGIN IMMEDIATE')
    if (before !== undefined && inodeOf(name) === before) return database
    database.close()
    return undefined
  } catch (error) {
    database.close()
    throw error
  }
}

function release(name: string, database: DatabaseSync): void {
  if (!database.isOpen) return
  // Removed while it is still ours; Windows cannot, and there nobody can remove what another has open either.
  if (process.platform !== 'win32') rmSync(name, { force: true })
  database.close()
  if (process.platform === 'win32') removeIfUnused(name)
}

function removeIfUnused(name: string): void {
  try {
    rmSync(name, { force: true })
  } catch {
    // The next holder has it open already.
  }
}

function inodeOf(name: string): bigint | undefined {
  return statSync(name, { bigint: true, throwIfNoEntry: false })?.ino
}

function readHolder(name: string): Holder | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(name, { timeout: 200, readOnly: true })
    return holderSchema.parse(JSON.parse(String(database.prepare('SELECT said FROM holder').get()?.said)))
  } catch {
    return undefined // being written or removed right now; it is locked all the same
  } finally {
    database?.close()
  }
}

function lockedBy(path: string, holder: Holder | undefined): StudioError {
  return new StudioError({
    code: 'locked',
    message: `${basename(path)} is open in ${describe(holder)}`,
    where: { file: path },
    remedy: 'Close it there first, or open a copy of the file.',
  })
}

function describe(holder: Holder | undefined): string {
  if (!holder) return 'another Broadside'
  const here = holder.host === hostname()
  // A name that is left over from a holder before: somebody else is just taking it.
  if (here && !isRunning(holder.pid)) return 'another Broadside'
  return `"${holder.what}" (process ${holder.pid}${here ? '' : ` on ${holder.host}`}, since ${holder.since})`
}

function notLockable(path: string, cause: unknown): StudioError {
  if ((cause as { errcode?: number }).errcode === undefined) return toStudioError(cause, { file: path })
  return new StudioError(
    {
      code: 'not-writable',
      message: `the folder of ${basename(path)} cannot be written`,
      where: { file: path },
      remedy: 'Save it under another name, in a folder you may write to.',
    },
    { cause },
  )
}
