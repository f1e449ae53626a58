import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { ZipFile as Writer } from 'yazl'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { PackTask, ResultOf, UnpackPicturesTask, UnpackTask } from '#shared/work/tasks.ts'
import { readHead } from './files.ts'

/**
 * A project file is a ZIP: `mimetype`, `document.json`, `pictures/<sha256>.<extension>`, `thumbnail.webp`. What is
 * written is always the same for the same content. What is read may come from anybody: only these names are taken out,
 * under names that we make, within the limits below; other entries (of a newer format) are counted and left alone.
 */

const MIMETYPE = 'application/vnd.broadside.project'

const MiB = 2 ** 20
const LIMITS = {
  /** 5,000 layers with a picture and a mask each, and room for what a newer format adds. */
  entries: 12_000,
  document: 64 * MiB,
  thumbnail: 4 * MiB,
  picture: 512 * MiB,
  total: 32 * 1024 * MiB,
  /** Expanded : packed, of what is larger than `small`. Text of many equal layers packs well, pictures do not. */
  ratio: { document: 400, picture: 100 },
  small: MiB,
} as const

const PICTURE = /^pictures\/([0-9a-f]{64})\.([a-z0-9]{1,5})$/

// ── writing ─────────────────────────────────────────────────────────────────────────────────────

/** The DOS date at which time begins; written as local time, so it is the same everywhere. */
const NO_DATE = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true }
const STORED = { ...NO_DATE, compress: false }
/** Pictures are large: fewer turns of the loop per megabyte. */
const CHUNKS = { highWaterMark: MiB }

export async function pack(task: PackTask, signal: AbortSignal): Promise<ResultOf<PackTask>> {
  const zip = new Writer()
  const failed = new AbortController()
  zip.on('error', (error) => failed.abort(error))
  zip.addBuffer(Buffer.from(MIMETYPE), 'mimetype', STORED)
  zip.addFile(task.document, 'document.json', { ...NO_DATE, compress: true })
  const sorted = [...task.pictures].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
  // Opened one by one: yazl would otherwise look at all of them at once.
  for (const { sha256, path } of sorted) {
    const open = () => createReadStream(path, CHUNKS).on('error', (error) => failed.abort(error)) // yazl would wait for ever
    zip.addReadStreamLazy(`pictures/${sha256}${extname(path)}`, STORED, (give) => give(null, open()))
  }
  if (task.thumbnail !== undefined) zip.addFile(task.thumbnail, 'thumbnail.webp', STORED)
  zip.end()
  try {
    const stop = AbortSignal.any([signal, failed.signal])
    await pipeline(zip.outputStream as Readable, createWriteStream(task.out, CHUNKS), { signal: stop })
    return { bytes: (await stat(task.out)).size }
  } catch (thrown) {
    const reason = failed.signal.aborted ? failed.signal.reason : thrown
    throw toStudioError(reason, fileOf(reason, task.out))
  }
}

/** The system names the file that it could not read; when it names none, it is the one being written. */
function fileOf(thrown: unknown, written: string): { file: string } {
  const { path } = thrown as { path?: unknown }
  return { file: typeof path === 'string' ? path : written }
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────

export async function unpack({ path, out }: UnpackTask): Promise<ResultOf<UnpackTask>> {
  return reading(path, async (zip, entries) => {
    const mimetype = entries.get('mimetype')
    if (!mimetype || mimetype.uncompressedSize > 200 || (await bytesOf(zip, mimetype)).toString() !== MIMETYPE)
      throw refuse(path, 'this is a ZIP archive, but no Broadside project', 'Choose a .broadside file.')
    const document = entries.get('document.json')
    if (!document) throw damaged(path, 'it has no document')
    await copyOut(zip, document, join(out, 'document.json'))
    const thumbnail = entries.get('thumbnail.webp')
    if (thumbnail) await copyOut(zip, thumbnail, join(out, 'thumbnail.webp'))
    const pictures = [...entries.keys()].map((name) => PICTURE.exec(name)?.[1]).filter((sha256) => sha256 !== undefined)
    return { pictures, thumbnail: thumbnail !== undefined }
  })
}

export async function unpackPictures(
  { path, pictures, out }: UnpackPicturesTask,
  signal: AbortSignal,
): Promise<ResultOf<UnpackPicturesTask>> {
  return reading(path, async (zip, entries) => {
    const inside = new Map<string, Entry>()
    for (const [name, entry] of entries) {
      const sha256 = PICTURE.exec(name)?.[1]
      if (sha256 !== undefined) inside.set(sha256, entry)
    }
    const result: ResultOf<UnpackPicturesTask> = { files: [], damaged: [] }
    for (const sha256 of pictures) {
      signal.throwIfAborted()
      const entry = inside.get(sha256)
      const name = entry?.fileName.slice('pictures/'.length)
      if (entry && name !== undefined && (await copyOutHashed(zip, entry, join(out, name))) === sha256)
        result.files.push({ sha256, name })
      else result.damaged.push(sha256)
    }
    return result
  })
}

async function reading<T>(path: string, work: (zip: ZipFile, entries: Map<string, Entry>) => Promise<T>): Promise<T> {
  const head = await readHead(path, 4)
  if (head.length === 0) throw refuse(path, 'the file is empty', RESTORE)
  if (Buffer.from(head).toString('latin1') !== 'PK\x03\x04')
    throw refuse(path, 'this is no Broadside project', 'Choose a .broadside file.')
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, { autoClose: false, strictFileNames: true, validateEntrySizes: true })
    return await work(zip, await entriesOf(zip, path))
  } catch (thrown) {
    throw explain(thrown, path)
  } finally {
    zip?.close()
  }
}

