import { z } from 'zod'
import { sha256Schema } from '../../recipe/common.ts'

/** Names records by; unique in a document. */
export const idSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'expected letters, digits, - or _')

/** Names a variable, and the column of a table that fills it: any script, spaces within. */
export const variableNameSchema = z
  .string()
  .max(64)
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} _.()%/+-]*[\p{L}\p{M}\p{N}_)%-])?$/u,
    'expected letters, digits, spaces, or any of - _ . ( ) % / +',
  )

const coordinate = z.number().min(-200_000).max(200_000)
const extent = z.number().min(0).max(100_000)

/** As in CSS and PDF; what Konva draws with `globalCompositeOperation`. */
export const BLEND_MODES = [
  'normal',
  'multiply',
  'screen',
  'overlay',
  'darken',
  'lighten',
  'color-dodge',
  'color-burn',
  'hard-light',
  'soft-light',
  'difference',
  'exclusion',
  'hue',
  'saturation',
  'color',
  'luminosity',
] as const
export type BlendMode = (typeof BLEND_MODES)[number]

/**
 * A greyscale picture stretched over the layer's box: white shows, black hides. What hangs out of the box (descenders,
 * strokes, a group's children) follows the mask's edge.
 */
export const maskSchema = z.strictObject({
  /** sha256 of the picture in the library. */
  asset: sha256Schema,
  /** White hides, black shows. */
  invert: z.boolean().default(false),
})
export type Mask = z.output<typeof maskSchema>

/**
 * How an edge or extent follows when the artboard is laid out at another size, per axis: pinned to an edge or the centre
 * at its own size, stretched between both edges, or scaled with the axis. `fit` keeps the layer's shape and scales it
 * with the artboard's shorter change, standing as far along the axis as before.
 */
export const CONSTRAINTS = ['start', 'center', 'end', 'stretch', 'scale', 'fit'] as const
export type Constraint = (typeof CONSTRAINTS)[number]
export const constraintsSchema = z.strictObject({
  horizontal: z.enum(CONSTRAINTS).default('fit'),
  vertical: z.enum(CONSTRAINTS).default('fit'),
})

/** What every layer has. The box is in px of the artboard, whatever group the layer is in. */
export const layerBase = {
  id: idSchema,
  name: z.string().max(200).default(''),
  /** The artboard or group that holds the layer. */
  parent: idSchema,
  /** Among its siblings: drawn from small to large. Between two others there is always room. */
  order: z.number(),
  /** Top left corner before rotation, px from the artboard's. */
  x: coordinate,
  y: coordinate,
  width: extent,
  height: extent,
  /** Degrees clockwise about the centre of the box. */
  rotation: z.number().min(-36_000).max(36_000).default(0),
  /** 0 … 1 */
  opacity: z.number().min(0).max(1).default(1),
  blend: z.enum(BLEND_MODES).default('normal'),
  mask: maskSchema.optional(),
  hidden: z.boolean().default(false),
  /** Shown only while this variable says yes (variables.ts: saysYes). `hidden` wins. */
  visibleIf: variableNameSchema.optional(),
  /** Left out: by the rules of room.ts, which keep shapes, and apart what was apart. */
  constraints: constraintsSchema.optional(),
  locked: z.boolean().default(false),
}

/** Takes a record of the version before and gives the next; never sees a current one. */
export type Migration = (record: Record<string, unknown>) => Record<string, unknown>

/** A kind of layer: one file each, one line in kinds.ts. `version` counts its migrations, from 1. */
export interface LayerKind<T extends string, S extends z.ZodType> {
  type: T
  /** For people; the UI's catalogue translates it. */
  title: string
  schema: S
  /** migrations[0] makes version 2 of version 1. */
  migrations: Migration[]
}

export const versionOf = (kind: { migrations: Migration[] }): number => kind.migrations.length + 1
