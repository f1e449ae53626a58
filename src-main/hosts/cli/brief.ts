import { readFile, stat } from 'node:fs/promises'
import { type BriefReading, readBrief } from '#shared/copy/brief.ts'
import type { Vocabulary } from '#shared/copy/vocabulary.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'

const MAX_BYTES = 1 << 20
/** Four pages: longer is no brief, and every field of it has limits of its own. */
const MAX_CHARACTERS = 10_000

/** A brief from the command line: a JSON file when it ends in .json, else the words themselves. */
export async function briefFrom(given: string, vocabulary: Vocabulary): Promise<BriefReading> {
  const isFile = given.toLowerCase().endsWith('.json') && given.length < 4096
  const text = isFile ? await contentOf(given) : given
  if (text.length > MAX_CHARACTERS)
    throw new StudioError({
      code: 'usage',
      message: `brief: ${text.length} characters are too many; at most ${MAX_CHARACTERS} are read`,
      where: isFile ? { file: given } : { field: 'brief' },
      remedy: 'Say what the copy is for, for whom, and in which tone.',
    })
  return readBrief(text, vocabulary)
}

async function contentOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= MAX_BYTES) return await readFile(path, 'utf8')
  } catch (error) {
    throw toStudioError(error, { file: path })
  }
  throw new StudioError({
    code: 'invalid-file',
    message: `the brief has more than ${MAX_BYTES} bytes`,
    where: { file: path },
    remedy: 'Name a JSON file with at least {"product": "…"}.',
  })
}
