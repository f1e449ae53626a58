import type { Layer } from '#shared/document/layers/kinds.ts'
import { say } from '../app/language.svelte.ts'
import { words } from './words.ts'

/** "Headline, text “Peel the day”, 900 × 320 at 100, 120, hidden" */
export function described(layer: Layer): string {
  const kind = say(layer.type === 'shape' && layer.shape.kind !== 'rays' ? words[layer.shape.kind] : words[layer.type])
  const said = layer.type === 'text' ? ` “${layer.text.slice(0, 80)}”` : ''
  const [x, y, width, height] = [layer.x, layer.y, layer.width, layer.height].map((px) => Math.round(px))
  return [
    layer.name || kind,
    `${kind}${said}`,
    say(words.sizeAndPlace, { width: width!, height: height!, x: x!, y: y! }),
    ...(layer.rotation === 0 ? [] : [`${Math.round(layer.rotation)}°`]),
    ...(layer.hidden ? [say(words.hidden)] : []),
    ...(layer.locked ? [say(words.locked)] : []),
  ].join(', ')
}
