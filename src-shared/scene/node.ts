import type { Fill } from '../document/fill.ts'
import type { DielineLayer } from '../document/layers/dieline.ts'
import type { ImageLayer } from '../document/layers/image.ts'
import type { BlendMode, Mask } from '../document/layers/layer.ts'
import type { ShapeLayer } from '../document/layers/shape.ts'
import type { TextLayout } from './layout.ts'

/** What is to be drawn, as plain data: every text laid out, every hidden layer left out, bottom first. */

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

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
  mask: Mask | undefined
}

export type LeafNode =
  | (Common & { kind: 'image'; layer: ImageLayer })
  | (Common & {
      kind: 'text'
      layout: TextLayout
      fill: Fill
      /** The text is too long for its box: whoever shows it must tell. */
      overflows: boolean
    })
  | (Common & { kind: 'shape'; layer: ShapeLayer })
  | (Common & { kind: 'dieline'; layer: DielineLayer })

export type GroupNode = Common & {
  kind: 'group'
  /** Corner radius of the box that cuts the children; undefined cuts nothing. */
  clip: number | undefined
  /** Drawn on its own surface first, so that opacity, blend and mask apply to the whole. */
  isolated: boolean
  children: SceneNode[]
}

export type SceneNode = LeafNode | GroupNode

export interface Scene {
  /** The part of the artboard's plane that is drawn, px: the artboard, or more with its bleed, or a selection. */
  x: number
  y: number
  width: number
  height: number
  background: string | null
  /** Of a selection: the boxes of its layers. The scene is larger, for all ink that could hang out of them. */
  boxes?: Rect
  nodes: SceneNode[]
}
