import type { z } from 'zod'
import { type ErrorCode, type ErrorWhere, StudioError } from './errors.ts'

export interface Expectation {
  /** What is being read, for the message: "recipe", "model.json". */
  what: string
  code?: ErrorCode
  where?: ErrorWhere
  remedy?: string
}

/** Parse `value` with a zod schema; the first issue becomes one typed error that names the field. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, expect: Expectation): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.map(String).join('.') ?? ''
  throw new StudioError({
    code: expect.code ?? 'usage',
    message: `${expect.what}: ${field ? `${field}: ` : ''}${issue?.message ?? 'invalid'}`,
    where: { ...expect.where, ...(field ? { field } : {}) },
    ...(expect.remedy ? { remedy: expect.remedy } : {}),
  })
}
