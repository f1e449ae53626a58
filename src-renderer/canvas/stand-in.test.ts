import { expect, test } from 'vitest'
import { parseDocument } from '#shared/document/document.ts'
import { MEASURED_AT, type TextMeasurer } from '#shared/scene/layout.ts'
import { nodeOf, sceneContext } from '#shared/scene/scene.ts'
import { standIn } from './stand-in.ts'

const measure: TextMeasurer = (text) => ({ width: text.length * 0.5 * MEASURED_AT, left: 0, right: 0 })

function nodeFor(text: object, value = 'day') {
  const { layers, ...rest } = parseDocument({
    format: 1,
    artboards: [{ type: 'artboard', id: 'b', width: 300, height: 200 }],
    layers: [
      {
        type: 'text',
        id: 't',
        parent: 'b',
        order: 0,
        x: 9,
        y: 8,
        width: 70,
        height: 60,
        size: 20,
        opacity: 0.5,
        ...text,
      },
    ],
    variables: [{ type: 'variable', id: 'what', value }],
  } as never)
  const context = sceneContext({ layers, ...rest }, measure)
  context.instead = (layer) => standIn(layer, context)
  return nodeOf(layers[0]!, context)
}

test('a text in a font that is not here is set in Inter', () => {
  const node = nodeFor({ text: 'Peel', family: 'Comic Sans' })
  expect(node).toMatchObject({ kind: 'text', id: 't', x: 9, opacity: 0.5 })
  expect(node.kind === 'text' && node.layout.lines[0]?.runs[0]?.face.family).toBe('Inter')
})

test('what cannot be drawn at all is a box in its place', () => {
  // A value may be longer than a text that is drawn.
  for (const family of ['Inter', 'Comic Sans'])
    expect(nodeFor({ text: '{{what}}'.repeat(30), family }, 'a'.repeat(1000))).toMatchObject({
      kind: 'shape',
      id: 't',
      ...{ x: 9, y: 8, width: 70, height: 60, opacity: 0.5 },
    })
})
