import { z } from 'zod'
import { dielineKind } from './dieline.ts'
import { groupKind } from './group.ts'
import { imageKind } from './image.ts'
import { shapeKind } from './shape.ts'
import { textKind } from './text.ts'

/** Every kind of layer there is: a new kind is one file and one line in each list. */
export const LAYER_KINDS = [imageKind, textKind, shapeKind, groupKind, dielineKind] as const

export const layerSchema = z.discriminatedUnion('type', [
  imageKind.schema,
  textKind.schema,
  shapeKind.schema,
  groupKind.schema,
  dielineKind.schema,
])

export type Layer = z.output<typeof layerSchema>
export type LayerType = Layer['type']
