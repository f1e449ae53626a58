import type { Artboard } from '#shared/document/document.ts'
import type { Layer, LayerType } from '#shared/document/layers/kinds.ts'
import { bindingsOf } from '#shared/document/resolve.ts'
import { say } from '../app/language.svelte.ts'
import { hole } from './variables.ts'
import { words } from './words.ts'

/** What a record is called in the panel: its name, what it says or was asked for, or at least what it is. */
export function nameOf(record: Artboard | Layer): string {
  return record.name || (record.type === 'artboard' ? '' : firstWords(record)) || say(words[record.type])
}

function firstWords(layer: Layer): string {
  if (layer.type === 'text') return layer.text.trim().split('\n')[0]!.slice(0, 80)
  if (layer.type === 'image' && layer.recipe && 'prompt' in layer.recipe) return layer.recipe.prompt.slice(0, 80)
  return layer.type === 'shape' ? say(words[layer.shape.kind]) : ''
}

/** "{{headline}}" for a layer that hangs on that variable. */
export const hintOf = (layer: Layer): string =>
  [...new Set(bindingsOf(layer).map(({ variable }) => hole(variable)))].join(' ')

export const kindName = (type: LayerType): string => say(words[type])
