import { type Document, MOST } from '#shared/document/document.ts'
import type { TextLayer } from '#shared/document/layers/text.ts'
import type { Edit } from '#shared/document/store.ts'
import { holesOf } from '#shared/document/variables.ts'

/** Variables of a document and the texts that use them. */
export interface VariableUse {
  name: string
  /** Undefined: a text has the hole, but the document has no such variable. */
  value: string | undefined
  /** Ids of text layers. */
  layers: string[]
}

/** The document's variables in their order, then holes that nothing fills yet. */
export function variableUses({ variables, layers }: Document): VariableUse[] {
  const uses = new Map<string, VariableUse>()
  for (const { id, value } of variables) uses.set(id, { name: id, value, layers: [] })
  for (const layer of layers) {
    if (layer.type !== 'text') continue
    for (const name of holesOf(layer.text)) {
      if (!uses.has(name)) uses.set(name, { name, value: undefined, layers: [] })
      uses.get(name)!.layers.push(layer.id)
    }
  }
  return [...uses.values()]
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

export type NameProblem = 'letters' | 'taken' | 'full'

/** Why a variable cannot be called so. A name is an id: no other record of the document may have it. */
export function problemOf(document: Document, name: string): NameProblem | undefined {
  if (!NAME.test(name)) return 'letters'
  const { artboards, layers, variables } = document
  if ([...artboards, ...layers, ...variables].some(({ id }) => id === name)) return 'taken'
  return variables.length >= MOST.variables ? 'full' : undefined
}

/** `text`, `text-2`, … : the first that is free. */
export function freeName(document: Document, wish: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wish : `${wish}-${number}`
    if (problemOf(document, name) !== 'taken') return name
  }
}

export const addVariable = (edit: Edit, name: string, value = ''): unknown =>
  edit.add({ type: 'variable', id: name, value })

/** In the list and in every text. */
export function renameVariable(document: Document, edit: Edit, from: string, to: string): void {
  const value = document.variables.find(({ id }) => id === from)?.value ?? ''
  edit.remove(from)
  addVariable(edit, to, value)
  for (const layer of textsWith(document, from)) edit.update(layer.id, { text: renamed(layer.text, from, to) })
}

const textsWith = ({ layers }: Document, name: string): TextLayer[] =>
  layers.filter((layer) => layer.type === 'text').filter(({ text }) => holesOf(text).includes(name))

const renamed = (text: string, from: string, to: string): string =>
  text.replace(new RegExp(`\\{\\{\\s*${from}\\s*\\}\\}`, 'g'), hole(to))

export const hole = (name: string): string => `{{${name}}}`
