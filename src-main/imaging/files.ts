import { open, readFile, stat, writeFile } from 'node:fs/promises'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { RawFile, RawPicture } from '#shared/work/picture.ts'

/** Bytes of a compressed picture that a worker takes into memory. */
const MAX_FILE_BYTES = 512 * 1024 * 1024

/** The whole file, or a typed error naming it. Folders, devices and oversized files are refused before reading. */
export async function readPictureFile(file: string): Promise<Buffer> {
  try {
    const { size } = await regular(file)
    if (size > MAX_FILE_BYTES) throw tooLarge(file, size)
    return await readFile(file)
  } catch (thrown) {
    throw toStudioError(thrown, { file })
  }
}

async function regular(file: string) {
  const found = await stat(file)
  // A FIFO or a device would block or never end.
  if (!found.isFile())
    throw new StudioError({
      code: 'invalid-file',
      message: 'not a regular file',
      where: { file },
      remedy: 'Name a file.',
    })
  return found
}

function tooLarge(file: string, size: number): StudioError {
  return new StudioError({
    code: 'invalid-file',
    message: `the file has ${Math.round(size / 1e6)} MB; at most ${Math.round(MAX_FILE_BYTES / 1e6)} MB are read`,
    where: { file },
    remedy: 'Save a smaller copy first.',
  })
}

/** Raw pixels from a file of the data folder; its size must be what the header-less format promises. */
export async function readRaw(raw: RawFile): Promise<RawPicture> {
  const { width, height, channels, path: file } = raw
  try {
    const { size } = await regular(file)
    const expected = width * height * channels
    if (size !== expected) {
      throw new StudioError({
        code: 'invalid-file',
        message: `raw ${width} × ${height} × ${channels} needs ${expected} bytes, the file has ${size}`,
        where: { file },
      })
    }
    return { width, height, channels, data: await readFile(file) }
  } catch (thrown) {
    throw toStudioError(thrown, { file })
  }
}

export async function writeRaw(path: string, { width, height, channels, data }: RawPicture): Promise<RawFile> {
  await writeBytes(path, data)
  return { path, width, height, channels }
}

/** Writes to a temporary name that the service chose; it makes it durable and gives it its final name. */
export async function writeBytes(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes)
  } catch (thrown) {
    throw toStudioError(thrown, { file })
  }
}

/** The first `count` bytes of a file. */
export async function readHead(file: string, count: number): Promise<Uint8Array> {
  try {
    await regular(file)
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    throw toStudioError(thrown, { file })
  }
}
