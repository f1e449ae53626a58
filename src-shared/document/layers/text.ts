import { z } from 'zod'
import { fillSchema } from '../fill.ts'
import { type LayerKind, layerBase } from './layer.ts'

/** Characters in one text layer: a packaging back panel has 1,500. */
export const MAX_TEXT = 5000

/** Text in a box. `{{name}}` in it is a hole for a variable. */
const schema = z.strictObject({
  ...layerBase,
  type: z.literal('text'),
  text: z.string().max(MAX_TEXT),
  /** A family of assets/fonts.json. */
  family: z.string().min(1).max(100),
  /** 100 … 900; the nearest weight that the family has is used. */
  weight: z.number().int().min(1).max(1000).default(400),
  italic: z.boolean().default(false),
  /** px of the em; with fit `shrink` the largest size. */
  size: z.number().min(1).max(10_000),
  /** Baseline to baseline, in ems. */
  lineHeight: z.number().min(0.5).max(4).default(1.2),
  /** Extra space between characters, thousandths of an em. */
  tracking: z.number().min(-500).max(2000).default(0),
  /**
   * `vertical`: Chinese from top to bottom, columns from right to left. `verticalAlign` then says where in the box each
   * column starts or ends, `align` where the block of columns stands.
   */
  direction: z.enum(['horizontal', 'vertical']).default('horizontal'),
  align: z.enum(['left', 'center', 'right']).default('left'),
  verticalAlign: z.enum(['top', 'middle', 'bottom']).default('top'),
  fill: fillSchema.default({ kind: 'solid', colour: '#000000' }),
  /**
   * What happens to text that does not fit: `fixed` runs over the box and is reported, `shrink` takes the largest size up
   * to `size` at which it fits without breaking a word, `wrap` keeps the size and lets the box grow, downwards from the
   * top, upwards from the bottom, both ways from the middle. A batch reports what runs over all the same.
   */
  fit: z.enum(['fixed', 'shrink', 'wrap']).default('fixed'),
  /** With `shrink`: never smaller than this, even when the text then overflows. px */
  minSize: z.number().min(1).max(10_000).default(8),
  uppercase: z.boolean().default(false),
  /** Decides line breaking and glyph variants. */
  language: z.enum(['en', 'zh']).default('en'),
})

export type TextLayer = z.output<typeof schema>
export const textKind: LayerKind<'text', typeof schema> = { type: 'text', title: 'Text', schema, migrations: [] }
