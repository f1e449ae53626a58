import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ServiceAddress } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { ensureFolder, isRunning, removeWhole, writeWhole } from './files.ts'

/**
 * One process owns the data folder. The lock itself is SQLite's lock on an empty file, which the system takes back
 * when its process ends however it ends, so a stale one cannot exist; `lock.json` beside it only says whose it is.
 */
export interface FolderLock {
  /** Write down where this process listens, for this user's other processes and nobody else. */
  announce(address: ServiceAddress): Promise<void>
  release(): Promise<void>
}

const holderSchema = z.object({
  pid: z.number().int(),
  started: z.string(),
  what: z.string(),
  /** Where it listens and what it wants to be told, when it is a service. */
  address: z.strictObject({ url: z.url(), token: z.string() }).optional(),
})
type Holder = z.infer<typeof holderSchema>

export interface LockOptions {
  /** What this process is, for the message that others get: "make image". */
  what: string
  /** Milliseconds to wait for another process to finish. */
  waitMs: number
  signal?: AbortSignal
  /** Called once when the wait begins. */
  onWait?: (holder: string) => void
}

const LOOK_EVERY_MS = 100

export async function lockFolder(home: string, options: LockOptions): Promise<FolderLock> {
  const file = join(home, 'lock.json')
  const until = performance.now() + options.waitMs
  let told = false
  await ensureFolder(home)
  for (;;) {
    const held = tryLock(home)
    if (held) {
      const holder: Holder = { pid: process.pid, started: new Date().toISOString(), what: options.what }
      const write = (content: Holder) => writeWhole(file, `${JSON.stringify(content)}\n`, { mode: 0o600 })
      try {
        await write(holder)
      } catch (error) {
        held.close()
        throw error
      }
      return {
        announce: (address) => write({ ...holder, address }),
        async release() {
          if (!held.isOpen) return
          await removeWhole(file)
          held.close()
        },
      }
    }
    if (performance.now() >= until) throw lockedBy(home, describeHolder(file))
    if (!told) options.onWait?.(describeHolder(file))
    told = true
    await sleep(LOOK_EVERY_MS, undefined, options.signal ? { signal: options.signal } : {}).catch((error) => {
      throw toStudioError(error)
    })
  }
}

export interface RunningService extends ServiceAddress {
  /** What it calls itself: "serve". */
  what: string
}

/** Where the service listens that has the folder, or undefined when none does. */
export function serviceAt(home: string): RunningService | undefined {
  if (holderOf(home) === undefined) return undefined
  const holder = readHolder(join(home, 'lock.json'))
  return holder?.address && { ...holder.address, what: holder.what }
}

/** Who holds the folder now, or undefined when nobody does. Takes nothing. */
export function holderOf(home: string): string | undefined {
  if (!existsSync(join(home, 'lock'))) return undefined
  const probe = tryLock(home)
  probe?.close()
  return probe ? undefined : describeHolder(join(home, 'lock.json'))
}

function tryLock(home: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(home, 'lock'), { timeout: 0 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    const { errcode } = error as { errcode?: number }
    if (errcode === 5) return undefined // SQLITE_BUSY
    if (errcode !== undefined) throw unwritable(home, error)
    throw toStudioError(error, { file: home })
  }
}

function describeHolder(file: string): string {
  const holder = readHolder(file)
  if (holder && isRunning(holder.pid)) return `"${holder.what}" (process ${holder.pid}, since ${holder.started})`
  return 'another Broadside process'
}

function readHolder(file: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined // not written yet or being replaced: the lock holds all the same
  }
}

function lockedBy(home: string, holder: string): StudioError {
  return new StudioError({
    code: 'locked',
    message: `the data folder is in use by ${holder}`,
    where: { file: home },
    remedy: 'Wait until it is done, or choose another folder with --home.',
  })
}

function unwritable(home: string, cause: unknown): StudioError {
  return new StudioError(
    {
      code: 'not-writable',
      message: 'the data folder cannot be written',
      where: { file: home },
      remedy: 'Choose a folder you may write to with --home.',
    },
    { cause },
  )
}
