import { type Artboard, childrenByParent, type Document, requireArtboard } from '../document/document.ts'
import type { Layer } from '../document/layers/kinds.ts'
import type { TextLayer } from '../document/layers/text.ts'
import { isHiddenBy, resolveLayer } from '../document/resolve.ts'
import { fillHoles, valuesOf } from '../document/variables.ts'
import { StudioError } from '../errors.ts'
import { boxOf, extentOf, type Rect, throughGroup, union } from './extent.ts'
import { requireFont } from './fonts.ts'
import { naturalSize, type TextLayout, type TextMeasurer } from './layout.ts'
import { rememberedLayout } from './layouts.ts'
import type { Scene, SceneNode } from './node.ts'

export interface SceneOptions {
  /** Only these layers, with what they hold, on nothing: the scene is as large as they are. */
  only?: readonly string[]
  /** Draw the artboard's bleed too. */
  bleed?: boolean
  /** Draw dielines: they are for whoever works on them and for proofs, not for print. */
  dielines?: boolean
}

/** What an artboard looks like: variables filled, texts laid out. Pure; `measure` is all it needs from outside. */
export function makeScene(
  document: Document,
  artboard: string,
  measure: TextMeasurer,
  options: SceneOptions = {},
): Scene {
  const board = requireArtboard(document, artboard)
  const context = sceneContext(document, measure, options)
  if (!options.only)
    return { ...areaOf(board, options), background: board.background, nodes: nodesIn(artboard, context) }
  const { nodes, extents, boxes } = picked(nodesIn(artboard, context), requireLayers(document, options.only))
  return { ...whole(extents), background: null, boxes: whole(boxes), nodes }
}

/** What a node is made from besides its layer. Make a new one when layers come, go or move, or a variable changes. */
export interface SceneContext {
  children: ReadonlyMap<string, readonly Layer[]>
  values: ReadonlyMap<string, string>
  measure: TextMeasurer
  dielines: boolean
  /** The node of a layer that cannot be drawn; left out, what went wrong is thrown. */
  instead?: (layer: Layer, thrown: unknown) => SceneNode
}

export const sceneContext = (
  document: Document,
  measure: TextMeasurer,
  { dielines = false }: SceneOptions = {},
): SceneContext => ({ children: childrenByParent(document), values: valuesOf(document), measure, dielines })

/** The nodes of an artboard's or group's children, bottom first; what is not seen has none. */
export function nodesIn(parent: string, context: SceneContext): SceneNode[] {
  const nodes: SceneNode[] = []
  for (const layer of context.children.get(parent) ?? []) if (isSeen(layer, context)) nodes.push(nodeOf(layer, context))
  return nodes
}

const isSeen = (layer: Layer, { values, dielines }: SceneContext): boolean =>
  !layer.hidden && layer.opacity > 0 && (dielines || layer.type !== 'dieline') && !isHiddenBy(layer, values)

/** One layer's node, a group's with all it holds. A text that was laid out before is not laid out again. */
export function nodeOf(layer: Layer, context: SceneContext): SceneNode {
  const make = () => ownNodeOf(resolveLayer(layer, context.values), context)
  if (!context.instead) return make()
  try {
    return make()
  } catch (thrown) {
    return context.instead(layer, thrown)
  }
}

function ownNodeOf(layer: Layer, context: SceneContext): SceneNode {
  const { id, name, x, y, width, height, rotation, opacity, blend, mask } = layer
  const common = { id, name, x, y, width, height, rotation, opacity, blend, mask }
  switch (layer.type) {
    case 'image':
      return { ...common, kind: 'image', layer }
    case 'shape':
      return { ...common, kind: 'shape', layer }
    case 'dieline':
      return { ...common, kind: 'dieline', layer }
    case 'text': {
      requireFont(layer.family, `layers.${id}.family`)
      const text = textOf(layer, context.values)
      const own = rememberedLayout(text, layer, layer, context.measure)
      const box = layer.fit === 'wrap' ? grownBox(layer, own) : undefined
      const layout = box ? rememberedLayout(text, layer, box, context.measure) : own
      return { ...common, ...box, kind: 'text', layout, fill: layer.fill, overflows: layout.overflows }
    }
    case 'group': {
      const clip = layer.clip ? layer.cornerRadius : undefined
      const isolated = opacity < 1 || blend !== 'normal' || mask !== undefined
      return { ...common, kind: 'group', clip, isolated, children: nodesIn(id, context) }
    }
  }
}

