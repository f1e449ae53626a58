import { z } from 'zod'
import { type LayerKind, layerBase } from './layer.ts'

/** Layers that move, fade and blend as one. */
const schema = z.strictObject({
  ...layerBase,
  type: z.literal('group'),
  /** Cut what lies outside the box. */
  clip: z.boolean().default(false),
  /** Of the cut, px. */
  cornerRadius: z.number().min(0).max(50_000).default(0),
})

export type GroupLayer = z.output<typeof schema>
export const groupKind: LayerKind<'group', typeof schema> = { type: 'group', title: 'Group', schema, migrations: [] }
