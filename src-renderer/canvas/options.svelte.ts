import type { ShapeLayer } from '#shared/document/layers/shape.ts'

export type ShapeKind = 'rectangle' | 'ellipse' | 'line' | 'polygon' | 'star'
export const SHAPE_KINDS = ['rectangle', 'ellipse', 'line', 'polygon', 'star'] as const satisfies readonly ShapeKind[]

/** How the tools are set: they stay so from one use to the next, whichever project is open. */
class ToolOptions {
  shape = $state<ShapeKind>('rectangle')
  cornerRadius = $state(0)
  sides = $state(6)
  points = $state(5)
  colour = $state('#ff5c35')
  /** Of the brush; px of the document. */
  size = $state(120)
  hardness = $state(0.7)
  erase = $state(false)

  shapeProps(): ShapeLayer['shape'] {
    switch (this.shape) {
      case 'rectangle':
        return { kind: 'rectangle', cornerRadius: this.cornerRadius }
      case 'ellipse':
        return { kind: 'ellipse' }
      case 'line':
        return { kind: 'line', rising: false }
      case 'polygon':
        return { kind: 'polygon', sides: this.sides }
      case 'star':
        return { kind: 'star', points: this.points, innerRadius: 0.5 }
    }
  }

  /** `[` and `]`: a quarter smaller or larger. */
  resizeBrush(direction: 1 | -1): void {
    this.size = Math.round(Math.min(2000, Math.max(2, this.size * (direction === 1 ? 1.25 : 0.8))))
  }
}

export const options = new ToolOptions()
