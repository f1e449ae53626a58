import { z } from 'zod'
import { type LayerKind, layerBase } from './layer.ts'

/** What a line of a dieline tells the machine. */
export const DIELINE_KINDS = ['cut', 'crease', 'perforation', 'bleed', 'glue'] as const
export type DielineKind = (typeof DIELINE_KINDS)[number]

/** Path data that needs no interpretation: absolute M, L, C, Q and Z, and nothing else. */
const pathData = z
  .string()
  .max(200_000)
  .regex(/^M[-+0-9eE., MLCQZ]*$/, 'expected absolute path data of M, L, C, Q and Z')

const coordinate = z.number().min(-1e6).max(1e6)
const extent = z.number().positive().max(1e6)

/** Where a package is cut, folded and glued: technical lines over the art, exported only when asked for. */
const schema = z.strictObject({
  ...layerBase,
  type: z.literal('dieline'),
  /** The part of the paths' plane that fills the box: left, top, width, height. */
  viewBox: z.tuple([coordinate, coordinate, extent, extent]),
  paths: z
    .array(z.strictObject({ d: pathData, kind: z.enum(DIELINE_KINDS).default('cut') }))
    .min(1)
    .max(2000)
    .refine((paths) => paths.reduce((sum, { d }) => sum + d.length, 0) <= 500_000, 'more than 500 KB of path data'),
  /** px, whatever the zoom and however the box is stretched. */
  strokeWidth: z.number().min(0.1).max(100).default(1.5),
})

export type DielineLayer = z.output<typeof schema>
export type DielinePath = DielineLayer['paths'][number]
export const dielineKind: LayerKind<'dieline', typeof schema> = {
  type: 'dieline',
  title: 'Dieline',
  schema,
  migrations: [],
}
