import { type Artboard, type Document, requireArtboard } from '../document/document.ts'
import type { Layer } from '../document/layers/kinds.ts'
import type { TextLayer } from '../document/layers/text.ts'
import { boxOf, type Rect, turned } from './extent.ts'
import type { TextMeasurer } from './layout.ts'
import type { SceneNode } from './node.ts'
import { makeScene } from './scene.ts'

/** Texts that did not fit, told by whoever draws them: a batch writes them into its report, the studio into the panel. */

export interface Overflow {
  /** Id of the layer. */
  layer: string
  name: string
  /** `shrunk`: set smaller until it fitted; `over`: it hangs out of its box, or its box grew out of the artboard. */
  how: 'shrunk' | 'over'
  /** px that hang out; when it shrank, px of the em that it lost. */
  by: number
}

/** Of an artboard's texts, with the values that the document has (variables.ts: withValues), bottom first. */
export function overflowsOf(document: Document, artboard: string, measure: TextMeasurer): Overflow[] {
  const layers = new Map(document.layers.map((layer) => [layer.id, layer]))
  const { nodes } = makeScene(document, artboard, measure)
  return overflowsIn(nodes, (id) => layers.get(id), requireArtboard(document, artboard))
}

/** The same for nodes that are made already; `layerOf` finds the layer that a node was made from. */
export function overflowsIn(
  nodes: readonly SceneNode[],
  layerOf: (id: string) => Layer | undefined,
  board: Artboard,
): Overflow[] {
  const found: Overflow[] = []
  const visit = (node: SceneNode, seen: (rect: Rect) => Rect) => {
    if (node.kind === 'group') for (const child of node.children) visit(child, (rect) => seen(turned(rect, node)))
    const layer = layerOf(node.id)
    if (node.kind !== 'text' || layer?.type !== 'text') return
    const { layout } = node
    const beyond = layer.fit === 'wrap' ? grownBeyond(node, layer, board, seen) : 0
    const common = { layer: layer.id, name: layer.name || layer.id }
    if (layout.overflows || beyond > 0.5) found.push({ ...common, how: 'over', by: Math.max(layout.over, beyond) })
    else if (layout.size < layer.size) found.push({ ...common, how: 'shrunk', by: layer.size - layout.size })
  }
  for (const node of nodes) visit(node, (rect) => rect)
  return found
}

/** px that the grown box is farther outside the artboard than the layer's own. */
function grownBeyond(node: SceneNode, own: TextLayer, board: Artboard, seen: (rect: Rect) => Rect): number {
  return outside(seen(boxOf(node)), board) - outside(seen(turned(own, own)), board)
}

const outside = ({ x, y, width, height }: Rect, board: Artboard): number =>
  Math.max(0, -x, -y, x + width - board.width, y + height - board.height)