/** Away from the edge that the text is aligned to; turned boxes keep that edge where it is. Undefined: all of it fits. */
function grownBox(layer: TextLayer, { width, height }: TextLayout): Rect | undefined {
  const vertical = layer.direction === 'vertical'
  const more = vertical ? Math.max(0, width - layer.width) : Math.max(0, height - layer.height)
  if (more === 0) return undefined
  // From the middle of the box to where it goes.
  const away = vertical
    ? { left: 0.5, center: 0, right: -0.5 }[layer.align]
    : { top: 0.5, middle: 0, bottom: -0.5 }[layer.verticalAlign]
  const angle = (layer.rotation * Math.PI) / 180
  const [along, across] = vertical ? [Math.cos(angle), Math.sin(angle)] : [-Math.sin(angle), Math.cos(angle)]
  const size = vertical
    ? { width: layer.width + more, height: layer.height }
    : { width: layer.width, height: layer.height + more }
  return {
    x: layer.x + layer.width / 2 + along * away * more - size.width / 2,
    y: layer.y + layer.height / 2 + across * away * more - size.height / 2,
    ...size,
  }
}

/**
 * The natural size of a text layer's letters at its full size, px: give the box this size and it fits its text. Lines
 * wrap only at `room` px of their own length (the width of the box, of a vertical text its height).
 */
export function textExtent(
  layer: TextLayer,
  values: ReadonlyMap<string, string>,
  measure: TextMeasurer,
  room?: number,
): { width: number; height: number } {
  requireFont(layer.family, `layers.${layer.id}.family`)
  return naturalSize(textOf(layer, values), layer, measure, room)
}

/** Whole px, so that the artboard's pixels stay where they are. */
export const bleedOf = ({ bleedMm, dpi }: Artboard): number => Math.round((bleedMm / 25.4) * dpi)

function areaOf(board: Artboard, { bleed = false }: SceneOptions): Rect {
  const beyond = bleed ? bleedOf(board) : 0
  return { x: 0 - beyond, y: 0 - beyond, width: board.width + 2 * beyond, height: board.height + 2 * beyond }
}

interface Picked {
  nodes: SceneNode[]
  extents: Rect[]
  boxes: Rect[]
}

/** The chosen nodes and the groups that they are seen through; a chosen group keeps all it holds. */
function picked(nodes: SceneNode[], ids: ReadonlySet<string>): Picked {
  const kept: Picked = { nodes: [], extents: [], boxes: [] }
  for (const node of nodes) {
    if (ids.has(node.id)) {
      kept.nodes.push(node)
      kept.extents.push(extentOf(node))
      kept.boxes.push(boxOf(node))
    } else if (node.kind === 'group') {
      const inside = picked(node.children, ids)
      if (inside.nodes.length === 0) continue
      kept.nodes.push({ ...node, children: inside.nodes })
      kept.extents.push(throughGroup(node, inside.extents))
      kept.boxes.push(throughGroup(node, inside.boxes))
    }
  }
  return kept
}

function requireLayers(document: Document, ids: readonly string[]): ReadonlySet<string> {
  const known = new Set(document.layers.map(({ id }) => id))
  const missing = ids.find((id) => !known.has(id))
  if (missing === undefined) return new Set(ids)
  throw new StudioError({
    code: 'not-found',
    message: `the document has no layer "${missing}"`,
    where: { field: 'only' },
    remedy: 'Select the layers again.',
  })
}

/** All of them, in whole px. Nothing to see is one empty pixel. */
function whole(rects: Rect[]): Rect {
  if (rects.length === 0) return { x: 0, y: 0, width: 1, height: 1 }
  const { x, y, width, height } = union(rects)
  const [left, top] = [Math.floor(x + 1e-6), Math.floor(y + 1e-6)]
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.ceil(x + width - 1e-6) - left),
    height: Math.max(1, Math.ceil(y + height - 1e-6) - top),
  }
}

/** A filled text may be longer than a text layer may be written: variables come from tables. */
const MAX_FILLED = 20_000

/** What a text layer says: holes filled, capitals made. */
export function textOf(layer: TextLayer, values: ReadonlyMap<string, string>): string {
  const filled = fillHoles(layer.text, values)
  if (filled.length > MAX_FILLED) {
    throw new StudioError({
      code: 'invalid-input',
      message: `the text of layer "${layer.name || layer.id}" has ${filled.length} characters, at most ${MAX_FILLED} are drawn`,
      where: { field: `layers.${layer.id}.text` },
      remedy: 'Shorten the text or the variable in it.',
    })
  }
  return layer.uppercase ? filled.toLocaleUpperCase(layer.language) : filled
}
