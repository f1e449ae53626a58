import type { TextLayer } from '#shared/document/layers/text.ts'
import { MAX_TEXT } from '#shared/document/layers/text.ts'
import { say } from '../app/language.svelte.ts'
import type { Easel } from './easel.svelte.ts'
import { lastingGesture } from './lasting.ts'
import { words } from './words.ts'

/** Writing a text in place: one step from the first letter to the last, whatever lies between. */

export function startTyping(easel: Easel, layer: TextLayer): void {
  if (easel.typing?.id === layer.id) return
  easel.typing = { id: layer.id, gesture: lastingGesture(easel.store, say(words.typeText)), isNew: false, grows: false }
}

export function typed(easel: Easel, text: string): void {
  const { typing, store } = easel
  const layer = typing && store.layer(typing.id)
  if (!typing || layer?.type !== 'text') return
  const next = { ...layer, text: text.slice(0, MAX_TEXT) }
  const box = typing.grows && next.text !== '' ? easel.stage.scenery.sizeOf(next) : undefined
  const fields = { text: next.text, ...(box ? grownFrom(layer, box) : {}) }
  typing.gesture.update((edit) => {
    edit.update(typing.id, fields)
  })
}

export function finishTyping(easel: Easel, id: string): void {
  const { typing, store } = easel
  if (typing?.id !== id) return
  easel.typing = undefined
  const layer = store.layer(id)
  if (layer?.type !== 'text') return
  if (layer.text.trim() !== '') {
    typing.gesture.commit()
    return
  }
  // Nothing was written: a new text never was, an old one goes.
  if (typing.isNew) {
    typing.gesture.cancel()
    return
  }
  typing.gesture.commit()
  store.edit(say(words.typeText), (edit) => edit.remove(id))
}

/** From the side that the text holds on to. */
function grownFrom(layer: TextLayer, { width, height }: { width: number; height: number }) {
  const share = { left: 0, center: 0.5, right: 1 }[layer.align]
  const [wide, high] = [Math.ceil(width) + 1, Math.ceil(height) + 1]
  return { width: wide, height: high, x: layer.x + (layer.width - wide) * share }
}
