import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type Recipe, recipeHash, recipeSchema } from '#shared/recipe/recipe.ts'
import { parse } from '#shared/validate.ts'
import { copyLineSchema, type MakeResult } from '#shared/work/tasks.ts'
import { PROGRAM } from './program.ts'

/** Written copy as a file: the lines and the recipe that made them, as a picture carries its own. */
const schema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('copy'),
  recipe: recipeSchema,
  recipeHash: z.string(),
  lines: z.array(copyLineSchema),
  ran: z.record(z.string(), z.string()),
})

export type CopyFile = z.output<typeof schema>

const MAX_BYTES = 8 << 20

export const copyFile = {
  write(recipe: Recipe, { lines, ran }: Pick<MakeResult, 'lines' | 'ran'>): string {
    const content: CopyFile = {
      format: 1,
      kind: 'copy',
      recipe,
      recipeHash: recipeHash(recipe),
      lines,
      ran: { program: PROGRAM, runtime: ran.runtime, device: ran.device },
    }
    return `${JSON.stringify(content, undefined, 2)}\n`
  },

  async read(path: string): Promise<CopyFile> {
    try {
      const { size } = await stat(path)
      if (size > MAX_BYTES) throw notCopy(path, `it has ${size} bytes, at most ${MAX_BYTES} are read`)
      return parse(schema, jsonOf(path, await readFile(path, 'utf8')), {
        what: 'copy file',
        code: 'invalid-file',
        where: { file: path },
      })
    } catch (error) {
      throw toStudioError(error, { file: path })
    }
  },
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notCopy(path, (error as Error).message)
  }
}

function notCopy(path: string, why: string): StudioError {
  return new StudioError({
    code: 'invalid-file',
    message: `this is no copy written by Broadside: ${why}`,
    where: { file: path },
    remedy: 'Name a picture or a copy file that Broadside made.',
  })
}
