import type { Fill } from '../document/fill.ts'
import type { ImageLayer } from '../document/layers/image.ts'
import type { BlendMode } from '../document/layers/layer.ts'
import type { ShapeLayer } from '../document/layers/shape.ts'
import type { TextLayout } from './layout.ts'

/** What is to be drawn, as plain data: every text laid out, every hidden layer left out, bottom first. */

interface Common {
  /** The layer's id. */
  id: string
  name: string
  /** px of the artboard, before rotation. */
  x: number
  y: number
  width: number
  height: number
  /** Degrees clockwise about the centre. */
  rotation: number
  opacity: number
  blend: BlendMode
}

export type SceneNode =
  | (Common & { kind: 'image'; layer: ImageLayer })
  | (Common & { kind: 'text'; layout: TextLayout; fill: Fill })
  | (Common & { kind: 'shape'; layer: ShapeLayer })
  | (Common & {
      kind: 'group'
      /** Corner radius of the box that cuts the children; undefined cuts nothing. */
      clip: number | undefined
      /** Drawn on its own surface first, so that opacity and blend apply to the whole. */
      isolated: boolean
      children: SceneNode[]
    })

export interface Scene {
  width: number
  height: number
  background: string | null
  nodes: SceneNode[]
}
