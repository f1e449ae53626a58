import { z } from 'zod'
import { fillSchema, strokeSchema } from '../fill.ts'
import { type LayerKind, layerBase } from './layer.ts'

/** A drawn shape that fills its box. */
const schema = z.strictObject({
  ...layerBase,
  type: z.literal('shape'),
  shape: z.discriminatedUnion('kind', [
    /** cornerRadius in px */
    z.strictObject({ kind: z.literal('rectangle'), cornerRadius: z.number().min(0).max(50_000).default(0) }),
    z.strictObject({ kind: z.literal('ellipse') }),
    /** From the box's top left corner to its bottom right one; `rising` from bottom left to top right. */
    z.strictObject({ kind: z.literal('line'), rising: z.boolean().default(false) }),
    z.strictObject({ kind: z.literal('polygon'), sides: z.number().int().min(3).max(64).default(6) }),
    /** innerRadius as a fraction of the outer one. */
    z.strictObject({
      kind: z.literal('star'),
      points: z.number().int().min(3).max(128).default(5),
      innerRadius: z.number().min(0.02).max(1).default(0.5),
    }),
    /** Wedges from a point of the box outwards, every other one left open: a sunburst. */
    z.strictObject({
      kind: z.literal('rays'),
      count: z.number().int().min(2).max(180).default(16),
      centre: z.tuple([z.number().min(-2).max(3), z.number().min(-2).max(3)]).default([0.5, 0.5]),
    }),
  ]),
  fill: fillSchema.default({ kind: 'none' }),
  /** Centred on the outline. */
  stroke: strokeSchema.optional(),
})

export type ShapeLayer = z.output<typeof schema>
export const shapeKind: LayerKind<'shape', typeof schema> = { type: 'shape', title: 'Shape', schema, migrations: [] }
