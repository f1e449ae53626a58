import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StudioError, toStudioError } from '#shared/errors.ts'

/**
 * All writes of the studio: temporary name in the same folder → fsync → rename → fsync folder. A file has its final
 * name only when every byte of it is on the disk; whatever goes wrong before leaves nothing behind.
 */

export interface Publishing {
  /** Take the place of an existing file (default), or fail with EEXIST. */
  replace?: boolean
  /** Who may read it; the system's default when left out. */
  mode?: number
}

const TEMPORARY = /^\.broadside-(\d+)-[0-9a-f]+\.tmp$/

/** A name beside `path` that nobody else uses; `sweepTemporaries` knows it again. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.broadside-${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
}

export async function ensureFolder(path: string): Promise<void> {
  const first = await guarded(path, mkdir(path, { recursive: true })).catch((error) => {
    throw isTaken(error) ? isAFile(path) : error
  })
  if (first !== undefined) await syncFolder(dirname(first))
}

/** Write a whole file at once. */
export async function writeWhole(path: string, content: Uint8Array | string, options: Publishing = {}): Promise<void> {
  const temporary = temporaryBeside(path)
  await cleaningUp(temporary, async () => {
    await guarded(
      path,
      withFile(temporary, 'wx', (file) => file.writeFile(content), options.mode),
    )
    await publish(temporary, path, options)
  })
}

/** Copy a file, for example out of the library into the folder that the user named. */
export async function copyWhole(from: string, to: string, options: Publishing = {}): Promise<void> {
  const temporary = temporaryBeside(to)
  await cleaningUp(temporary, async () => {
    const copy = async () => {
      const file = await open(temporary, 'wx')
      // The stream closes the handle, also when it fails.
      await pipeline(createReadStream(from), file.createWriteStream())
    }
    await guarded(to, copy())
    await publish(temporary, to, options)
  })
}

/** Give a finished temporary file (or folder) its final name. */
export async function publish(temporary: string, path: string, options: Publishing = {}): Promise<void> {
  await guarded(path, publishing(temporary, path, options.replace ?? true))
}

async function publishing(temporary: string, path: string, replace: boolean): Promise<void> {
  const { isDirectory } = await stat(temporary).then((found) => ({ isDirectory: found.isDirectory() }))
  if (isDirectory) await syncTree(temporary)
  else await withFile(temporary, 'r+', (file) => file.sync())
  if (replace || isDirectory) await rename(temporary, path)
  else {
    await link(temporary, path) // unlike rename, fails when the name is taken
    await unlink(temporary)
  }
  await syncFolder(dirname(path))
}

/** Into a cache: not waited for until it is on the disk, so whoever reads it must do without it when it is empty. */
export async function moveIntoCache(temporary: string, path: string): Promise<void> {
  await guarded(path, rename(temporary, path))
}

export async function removeWhole(path: string): Promise<void> {
  await guarded(path, rm(path, { recursive: true, force: true }))
}

/** Remove what a process that is gone left unfinished in a folder. */
export async function sweepTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const pid = TEMPORARY.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await removeWhole(join(folder, name))
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Lower-case hex sha256 of a file, without holding it in memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await guarded(path, pipeline(createReadStream(path), hash))
  return hash.digest('hex')
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Put a copy of `from` into a folder under a name that is free: a file of that name with the same bytes is left as it
 * is, one with other bytes makes this one `name-2.ext`. Gives the path that now holds the bytes.
 */
export async function copyUnderFreeName(from: string, sha256: string, wanted: string): Promise<string> {
  const extension = extname(wanted)
  const stem = wanted.slice(0, wanted.length - extension.length)
  for (let n = 1; n < 10_000; n++) {
    const path = n === 1 ? wanted : `${stem}-${n}${extension}`
    if (!(await exists(path))) {
      try {
        await copyWhole(from, path, { replace: false })
        return path
      } catch (error) {
        if (!isTaken(error)) throw error // else somebody took the name in between
      }
    }
    if ((await hashFile(path)) === sha256) return path
  }
  throw new StudioError({ code: 'usage', message: 'too many files of this name', where: { file: wanted } })
}

function isTaken(error: unknown): boolean {
  return error instanceof StudioError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EEXIST'
}

function isAFile(path: string): StudioError {
  return new StudioError({
    code: 'not-writable',
    message: 'a folder is needed and this is a file',
    where: { file: path },
    remedy: 'Choose another folder.',
  })
}

async function cleaningUp(temporary: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}) // the first failure is the one to tell
    throw error
  }
}

/** System errors become typed ones that name the file the user knows, not the temporary one. */
async function guarded<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw toStudioError(error, { file: path })
  }
}

async function withFile(
  path: string,
  flags: string,
  work: (file: FileHandle) => Promise<unknown>,
  mode?: number,
): Promise<void> {
  const file = await open(path, flags, mode)
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await syncTree(path)
    else await withFile(path, 'r', (file) => file.sync())
  }
  await syncFolder(folder)
}

export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // a folder cannot be opened there; NTFS journals its names
  await withFile(folder, 'r', (file) => file.sync())
}
