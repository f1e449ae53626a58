import { childrenOf, type Document, requireArtboard } from '../document/document.ts'
import type { Layer } from '../document/layers/kinds.ts'
import type { TextLayer } from '../document/layers/text.ts'
import { fillHoles, valuesOf } from '../document/variables.ts'
import { StudioError } from '../errors.ts'
import { requireFont } from './fonts.ts'
import { layoutText, type TextMeasurer } from './layout.ts'
import type { Scene, SceneNode } from './node.ts'

/** What an artboard looks like: variables filled, texts laid out. Pure; `measure` is all it needs from outside. */
export function makeScene(document: Document, artboard: string, measure: TextMeasurer): Scene {
  const { width, height, background } = requireArtboard(document, artboard)
  const values = valuesOf(document)
  const nodes = (parent: string): SceneNode[] =>
    childrenOf(document, parent)
      .filter((layer) => !layer.hidden && layer.opacity > 0)
      .map((layer) => nodeOf(layer))

  const nodeOf = (layer: Layer): SceneNode => {
    const { id, name, x, y, width, height, rotation, opacity, blend } = layer
    const common = { id, name, x, y, width, height, rotation, opacity, blend }
    switch (layer.type) {
      case 'image':
        return { ...common, kind: 'image', layer }
      case 'shape':
        return { ...common, kind: 'shape', layer }
      case 'text': {
        requireFont(layer.family, `layers.${id}.family`)
        return {
          ...common,
          kind: 'text',
          layout: layoutText(textOf(layer, values), layer, layer, measure),
          fill: layer.fill,
        }
      }
      case 'group': {
        const clip = layer.clip ? layer.cornerRadius : undefined
        const isolated = opacity < 1 || blend !== 'normal'
        return { ...common, kind: 'group', clip, isolated, children: nodes(id) }
      }
    }
  }
  return { width, height, background, nodes: nodes(artboard) }
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
