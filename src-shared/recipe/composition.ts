import { z } from 'zod'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { FILE_FORMATS } from '../work/formats.ts'
import { sha256Schema } from './common.ts'
import { recipeSchema } from './recipe.ts'

/**
 * What a composed picture (a poster) carries: the document, which artboard at which scale, and how every picture in
 * it was made, so that the finished file can be made again from nothing but itself and the model packages.
 */
export const compositionRecipe = z.strictObject({
  format: z.literal(1),
  kind: z.literal('composition'),
  /** src-shared/document, with nothing in it but what the artboard needs. */
  document: z.unknown(),
  artboard: z.string().max(200),
  /** px per document px */
  scale: z.number().positive().max(16),
  /** Pixels per inch to note in the file. */
  dpi: z.number().positive().max(2400).optional(),
  /** Only these layers, on transparency. */
  layers: z.array(z.string().max(100)).max(5000).optional(),
  /** With the bleed around the artboard. */
  bleed: z.boolean().optional(),
  /** sha256 of each picture on the artboard. */
  pictures: z.array(sha256Schema).max(200),
  /** How those pictures, and the pictures they were made from, were made. One without a recipe was brought in. */
  recipes: z.record(sha256Schema, recipeSchema),
  /** What kind of file it is in; left out: PNG, or one whose kind was not noted. */
  file: z
    .strictObject({ format: z.enum(FILE_FORMATS), quality: z.number().int().min(1).max(100).optional() })
    .optional(),
})

export type CompositionRecipe = z.infer<typeof compositionRecipe>

export function compositionHash(recipe: CompositionRecipe): string {
  return sha256Hex(canonicalJson(recipe))
}
