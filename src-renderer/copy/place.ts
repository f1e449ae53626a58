import type { Board, Line, Run } from '#shared/copy/board.ts'
import type { Document } from '#shared/document/document.ts'
import type { TextLayer } from '#shared/document/layers/text.ts'
import type { DocumentStore, Edit } from '#shared/document/store.ts'
import { holesOf } from '#shared/document/variables.ts'
import { newId, topOrder } from '../canvas/copies.ts'
import { styleFor } from '../canvas/text-style.ts'
import { hole } from '../layers/variables.ts'

/** A line of copy on the document: in a text that is there, or as a new one. */

export type Spot = { kind: 'fill'; layer: string } | { kind: 'new'; artboard: string }

export type Said = Pick<Line, 'text'> & Pick<Run, 'language'>

/** Texts that a line can be tried in, those on the current artboard first. */
export function textsOf(store: DocumentStore, artboard: string | undefined): TextLayer[] {
  const texts = store.document.layers.filter((layer) => layer.type === 'text')
  const isHere = ({ id }: TextLayer) => (store.artboardOf(id)?.id === artboard ? 0 : 1)
  return texts.filter(({ hidden }) => !hidden).sort((a, b) => isHere(a) - isHere(b))
}

/** The selected text, else the one that is called so, else the largest of the artboard. */
export function likelyText(
  texts: readonly TextLayer[],
  selected: readonly string[],
  store: DocumentStore,
): TextLayer | undefined {
  const here = texts.filter(({ id }) => store.artboardOf(id)?.id === store.artboardOf(texts[0]!.id)?.id)
  return (
    texts.find(({ id }) => selected.includes(id)) ??
    here.find(({ name, text }) => /headline|title|标题/iu.test(`${name} ${holesOf(text).join(' ')}`)) ??
    here.toSorted((a, b) => b.size - a.size)[0]
  )
}

/** Sets the line there. A text that is nothing but a variable stays one: its value changes. Gives the layer's id. */
export function place(store: DocumentStore, edit: Edit, spot: Spot, said: Said, name: string): string {
  if (spot.kind === 'new') return addText(store, edit, spot.artboard, said, name)
  const layer = store.layer(spot.layer) as TextLayer
  const variable = variableOf(layer, store.document)
  if (variable === undefined) edit.update(layer.id, { text: said.text, language: said.language })
  else {
    edit.update(variable, { value: said.text })
    edit.update(layer.id, { language: said.language })
  }
  return layer.id
}

/** The text becomes `{{name}}`, and the line its value: from then on a table or a batch fills it. */
export function bind(store: DocumentStore, edit: Edit, layer: string, said: Said, name: string): void {
  if (store.get(name)?.type === 'variable') edit.update(name, { value: said.text })
  else edit.add({ type: 'variable', id: name, value: said.text })
  edit.update(layer, { text: hole(name), language: said.language })
}

/** What a text is bound to already, else a name for what it is. */
export function variableFor(store: DocumentStore, layer: TextLayer | undefined, board: Board, run: Run): string {
  const bound = layer && holesOf(layer.text)[0]
  if (bound !== undefined) return bound
  const word = { tagline: 'tagline', 'call-to-action': 'action' }[run.channel] ?? shortName(run.channel)
  const wish = board.form.languages.length > 1 && run.language === 'zh' ? `${word}-zh` : word
  const other = store.get(wish)
  return other === undefined || other.type === 'variable' ? wish : `${wish}-text`
}

const shortName = (channel: string): string =>
  /headline|title/.test(channel) ? 'headline' : /description|primary|blurb/.test(channel) ? 'body' : channel

/** The variable that is the whole of a text, when the document has it. */
function variableOf({ text }: TextLayer, { variables }: Document): string | undefined {
  const [name, ...others] = holesOf(text)
  if (name === undefined || others.length > 0 || text.replace(/\{\{[^}]*\}\}/u, '').trim() !== '') return undefined
  return variables.some(({ id }) => id === name) ? name : undefined
}

/** In the upper part of the artboard, as wide as its margins leave, in the style of the texts that are there. */
function addText(store: DocumentStore, edit: Edit, artboard: string, { text, language }: Said, name: string): string {
  const board = store.artboard(artboard)!
  const id = newId()
  const margin = Math.round(Math.min(board.width, board.height) * 0.08)
  edit.add({
    ...{ type: 'text', id, name, parent: artboard, order: topOrder(store, artboard) + 1 },
    ...{ x: margin, y: margin, width: board.width - 2 * margin, height: Math.round(board.height * 0.24) },
    ...styleFor(store, artboard),
    ...{ text, language, fit: 'shrink' },
  })
  return id
}
