import type { Artboard } from '#shared/document/document.ts'
import type { Layer, LayerType } from '#shared/document/layers/kinds.ts'
import { holesOf } from '#shared/document/variables.ts'
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

/** "{{headline}}" for a text with that hole. */
export const hintOf = (layer: Layer): string => (layer.type === 'text' ? holesOf(layer.text).map(hole).join(' ') : '')

export const kindName = (type: LayerType): string => say(words[type])
