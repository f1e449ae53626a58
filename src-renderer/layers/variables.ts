import { type Document, MOST, recordsIn } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { variableNameSchema } from '#shared/document/layers/layer.ts'
import { type Binding, bindingsOf } from '#shared/document/resolve.ts'
import type { Edit } from '#shared/document/store.ts'
import type { ColumnKind } from '#shared/document/table.ts'
import { renameHoles } from '#shared/document/variables.ts'

/** Variables of a document and the layers that hang on them. */
export interface VariableUse {
  name: string
  /** Undefined: a layer hangs on it, but the document has no such variable. */
  value: string | undefined
  /** What its value is read as. */
  kind: ColumnKind
  /** Ids, each once. */
  layers: string[]
}

/** The document's variables in their order, then those that only layers name. */
export function variableUses(document: Document): VariableUse[] {
  const uses = new Map<string, { value: string | undefined; as: Set<Binding>; layers: Set<string> }>()
  const use = (name: string, value?: string) => {
    const known = uses.get(name) ?? { value, as: new Set(), layers: new Set() }
    uses.set(name, known)
    return known
  }
  for (const { id, value } of document.variables) use(id, value)
  for (const layer of document.layers)
    for (const { variable, as } of bindingsOf(layer)) {
      const { layers, as: all } = use(variable)
      layers.add(layer.id)
      all.add(as)
    }
  const columns = new Map(document.columns.map(({ name, kind }) => [name, kind]))
  return [...uses].map(([name, { value, as, layers }]) => {
    return { name, value, kind: kindOf(as) ?? columns.get(name) ?? 'text', layers: [...layers] }
  })
}

/** Of a variable that is used in several ways, the one that asks most of its value. */
function kindOf(as: ReadonlySet<Binding>): ColumnKind | undefined {
  if (as.has('picture')) return 'picture'
  if (as.has('fill') || as.has('stroke')) return 'colour'
  if (as.has('text')) return 'text'
  return as.has('visibility') ? 'flag' : undefined
}

export type NameProblem = 'letters' | 'taken' | 'full'

/** Why a variable cannot be called so. A name is an id: no other record of the document may have it. */
export function problemOf(document: Document, name: string): NameProblem | undefined {
  if (!variableNameSchema.safeParse(name).success) return 'letters'
  if (recordsIn(document).some(({ id }) => id === name)) return 'taken'
  return document.variables.length >= MOST.variables ? 'full' : undefined
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

/** In the list, in every layer that hangs on it, and the column that fills it. */
export function renameVariable(document: Document, edit: Edit, from: string, to: string): void {
  const variable = document.variables.find(({ id }) => id === from)
  if (variable) {
    edit.remove(from)
    addVariable(edit, to, variable.value)
  }
  for (const layer of document.layers) {
    for (const { variable, as } of bindingsOf(layer)) {
      if (variable !== from) continue
      const now = edit.get(layer.id) as Layer
      edit.update(layer.id, as === 'text' ? { text: renamedText(now, from, to) } : bound(now, as, to))
    }
  }
  const column = document.columns.find(({ name }) => name === from)
  if (column && !document.columns.some(({ name }) => name === to)) edit.update(column.id, { name: to })
}

const renamedText = (layer: Layer, from: string, to: string) =>
  layer.type === 'text' ? renameHoles(layer.text, from, to) : undefined

/** What can hang on a variable as a whole; a text has holes instead. */
export type Bindable = Exclude<Binding, 'text'>

/** The variable that a layer's picture, colour or visibility hangs on. */
export const variableOf = (layer: Layer, as: Bindable): string | undefined =>
  bindingsOf(layer).find((binding) => binding.as === as)?.variable

/** What the layer shows without a variable, as a value. */
export function ownValue(layer: Layer, as: Bindable): string {
  if (as === 'picture') return layer.type === 'image' ? layer.asset : ''
  if (as === 'visibility') return layer.hidden ? 'no' : 'yes'
  if (as === 'stroke') return (layer.type === 'shape' && layer.stroke?.colour) || ''
  return (layer.type === 'text' || layer.type === 'shape') && layer.fill.kind === 'solid' ? layer.fill.colour : ''
}

/** The fields that hang a layer on a variable, or on none. */
function bound(layer: Layer, as: Bindable, variable: string | undefined): Readonly<Record<string, unknown>> {
  const named = variable === undefined ? {} : { variable }
  if (as === 'picture') return { variable }
  if (as === 'visibility') return { visibleIf: variable }
  if (as === 'stroke') {
    if (layer.type !== 'shape' || !layer.stroke) return {}
    const { variable: _, ...stroke } = layer.stroke
    return { stroke: { ...stroke, ...named } }
  }
  if ((layer.type !== 'text' && layer.type !== 'shape') || layer.fill.kind !== 'solid') return {}
  const { variable: _, ...fill } = layer.fill
  return { fill: { ...fill, ...named } }
}

/** Hangs layers on a variable. One that the document does not have yet begins with what the first layer shows. */
export function bind(
  document: Document,
  edit: Edit,
  layers: readonly Layer[],
  as: Bindable,
  variable: string | undefined,
): void {
  if (variable !== undefined && layers[0] && problemOf(document, variable) === undefined)
    addVariable(edit, variable, ownValue(layers[0], as))
  for (const layer of layers) edit.update(layer.id, bound(layer, as, variable))
}

/** Every name that a layer can hang on: variables, and columns of the table. */
export const namesToBind = ({ variables, columns }: Document): string[] => [
  ...new Set([...variables.map(({ id }) => id), ...columns.map(({ name }) => name)]),
]

export const hole = (name: string): string => `{{${name}}}`
