import { z } from 'zod'
import { sha256Schema } from '../../recipe/common.ts'
import { recipeSchema } from '../../recipe/recipe.ts'
import { type LayerKind, layerBase, variableNameSchema } from './layer.ts'

/** A picture in a box. With a recipe it can be made again, at another size too. */
const schema = z.strictObject({
  ...layerBase,
  type: z.literal('image'),
  /** sha256 of the picture in the library. */
  asset: sha256Schema,
  /** While this variable holds the sha256 of a picture, that one is shown instead. */
  variable: variableNameSchema.optional(),
  /** `cover` fills the box and crops, `contain` shows all, `fill` stretches, `tile` repeats at `tileSize`. */
  fit: z.enum(['cover', 'contain', 'fill', 'tile']).default('cover'),
  /** Where `cover` crops and `contain` leaves room: 0 keeps the left or top in view or in place, 1 the right or bottom. */
  focus: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).default([0.5, 0.5]),
  /** The part of the picture that is used, as fractions of it. */
  crop: z
    .strictObject({
      x: z.number().min(0).max(0.999),
      y: z.number().min(0).max(0.999),
      width: z.number().positive().max(1),
      height: z.number().positive().max(1),
    })
    .default({ x: 0, y: 0, width: 1, height: 1 }),
  /** Width of one tile in px, for `tile`. */
  tileSize: z.number().min(4).max(20_000).default(256),
  /** px; half the shorter side makes a circle of a square. */
  cornerRadius: z.number().min(0).max(50_000).default(0),
  /** Mirrored in its box: left for right, top for bottom. */
  flipX: z.boolean().default(false),
  flipY: z.boolean().default(false),
  recipe: recipeSchema.optional(),
})

export type ImageLayer = z.output<typeof schema>
export const imageKind: LayerKind<'image', typeof schema> = { type: 'image', title: 'Image', schema, migrations: [] }
