import { z } from 'zod'
import { modelRefSchema, promptSchema, seedSchema } from './common.ts'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** How a channel counts: characters, words, or width (a CJK character counts 2, as ad networks do). */
export const LIMIT_UNITS = ['characters', 'words', 'width'] as const
const length = z.number().int().min(1).max(5000)
export const limitSchema = z
  .strictObject({ max: length, unit: z.enum(LIMIT_UNITS), min: length.optional() })
  .refine(({ min = 1, max }) => min <= max, { path: ['min'], error: 'expected no more than max' })

/** Lines of one recipe. */
export const MAX_COUNT = 100

const short = z.string().max(200)
/** A line that was written before; packaging copy has 220 characters. */
const line = z.string().min(1).max(1000)

/** What a writer knows about the job. Only the product is needed. */
export const briefSchema = z.strictObject({
  product: z.string().min(1).max(80),
  category: short.optional(),
  audience: short.optional(),
  occasion: short.optional(),
  tone: short.optional(),
  benefit: short.optional(),
  mustSay: z.array(short).max(8).default([]),
  mustNotSay: z.array(short).max(32).default([]),
  /** The writer's own words, kept for the record. */
  text: promptSchema.optional(),
})

/** Lines of copy from a brief by a language model. */
export const textRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('text'),
  model: modelRefSchema,
  brief: briefSchema,
  language: z.enum(LANGUAGES),
  channel: z.string().max(64),
  framework: z.string().max(64).optional(),
  limit: limitSchema.optional(),
  count: z.number().int().min(1).max(MAX_COUNT),
  seed: seedSchema,
  /** 0 is greedy. */
  temperature: z.number().min(0).max(5),
  topK: z.number().int().min(0).max(100_000),
  topP: z.number().min(0).max(1),
  minP: z.number().min(0).max(1),
  repetitionPenalty: z.number().min(0.5).max(3),
  maxTokens: z.number().int().min(1).max(2048),
  /** Good lines that are drawn for each one given: the likeliest is taken. Absent: one, the first. */
  candidates: z.number().int().min(1).max(16).optional(),
  /** Lines that stand already, or were thrown away: nothing like them is written. */
  avoid: z.array(line).max(1000).optional(),
  /** Lines that were liked: their words come a little easier. */
  like: z.array(line).max(16).optional(),
  stop: z.array(z.string().min(1).max(64)).max(16).default([]),
})

export type Brief = z.infer<typeof briefSchema>
export type Limit = z.infer<typeof limitSchema>
export type TextRecipe = z.infer<typeof textRecipe>
