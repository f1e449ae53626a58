import { z } from 'zod'
import { groupKind } from './group.ts'
import { imageKind } from './image.ts'
import { shapeKind } from './shape.ts'
import { textKind } from './text.ts'

/** Every kind of layer there is: a new kind (dieline is next) is one file and one line here. */
export const LAYER_KINDS = [imageKind, textKind, shapeKind, groupKind] as const

export const layerSchema = z.discriminatedUnion('type', [
  imageKind.schema,
  textKind.schema,
  shapeKind.schema,
  groupKind.schema,
])

export type Layer = z.output<typeof layerSchema>
export type LayerType = Layer['type']
