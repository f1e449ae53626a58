import { z } from 'zod'
import { idSchema, variableNameSchema } from './layers/layer.ts'

/** The table of a document: a row per variation, a column per variable. Cells are text, as a file holds them. */

export const MOST_COLUMNS = 100
export const MOST_ROWS = 20_000
/** Characters in a cell; as much as a text layer holds. */
export const MOST_IN_CELL = 5000

/** What a column's cells are read as. `flag`: shows or hides. */
export const COLUMN_KINDS = ['text', 'picture', 'colour', 'flag'] as const

/** A column fills the variable of its name. */
export const columnSchema = z.strictObject({
  type: z.literal('column'),
  id: idSchema,
  name: variableNameSchema,
  kind: z.enum(COLUMN_KINDS).default('text'),
  order: z.number(),
})

export const rowSchema = z.strictObject({
  type: z.literal('row'),
  id: idSchema,
  order: z.number(),
  /** By column id; an empty cell is left out. A picture is a sha256 of the library, or a path that is still to be found. */
  cells: z.record(idSchema, z.string().max(MOST_IN_CELL)).default({}),
})

export type Column = z.output<typeof columnSchema>
export type Row = z.output<typeof rowSchema>
export type ColumnKind = Column['kind']
