import { solid } from '#shared/document/fill.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { shapeKind } from '#shared/document/layers/shape.ts'
import type { TextLayer } from '#shared/document/layers/text.ts'
import { FONTS } from '#shared/scene/fonts.ts'
import type { SceneNode } from '#shared/scene/node.ts'
import { nodeOf, type SceneContext } from '#shared/scene/scene.ts'

/** What the canvas draws for layers that cannot be drawn as they are. An export refuses them, and says why. */

const families = new Set(FONTS.map(({ family }) => family))

export const hasItsFont = (layer: Layer): boolean => layer.type !== 'text' || families.has(layer.family)

/** A text that can be set: in its own font, or in Inter. */
export const settable = (layer: TextLayer): TextLayer => (hasItsFont(layer) ? layer : { ...layer, family: 'Inter' })

/** For a text in an unknown font the same text in Inter; for all else a box. */
export function standIn(layer: Layer, context: SceneContext): SceneNode {
  if (layer.type === 'text' && !hasItsFont(layer)) return nodeOf(settable(layer), context)
  return boxFor(layer, context)
}

export function boxFor(layer: Layer, context: SceneContext): SceneNode {
  const { id, name, parent, order, x, y, width, height, rotation, opacity } = layer
  const box = shapeKind.schema.parse({
    ...{ id, name, parent, order, x, y, width, height, rotation, opacity },
    type: 'shape',
    shape: { kind: 'rectangle' },
    fill: solid('#ff6b6b22'),
    stroke: { colour: '#ff6b6b', width: Math.max(1, Math.min(width, height) / 40) },
  })
  return nodeOf(box, context)
}
