import { z } from 'zod'
import { variableNameSchema } from './layers/layer.ts'

/** `#rrggbb` or `#rrggbbaa`, sRGB. */
export const colourSchema = z
  .string()
  .regex(/^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i, 'expected a colour as #rrggbb or #rrggbbaa')

/** Points and radii as fractions of the layer's box: 0 is left or top, 1 right or bottom. */
const fraction = z.number().min(-4).max(4)
const stopSchema = z.strictObject({ at: z.number().min(0).max(1), colour: colourSchema })
const stops = z.array(stopSchema).min(2).max(16)

export const fillSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('solid'),
    colour: colourSchema,
    /** While this variable holds a colour, that one is used instead. */
    variable: variableNameSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('linear'),
    from: z.tuple([fraction, fraction]).default([0, 0]),
    to: z.tuple([fraction, fraction]).default([0, 1]),
    stops,
  }),
  z.strictObject({
    kind: z.literal('radial'),
    centre: z.tuple([fraction, fraction]).default([0.5, 0.5]),
    /** Of the longer side. */
    radius: z.number().positive().max(4).default(0.5),
    stops,
  }),
])

export const strokeSchema = z.strictObject({
  colour: colourSchema,
  /** As in a solid fill. */
  variable: variableNameSchema.optional(),
  /** px */
  width: z.number().min(0).max(2000),
  /** Lengths of dash and gap in px; empty: a continuous line. */
  dash: z.array(z.number().min(0).max(10_000)).max(8).default([]),
})

export type Fill = z.infer<typeof fillSchema>
export type Stroke = z.infer<typeof strokeSchema>

export const solid = (colour: string): Fill => ({ kind: 'solid', colour })
