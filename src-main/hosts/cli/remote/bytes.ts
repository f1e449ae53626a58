import { createWriteStream, openAsBlob } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hashFile } from '#main/studio/files.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { MAX_UPLOAD, tooLarge } from '../../web/uploads.ts'
import type { Connection } from './connection.ts'

/** Files on their way to a running service and back. */

/** Sends a file of the user's; gives the answer. Failures call the file by the name that the user gave. */
export async function upload(
  connection: Connection,
  address: string,
  path: string,
  signal?: AbortSignal,
): Promise<Response> {
  const body = await contentOf(path)
  if (body.size > MAX_UPLOAD) throw tooLarge(path)
  return connection.fetch(address, {
    method: 'POST',
    body,
    headers: { 'x-file-name': encodeURIComponent(path) },
    ...(signal ? { signal } : {}),
  })
}

async function contentOf(path: string): Promise<Blob> {
  try {
    const file = await open(path) // says what is wrong with it
    const isFolder = (await file.stat().finally(() => file.close())).isDirectory()
    if (isFolder) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
    return await openAsBlob(path)
  } catch (error) {
    throw toStudioError(error, { file: path })
  }
}

/** An artifact as a file that is there as long as `use` runs. */
export function withArtifact<T>(connection: Connection, sha256: string, use: (path: string) => Promise<T>): Promise<T> {
  return withFile(connection, `/artifacts/${sha256}`, async (path, arrived) => {
    if (arrived !== sha256) throw damaged(sha256)
    return use(path)
  })
}

/** What lies at an address as a file that is there as long as `use` runs. */
export async function withFile<T>(
  connection: Connection,
  address: string,
  use: (path: string, sha256: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'broadside-'))
  try {
    const path = join(folder, 'file')
    const { body } = await connection.fetch(address)
    await pipeline(Readable.fromWeb(body!), createWriteStream(path))
    return await use(path, await hashFile(path))
  } catch (error) {
    throw toStudioError(error, { file: folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const damaged = (sha256: string) =>
  new StudioError({
    code: 'integrity',
    message: `${sha256.slice(0, 12)}… did not arrive as it lies in the library`,
    remedy: 'Run the command again; if this happens again, the file in the library is damaged.',
  })
