import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { Patch } from '#shared/document/patch.ts'
import { toStudioError } from '#shared/errors.ts'
import { removeWhole, writeWhole } from '../files.ts'

/**
 * The steps of a project since its last save, one line each: a checksum, then JSON. A line is on the disk before its
 * step counts. There is a journal only while there is something in it that the project's file does not have.
 */
export type JournalEntry = JournalHead | StepsEntry | SavingEntry | { type: 'closed' }

/** The first line: what the steps build on. */
export interface JournalHead {
  type: 'head'
  journal: number
  project: string
  name: string
  path?: string
  revision: number
  /** Of the file (project-file.ts) that is at this revision … */
  stamp?: string
  /** … or, when there is no file yet, the document itself. */
  document?: unknown
}

export interface StepsEntry {
  type: 'steps'
  /** After them. */
  revision: number
  steps: readonly Patch[]
}

/** A file with this stamp is about to be written; where it is found, it has everything up to this line. */
export interface SavingEntry {
  type: 'saving'
  revision: number
  stamp: string
}

export const JOURNAL_FORMAT = 1

export const lineOf = (entry: JournalEntry): Buffer => lineOfJson(JSON.stringify(entry))

function lineOfJson(text: string): Buffer {
  const json = Buffer.from(text)
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')])
}

/** The same for steps whose JSON is there already. */
export const stepsLine = (revision: number, json: string): Buffer =>
  lineOfJson(`{"type":"steps","revision":${revision},"steps":${json}}`)

export const checksum = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, '0')

interface Waiting {
  line: Buffer
  resolve(end: number): void
  reject(error: unknown): void
}

export interface JournalOptions {
  path: string
  head: JournalHead
  /** Bytes of an existing journal that are good; what follows them was cut off. Left out: there is none. */
  length?: number
  /** Nothing that waited was written; called before anybody who waited is told. */
  onFailed(): void
}

export class Journal {
  readonly path: string
  #head: JournalHead
  #file: FileHandle | undefined
  /** Where the next line goes; undefined while there is no file. */
  #end: number | undefined
  #dirty = false
  #waiting: Waiting[] = []
  #queue: Promise<unknown> = Promise.resolve()
  readonly #onFailed: () => void

  constructor({ path, head, length, onFailed }: JournalOptions) {
    this.path = path
    this.#head = head
    this.#end = length
    this.#onFailed = onFailed
  }

  /** An entry, or its line. Resolves, with the length of the journal up to it, when the line is on the disk. Lines keep their order. */
  write(entry: JournalEntry | Buffer): Promise<number> {
    const line = Buffer.isBuffer(entry) ? entry : lineOf(entry)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject })
      // Whoever comes while a flush is under way shares the next one.
      if (this.#waiting.length === 1) void this.#inTurn(() => this.#flush())
    })
  }

  /** Nothing but this head: a project without a file is in its journal alone. */
  restart(head: JournalHead): Promise<void> {
    return this.#inTurn(() => {
      this.#head = head
      return this.#create([])
    })
  }

  /** Everything that was asked for is written or has failed. */
  async flushed(): Promise<void> {
    await this.#queue
  }

  /** The file has everything up to `end` now: go on from `head` with what was written since. */
  fold(end: number, head: JournalHead): Promise<void> {
    return this.#inTurn(async () => {
      const since = await this.#read(end)
      this.#head = head
      if (since.length === 0) await this.#drop()
      else await this.#create([since])
    })
  }

  /** Throw everything away that was written, and build on `head` from now on. */
  discard(head: JournalHead): Promise<void> {
    return this.#inTurn(async () => {
      this.#head = head
      await this.#drop()
    })
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#closeFile())
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    this.#queue = turn.catch(() => {}) // who asked was told
    return turn
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0)
    try {
      const lines = batch.map(({ line }) => line)
      if (this.#end === undefined) await this.#create(lines)
      else await this.#append(Buffer.concat(lines))
    } catch (thrown) {
      const error = toStudioError(thrown, { file: this.path })
      // What came meanwhile builds on what failed.
      const lost = [...batch, ...this.#waiting.splice(0)]
      this.#onFailed()
      for (const { reject } of lost) reject(error)
      return
    }
    let end = this.#end! - batch.reduce((sum, { line }) => sum + line.length, 0)
    for (const { line, resolve } of batch) {
      end += line.length
      resolve(end)
    }
  }

  async #append(bytes: Buffer): Promise<void> {
    this.#file ??= await open(this.path, 'r+')
    const end = this.#end!
    if (this.#dirty) await this.#cut(end)
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, end + done)
        done += bytesWritten
      }
      await this.#file.datasync()
    } catch (error) {
      this.#dirty = true
      await this.#cut(end).catch(() => {}) // tried again before the next line; a torn one is no harm until then
      throw error
    }
    this.#end = end + bytes.length
  }

  async #cut(end: number): Promise<void> {
    await this.#file?.truncate(end)
    this.#dirty = false
  }

  async #create(lines: readonly Buffer[]): Promise<void> {
    const content = Buffer.concat([lineOf(this.#head), ...lines])
    await writeWhole(this.path, content)
    await this.#closeFile()
    this.#end = content.length
    this.#dirty = false
  }

  async #read(from: number): Promise<Buffer> {
    if (this.#end === undefined || this.#end <= from) return Buffer.alloc(0)
    this.#file ??= await open(this.path, 'r+')
    const { buffer } = await this.#file.read(Buffer.alloc(this.#end - from), 0, this.#end - from, from)
    return buffer
  }

  async #drop(): Promise<void> {
    await this.#closeFile()
    await removeWhole(this.path)
    this.#end = undefined
    this.#dirty = false
  }

  async #closeFile(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }
}
