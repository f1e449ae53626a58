import type { Layer } from '#shared/document/layers/kinds.ts'
import type { Edit } from '#shared/document/store.ts'
import type { Point } from './geometry.ts'
import { hold, type Tree } from './held.ts'

/** Copies of layers with all they hold, under new ids. */
export interface Copy {
  /** Parents before their children. */
  layers: readonly Layer[]
  /** Ids of the outermost ones, bottom first. */
  roots: readonly string[]
}

export function copied(store: Tree, ids: readonly string[]): Copy {
  const roots = hold(store, ids)
    .map(({ layer }) => layer)
    .sort((a, b) => a.order - b.order)
  const below = (layer: Layer): Layer[] => [layer, ...store.children(layer.id).flatMap(below)]
  return { layers: roots.flatMap(below), roots: roots.map(({ id }) => id) }
}

export interface Destination {
  parent: string
  /** Added to every position, px. */
  by: Point
}

/** Without a destination each copy lies on its original. Gives the ids of the outermost copies. */
export function pasteInto(edit: Edit, store: Tree, copy: Copy, to: Destination | undefined): string[] {
  const ids = new Map(copy.layers.map(({ id }) => [id, newId()]))
  const roots = new Set(copy.roots)
  let above = to && topOrder(store, to.parent)
  return copy.layers.flatMap((layer) => {
    const id = ids.get(layer.id)!
    const isRoot = roots.has(layer.id)
    const parent = isRoot ? (to?.parent ?? layer.parent) : ids.get(layer.parent)!
    const order = !isRoot ? layer.order : above === undefined ? orderAbove(store, layer) : ++above
    edit.add({ ...layer, id, parent, order, x: layer.x + (to?.by.x ?? 0), y: layer.y + (to?.by.y ?? 0) })
    return isRoot ? [id] : []
  })
}

export const newId = (): string => crypto.randomUUID()

export const topOrder = (store: Tree, parent: string): number => store.children(parent).at(-1)?.order ?? 0

/** Between a layer and the next one above it. */
function orderAbove(store: Tree, { id, parent, order }: Layer): number {
  const siblings = store.children(parent)
  const next = siblings[siblings.findIndex((layer) => layer.id === id) + 1]
  return next ? (order + next.order) / 2 : order + 1
}
