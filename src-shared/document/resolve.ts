import { childrenByParent, type Document } from './document.ts'
import type { Fill, Stroke } from './fill.ts'
import type { Layer } from './layers/kinds.ts'
import { holesOf, saysYes, valuesOf } from './variables.ts'

/** What variables make of layers: the canvas, an export and a batch ask here and nowhere else. */

type Values = ReadonlyMap<string, string>

const SHA256 = /^[0-9a-f]{64}$/

/** The sha256 that a value names, or undefined: a path, an address, nothing. */
export function pictureOf(value: string | undefined): string | undefined {
  const sha256 = value?.trim().toLowerCase()
  return sha256 !== undefined && SHA256.test(sha256) ? sha256 : undefined
}

const LONG = /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/
const SHORT = /^#[0-9a-f]{3,4}$/

/** The colour that a value names, as a document writes it: #rgb and #rgba are widened. Undefined for anything else. */
export function colourOf(value: string | undefined): string | undefined {
  const colour = value?.trim().toLowerCase() ?? ''
  if (LONG.test(colour)) return colour
  return SHORT.test(colour) ? `#${[...colour.slice(1)].map((digit) => digit + digit).join('')}` : undefined
}

/**
 * A layer as these values make it: its picture, its colours, and hidden when its variable says no. The same object when
 * they make nothing of it. Holes in texts stay: whoever sets the text fills them.
 */
export function resolveLayer<T extends Layer>(layer: T, values: Values): T
export function resolveLayer(layer: Layer, values: Values): Layer {
  const hidden = layer.hidden || isHiddenBy(layer, values)
  const seen = hidden === layer.hidden ? layer : { ...layer, hidden }
  switch (seen.type) {
    case 'image': {
      const asset = (seen.variable === undefined ? undefined : pictureOf(values.get(seen.variable))) ?? seen.asset
      return asset === seen.asset ? seen : { ...seen, asset }
    }
    case 'text': {
      const fill = resolveFill(seen.fill, values)
      return fill === seen.fill ? seen : { ...seen, fill }
    }
    case 'shape': {
      const fill = resolveFill(seen.fill, values)
      const stroke = seen.stroke && coloured(seen.stroke, values)
      return fill === seen.fill && stroke === seen.stroke ? seen : { ...seen, fill, ...(stroke ? { stroke } : {}) }
    }
    default:
      return seen
  }
}

/** The variable that a layer's visibility hangs on says no, or does not exist. */
export const isHiddenBy = ({ visibleIf }: Layer, values: Values): boolean =>
  visibleIf !== undefined && !saysYes(values.get(visibleIf))

const resolveFill = (fill: Fill, values: Values): Fill => (fill.kind === 'solid' ? coloured(fill, values) : fill)

function coloured<T extends Stroke | Extract<Fill, { kind: 'solid' }>>(paint: T, values: Values): T {
  const colour = paint.variable === undefined ? undefined : colourOf(values.get(paint.variable))
  return colour === undefined || colour === paint.colour ? paint : { ...paint, colour }
}

/** Every layer as the document's own values make it. */
export function resolve(document: Document, values: Values = valuesOf(document)): Document {
  return { ...document, layers: document.layers.map((layer) => resolveLayer(layer, values)) }
}

/** How a layer uses a variable. */
export type Binding = 'text' | 'picture' | 'fill' | 'stroke' | 'visibility'

export interface BoundTo {
  variable: string
  as: Binding
}

/** What of a layer hangs on which variables. */
export function bindingsOf(layer: Layer): BoundTo[] {
  const bound: BoundTo[] = []
  const add = (variable: string | undefined, as: Binding) => variable !== undefined && bound.push({ variable, as })
  if (layer.type === 'text') for (const name of holesOf(layer.text)) add(name, 'text')
  if (layer.type === 'image') add(layer.variable, 'picture')
  if ((layer.type === 'text' || layer.type === 'shape') && layer.fill.kind === 'solid') add(layer.fill.variable, 'fill')
  if (layer.type === 'shape') add(layer.stroke?.variable, 'stroke')
  add(layer.visibleIf, 'visibility')
  return bound
}

/**
 * A document with nothing in it but what one artboard shows: a file that carries it tells no more than it shows. Other
 * artboards, layers that are not seen, variables that nothing uses, the table and the plans stay at home.
 */
export function onlyArtboard(document: Document, artboard: string): Document {
  const values = valuesOf(document)
  const children = childrenByParent(document)
  const under = (parent: string): Layer[] =>
    (children.get(parent) ?? []).flatMap((layer) => {
      if (layer.hidden || isHiddenBy(layer, values)) return []
      return [layer, ...(layer.type === 'group' ? under(layer.id) : [])]
    })
  const layers = under(artboard)
  const used = new Set(layers.flatMap((layer) => bindingsOf(layer).map(({ variable }) => variable)))
  return {
    ...document,
    artboards: document.artboards.filter(({ id }) => id === artboard),
    layers,
    variables: document.variables.filter(({ id }) => used.has(id)),
    columns: [],
    rows: [],
    plans: [],
  }
}

/** The document as these values show it, without the table that they come from: what an export is made of. */
export function asShown(document: Document, values: Values): Document {
  const used = new Set(document.layers.flatMap((layer) => bindingsOf(layer).map(({ variable }) => variable)))
  const variables = [...values]
    .filter(([id]) => used.has(id))
    .map(([id, value]) => ({ type: 'variable' as const, id, value }))
  return { ...document, variables, columns: [], rows: [], plans: [] }
}

/** sha256 of every picture and mask that an artboard shows, with its values; all artboards when none is named. */
export function assetsOf(document: Document, artboard?: string): string[] {
  const values = valuesOf(document)
  const assets = new Set<string>()
  const children = childrenByParent(document)
  const visit = (parent: string) => {
    for (const own of children.get(parent) ?? []) {
      const layer = resolveLayer(own, values)
      if (layer.hidden) continue
      if (layer.mask) assets.add(layer.mask.asset)
      if (layer.type === 'image') assets.add(layer.asset)
      if (layer.type === 'group') visit(layer.id)
    }
  }
  for (const { id } of document.artboards) if (artboard === undefined || artboard === id) visit(id)
  return [...assets].sort()
}

/**
 * sha256 of every picture that the document may ever show: of hidden layers and the ones that a variable stands in for,
 * of values, of the table's picture columns and of its plans. What a project keeps.
 */
export function everyAssetOf(document: Document): string[] {
  const assets = new Set<string>()
  const add = (value: string | undefined) => {
    const sha256 = pictureOf(value)
    if (sha256 !== undefined) assets.add(sha256)
  }
  const shown = new Set<string>()
  for (const layer of document.layers) {
    add(layer.mask?.asset)
    if (layer.type !== 'image') continue
    add(layer.asset)
    if (layer.variable !== undefined) shown.add(layer.variable)
  }
  for (const { id, value } of document.variables) if (shown.has(id)) add(value)
  const columns = document.columns.filter(({ kind, name }) => kind === 'picture' || shown.has(name))
  for (const { cells } of document.rows) for (const { id } of columns) add(cells[id])
  for (const { spec } of document.plans)
    for (const alternative of spec.pictures)
      for (const picture of Object.values(alternative)) {
        if (typeof picture === 'string') add(picture)
        else for (const input of picture.inputs ?? []) add(input)
      }
  return [...assets].sort()
}

/** Layers whose looks hang on any of these variables. */
export const hangingOn = (document: Document, names: ReadonlySet<string>): Layer[] =>
  document.layers.filter((layer) => bindingsOf(layer).some(({ variable }) => names.has(variable)))
