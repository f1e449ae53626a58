import { z } from 'zod'

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits')

/** Which model makes it. `hash` is the package hash (see models/manifest.ts) and pins the weights. */
export const modelRefSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lower-case letters, digits and dashes'),
  hash: sha256Schema,
})

/** 0 … 2³²−1: the range that PyTorch's CPU generator (mt19937) really distinguishes. */
export const seedSchema = z.number().int().min(0).max(0xffff_ffff)

/** Prompts and briefs: 2,000 characters is ten times what any text encoder here can read. */
export const MAX_PROMPT = 2000
export const promptSchema = z.string().max(MAX_PROMPT)

export const finite = z.number()
/** Pixels of one side. */
export const sideSchema = z.number().int().min(16).max(8192)

export type ModelRef = z.infer<typeof modelRefSchema>
