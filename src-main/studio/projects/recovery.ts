import { readFile, truncate } from 'node:fs/promises'
import { z } from 'zod'
import { type Document, parseDocument } from '#shared/document/document.ts'
import { type Patch, parsePatch } from '#shared/document/patch.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { copyWhole, publish } from '../files.ts'
import { checksum, JOURNAL_FORMAT, type JournalHead, type SavingEntry, type StepsEntry } from './journal.ts'
import { LiveDocument } from './live-document.ts'

/** What a journal says, as far as it can be read. */
export interface ReadJournal {
  head: JournalHead
  /** Bytes of the first line. */
  start: number
  entries: Read[]
  /** `torn`: the last line was being written when the program ended. `broken`: a line before others is damaged. */
  end: 'whole' | 'torn' | 'broken'
}

interface Read {
  /** Steps are parsed when they are applied. */
  entry: (Omit<StepsEntry, 'steps'> & { steps: unknown[] }) | SavingEntry | { type: 'closed' }
  /** Of the journal up to and with this line. */
  end: number
}

const headSchema = z.object({
  type: z.literal('head'),
  journal: z.number().int().min(1),
  project: z.string(),
  name: z.string(),
  path: z.string().exactOptional(),
  revision: z.number().int().min(0),
  stamp: z.string().exactOptional(),
  document: z.unknown().optional(),
})
const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('steps'), revision: z.number().int(), steps: z.array(z.unknown()) }),
  z.object({ type: z.literal('saving'), revision: z.number().int(), stamp: z.string() }),
  z.object({ type: z.literal('closed') }),
])

/** Undefined when there is none, or when it was cut off before its first line was complete: nothing was promised then. */
export async function readJournal(path: string): Promise<ReadJournal | undefined> {
  const bytes = await readFile(path).catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw toStudioError(error, { file: path })
  })
  if (!bytes) return undefined
  const lines = [...linesOf(bytes)]
  const first = lines.shift()
  const head = headSchema.safeParse(first?.value)
  if (!first || !head.success) {
    if (lines.length === 0) return undefined
    throw new StudioError({
      code: 'invalid-file',
      message: 'the journal of the project is damaged at its beginning',
      where: { file: path },
      remedy: 'Move this journal away to open the project as it was saved last.',
    })
  }
  if (head.data.journal > JOURNAL_FORMAT) throw newer(path)
  const entries: Read[] = []
  for (const [at, { value, end }] of lines.entries()) {
    const entry = entrySchema.safeParse(value)
    if (!entry.success) {
      const others = lines.slice(at + 1).some((line) => line.value !== undefined)
      return { head: head.data, start: first.end, entries, end: others ? 'broken' : 'torn' }
    }
    entries.push({ entry: entry.data, end })
  }
  return { head: head.data, start: first.end, entries, end: 'whole' }
}

/** A line that is not what its checksum says, or has no end, has no value. */
function* linesOf(bytes: Buffer): Generator<{ value: unknown; end: number }> {
  let end: number
  for (let start = 0; start < bytes.length; start = end) {
    const newline = bytes.indexOf(0x0a, start)
    end = newline < 0 ? bytes.length : newline + 1
    const json = bytes.subarray(start + 9, newline < 0 ? end : newline)
    const good = newline >= 0 && bytes.toString('latin1', start, start + 9) === `${checksum(json)} `
    yield { value: good ? JSON.parse(json.toString()) : undefined, end }
  }
}

export interface Recovered {
  live: LiveDocument
  revision: number
  /** Of the file, or where a project without one began. */
  savedRevision: number
  /** What the journal has beyond that. */
  steps: StepsEntry[]
  head: JournalHead
  /** The journal goes on from here. */
  length: number
  /** The steps build on the file, not on the document that the journal began with. */
  onFile: boolean
  /** The program ended without closing the project. */
  crashed: boolean
  warning?: string
}

/** What recovery needs of the file. */
export interface Base {
  stamp: string
  revision: number
  document: Document
}

/**
 * The document with the steps of the journal that the file does not have. Undefined when the journal does not know the
 * file: somebody changed it elsewhere, and the steps were made on another document.
 */
export async function recover(
  path: string,
  journal: ReadJournal,
  file: Base | undefined,
): Promise<Recovered | undefined> {
  const { head, start, entries } = journal
  const known = file && whereKnown(file.stamp, journal)
  if (known === undefined && head.document === undefined) return undefined
  const onFile = known !== undefined && file !== undefined
  const base = onFile ? file : { revision: head.revision, document: parseDocument(head.document) }
  const live = new LiveDocument(base.document)
  const { revision } = base
  const recovered: Recovered = {
    live,
    revision,
    savedRevision: revision,
    steps: [],
    head,
    length: known ?? start,
    onFile,
    crashed: true,
  }
  let problem = journal.end === 'broken' ? 'a line of it is damaged' : undefined
  for (const { entry, end } of entries) {
    if (end <= recovered.length) continue
    if (entry.type === 'steps') {
      const steps = apply(live, entry.steps)
      if (!steps || entry.revision !== recovered.revision + steps.length) {
        problem = 'a step of it does not fit the document'
        break
      }
      recovered.steps.push({ ...entry, steps })
      recovered.revision = entry.revision
    }
    recovered.crashed = entry.type !== 'closed'
    recovered.length = end
  }
  if (problem !== undefined) {
    const aside = await keepCopy(path)
    recovered.warning = `The journal could be read up to step ${recovered.revision}: ${problem}. It is kept as ${aside}.`
  }
  if (problem !== undefined || journal.end === 'torn') await cut(path, recovered.length)
  return recovered
}

/** After which byte of the journal the steps begin that a file with this stamp does not have. */
function whereKnown(stamp: string, { head, start, entries }: ReadJournal): number | undefined {
  const saved = entries.findLast(({ entry }) => entry.type === 'saving' && entry.stamp === stamp)
  return saved?.end ?? (head.stamp === stamp ? start : undefined)
}

/** The steps, when they fit. */
function apply(live: LiveDocument, steps: unknown[]): Patch[] | undefined {
  try {
    const patches = steps.map(parsePatch)
    live.applyAll(patches)
    return patches
  } catch (error) {
    if (error instanceof StudioError) return undefined
    throw error
  }
}

async function cut(path: string, length: number): Promise<void> {
  await truncate(path, length).catch((error) => {
    throw toStudioError(error, { file: path })
  })
}

async function keepCopy(path: string): Promise<string> {
  const aside = asideOf(path)
  await copyWhole(path, aside)
  return aside
}

/** Out of the way, but not lost. */
export async function setAside(path: string): Promise<string> {
  const aside = asideOf(path)
  await publish(path, aside)
  return aside
}

const asideOf = (path: string) => path.replace(/\.jsonl$/, `.${Date.now()}.aside`)

/** Whether a program that ended early left steps in it. */
export function isLeftBehind({ entries, end }: ReadJournal): boolean {
  const last = entries.findLast(({ entry }) => entry.type !== 'saving')
  return end === 'broken' || last?.entry.type === 'steps'
}

const newer = (path: string) =>
  new StudioError({
    code: 'unsupported',
    message: 'a newer Broadside left edits of this project in its journal',
    where: { file: path },
    remedy: 'Open the project with the newer Broadside and save it.',
  })