/** Every entry by its name, none of them read yet, all of them within the limits. */
async function entriesOf(zip: ZipFile, path: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > LIMITS.entries) throw damaged(path, `it has ${zip.entryCount} entries`)
  const entries = new Map<string, Entry>()
  let packed = 0
  let expanded = 0
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName
    if (entries.has(name)) throw damaged(path, `it has two entries called “${name.slice(0, 80)}”`)
    if (isLink(entry)) throw damaged(path, `“${name.slice(0, 80)}” in it is a link`)
    if (entry.isEncrypted()) throw damaged(path, `“${name.slice(0, 80)}” in it is encrypted`)
    const limit = limitOf(name)
    if (limit !== undefined && entry.uncompressedSize > limit) throw damaged(path, `“${name}” in it is too large`)
    if (entry.uncompressedSize > LIMITS.small && entry.uncompressedSize > ratioOf(name) * entry.compressedSize)
      throw damaged(path, `“${name.slice(0, 80)}” in it expands without measure`)
    packed += entry.compressedSize
    expanded += entry.uncompressedSize
    entries.set(name, entry)
  }
  // Entries that share their bytes are how a small file becomes a huge one.
  if (packed > zip.fileSize || expanded > LIMITS.total) throw damaged(path, 'it expands without measure')
  return entries
}

function limitOf(name: string): number | undefined {
  if (name === 'document.json') return LIMITS.document
  if (name === 'thumbnail.webp') return LIMITS.thumbnail
  return PICTURE.test(name) ? LIMITS.picture : undefined
}

const ratioOf = (name: string) => (name === 'document.json' ? LIMITS.ratio.document : LIMITS.ratio.picture)

const isLink = (entry: Entry) => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000

async function bytesOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** What is not named by its hash is held against the archive's own checksum. */
async function copyOut(zip: ZipFile, entry: Entry, to: string): Promise<void> {
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to, { flags: 'wx' }))
  if (crc32(await readFile(to)) !== entry.crc32) throw new Error(`“${entry.fileName}” in it has changed`)
}

/** The sha256 of the bytes; a file whose name it is not is removed again. */
async function copyOutHashed(zip: ZipFile, entry: Entry, to: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  const hashing = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    await pipeline(await zip.openReadStreamPromise(entry), hashing, createWriteStream(to, { flags: 'wx' }))
  } catch (thrown) {
    if (isOfTheSystem(thrown)) throw thrown
    await rm(to, { force: true })
    return undefined // a damaged picture costs itself, not the project
  }
  const sha256 = hash.digest('hex')
  if (!entry.fileName.includes(sha256)) await rm(to)
  return sha256
}

const RESTORE = 'Open an older copy of the file.'

const refuse = (file: string, message: string, remedy: string) =>
  new StudioError({ code: 'invalid-file', message, where: { file }, remedy })

const damaged = (file: string, reason: string) =>
  refuse(file, `the project file is damaged or not to be trusted: ${reason}`, RESTORE)

/** A full disk or a file that cannot be read, not what is in it. */
const isOfTheSystem = (thrown: unknown): boolean =>
  thrown instanceof Error && 'syscall' in thrown && typeof thrown.syscall === 'string'

/** yauzl says in plain errors what is wrong with an archive. */
function explain(thrown: unknown, path: string): StudioError {
  if (thrown instanceof StudioError || isOfTheSystem(thrown)) return toStudioError(thrown)
  if (thrown instanceof Error && thrown.name === 'AbortError') return toStudioError(thrown)
  const reason = thrown instanceof Error ? thrown.message.slice(0, 200) : String(thrown)
  const cut = /end of central directory record/i.test(reason)
  return damaged(path, cut ? 'its end is missing' : reason)
}
