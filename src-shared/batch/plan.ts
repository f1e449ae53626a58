import { z } from 'zod'
import { idSchema, variableNameSchema } from '../document/layers/layer.ts'
import { seedSchema, sha256Schema } from '../recipe/common.ts'
import { LANGUAGES, limitSchema, MAX_COUNT } from '../recipe/text.ts'
import { parse } from '../validate.ts'
import { FILE_FORMATS } from '../work/formats.ts'

/**
 * What a batch makes: rows × pictures × seeds × copy × artboards × formats. An axis with one entry is locked. Texts and
 * prompts may hold `{{column}}`, which the row fills.
 */

const text = z.string().max(2000)
const modelId = z.string().min(1).max(64)

/** A picture as it is wished for: what is left out is the package's default. `src-shared/recipe/draft.ts` completes it. */
const pictureWish = z.strictObject({
  model: modelId,
  prompt: text.optional(),
  negative: text.optional(),
  size: z.tuple([z.number().int().min(16).max(8192), z.number().int().min(16).max(8192)]).optional(),
  steps: z.number().int().optional(),
  guidance: z.number().optional(),
  fast: z.boolean().optional(),
  sampler: z.string().max(40).optional(),
  schedule: z.string().max(40).optional(),
  truncation: z.number().optional(),
  /** sha256 of a picture to start from. */
  inputs: z.array(sha256Schema).max(2).optional(),
  strength: z.number().min(0).max(1).optional(),
})

const copyWish = z.strictObject({
  model: modelId,
  product: text,
  category: text.optional(),
  audience: text.optional(),
  occasion: text.optional(),
  tone: text.optional(),
  benefit: text.optional(),
  mustSay: z.array(text).max(8).default([]),
  mustNotSay: z.array(text).max(32).default([]),
  language: z.enum(LANGUAGES),
  channel: z.string().max(64),
  framework: z.string().max(64).optional(),
  limit: limitSchema.optional(),
  seed: seedSchema.default(1),
})

const formatSchema = z.strictObject({
  format: z.enum(FILE_FORMATS),
  /** px per document px. */
  scale: z.number().positive().max(16).default(1),
  /** Noted in the file; left out: the artboard's own times the scale. */
  dpi: z.number().positive().max(2400).optional(),
  /** 1 … 100, of the lossy formats. */
  quality: z.number().int().min(1).max(100).optional(),
  bleed: z.boolean().default(false),
})

const side = z.number().int().min(16).max(20_000)

/** The axes; what they are made with stands in the document that keeps them, or in the plan's file. */
const axes = {
  /** Template of file names (names.ts), without extension. */
  name: z.string().min(1).max(500).default('{document}_{artboard}_{index:04}'),
  /** Artboards of the document in this order, as they are or laid out for another size. */
  artboards: z
    .array(
      z.strictObject({
        id: idSchema,
        size: z
          .strictObject({ name: z.string().min(1).max(100), width: side, height: side, dpi: z.number().optional() })
          .optional(),
      }),
    )
    .min(1)
    .max(100),
  /** Alternatives; each fills variables with pictures that are made, or with ones of the library. */
  pictures: z
    .array(z.record(variableNameSchema, z.union([pictureWish, sha256Schema])))
    .max(200)
    .default([]),
  /** Every picture that is made is made with each of these; none: once, with seed 1. */
  seeds: z.array(seedSchema).max(1000).default([]),
  copy: z
    .strictObject({
      /** Alternatives in the writer's own words. */
      variants: z
        .array(z.record(variableNameSchema, z.string().max(5000)))
        .max(200)
        .default([]),
      /** Variables that the language model fills, a line per variant. */
      written: z.record(variableNameSchema, copyWish).default({}),
      /** How many lines of the written ones are used, each as one variant. */
      lines: z.number().int().min(1).max(MAX_COUNT).default(1),
    })
    .prefault({}),
  formats: z
    .array(formatSchema)
    .min(1)
    .max(20)
    .default([{ format: 'png', scale: 1, bleed: false }]),
  /** Where pictures and lines are made: where, not what, so that it is part of no recipe and of no file's id. */
  device: z.string().min(1).max(40).default('cpu'),
}

export const planSpecSchema = z.strictObject(axes)

export const batchPlanSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('batch'),
  /** src-shared/document. */
  document: z.unknown(),
  ...axes,
})

export type PlanSpec = z.output<typeof planSpecSchema>
export type BatchPlan = z.output<typeof batchPlanSchema>
export type BatchFormat = BatchPlan['formats'][number]
export type PictureWish = z.output<typeof pictureWish>
export type CopyWish = z.output<typeof copyWish>

/** A plan from outside. Throws a StudioError naming the field. */
export const parsePlan = (value: unknown): BatchPlan => parse(batchPlanSchema, value, { what: 'batch plan' })
