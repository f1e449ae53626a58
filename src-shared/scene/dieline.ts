import type { DielineKind, DielineLayer } from '../document/layers/dieline.ts'
import type { Canvas2D } from './draw.ts'

/** Technical lines: one colour and dash per kind, the same in the panel's legend, on the canvas and in a proof. */
export const DIELINE_STYLES: Record<DielineKind, { colour: string; dash: number[] }> = {
  cut: { colour: '#e6003c', dash: [] },
  crease: { colour: '#0066ff', dash: [8, 4] },
  perforation: { colour: '#8a2be2', dash: [2, 3] },
  bleed: { colour: '#00a65a', dash: [] },
  glue: { colour: '#ff8c00', dash: [8, 3, 2, 3] },
}

/**
 * Points are stretched to the box, lines are not: `pixel` is one px of whoever looks, in the context's units.
 */
export function drawDieline(context: Canvas2D, layer: DielineLayer, pixel: number): void {
  const [left, top, width, height] = layer.viewBox
  const [sx, sy] = [layer.width / width, layer.height / height]
  context.lineWidth = layer.strokeWidth * pixel
  for (const path of layer.paths) {
    const { colour, dash } = DIELINE_STYLES[path.kind]
    context.strokeStyle = colour
    context.setLineDash(dash.map((length) => length * layer.strokeWidth * pixel))
    context.beginPath()
    for (const [command, ...numbers] of segmentsOf(path)) {
      const at = (i: number) => (i % 2 === 0 ? (numbers[i]! - left) * sx : (numbers[i]! - top) * sy)
      if (command === 'M') context.moveTo(at(0), at(1))
      else if (command === 'L') context.lineTo(at(0), at(1))
      else if (command === 'Q') context.quadraticCurveTo(at(0), at(1), at(2), at(3))
      else if (command === 'C') context.bezierCurveTo(at(0), at(1), at(2), at(3), at(4), at(5))
      else context.closePath()
    }
    context.stroke()
  }
}

export type Segment = [command: 'M' | 'L' | 'Q' | 'C' | 'Z', ...numbers: number[]]

const LENGTHS = { M: 2, L: 2, Q: 4, C: 6, Z: 0 } as const
const known = new WeakMap<object, Segment[]>()

/** Path data read once. As in SVG, it is drawn up to the first mistake. */
export function segmentsOf(path: { d: string }): Segment[] {
  const found = known.get(path)
  if (found) return found
  const segments: Segment[] = []
  for (const [, command, rest] of path.d.matchAll(/([MLQCZ])([^MLQCZ]*)/g)) {
    const numbers = (rest!.match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? []).map(Number)
    const length = LENGTHS[command as Segment[0]]
    if (numbers.length < length || !numbers.every(Number.isFinite)) break
    if (length === 0) segments.push(['Z'])
    // Further points of a move are lines.
    for (let i = 0; length > 0 && i + length <= numbers.length; i += length)
      segments.push([command === 'M' && i > 0 ? 'L' : (command as Segment[0]), ...numbers.slice(i, i + length)])
  }
  known.set(path, segments)
  return segments
}
