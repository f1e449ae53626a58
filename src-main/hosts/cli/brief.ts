import { readFile, stat } from 'node:fs/promises'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type Brief, briefSchema, type LANGUAGES } from '#shared/recipe/text.ts'
import { parse } from '#shared/validate.ts'

type Language = (typeof LANGUAGES)[number]

const MAX_BYTES = 1 << 20

/** A brief from the command line: a JSON file when it ends in .json, else the words themselves. */
export async function readBrief(given: string, language?: Language): Promise<{ brief: Brief; language: Language }> {
  const isFile = given.toLowerCase().endsWith('.json') && given.length < 4096
  const value = isFile ? await readJson(given) : { product: given.slice(0, 80), text: given }
  const where = isFile ? { file: given } : { field: 'brief' }
  const brief = parse(briefSchema, value, { what: 'brief', where })
  return { brief, language: language ?? (/\p{Script=Han}/u.test(JSON.stringify(brief)) ? 'zh' : 'en') }
}

async function readJson(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) throw invalid(path, `it has ${size} bytes, at most ${MAX_BYTES} are read`)
    const text = await readFile(path, 'utf8')
    try {
      return JSON.parse(text)
    } catch (error) {
      throw invalid(path, (error as Error).message)
    }
  } catch (error) {
    throw toStudioError(error, { file: path })
  }
}

function invalid(path: string, why: string): StudioError {
  return new StudioError({
    code: 'invalid-file',
    message: `the brief is no JSON: ${why}`,
    where: { file: path },
    remedy: 'It needs at least {"product": "…"}.',
  })
}
