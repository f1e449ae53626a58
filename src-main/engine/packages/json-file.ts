import type { z } from 'zod'
import { StudioError } from '#shared/errors.ts'
import { parse } from '#shared/validate.ts'
import { plainFile, readBounded } from './read.ts'

/** The vocabularies of large tokenizers are the largest JSON in a model folder. */
const MAX_BYTES = 64 * 2 ** 20

/** A JSON file of somebody else's folder, by a schema that takes what it needs and leaves the rest. */
export async function readJsonFile<S extends z.ZodType>(dir: string, path: string, schema: S): Promise<z.output<S>> {
  const file = await plainFile(dir, path)
  const text = new TextDecoder().decode(await readBounded(file, MAX_BYTES))
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new StudioError({ code: 'invalid-model', message: `${path} is not JSON`, where: { file } }, { cause })
  }
  return parse(schema, json, { what: path, code: 'invalid-model', where: { file } })
}
