import type { Layer } from '#shared/document/layers/kinds.ts'
import { isHiddenBy } from '#shared/document/resolve.ts'
import { centreOf, isIn, type Point, turn } from './geometry.ts'
import type { Tree } from './held.ts'

/** From the layer on the artboard down to the one that was hit. */
export type Path = readonly Layer[]

/**
 * What lies under a point of an artboard (its px), the top-most first. Hidden and locked layers are not hit, nor those that `values` hide. A dieline
 * covers everything it is drawn over: it is hit last.
 */
export function hitsAt(
  store: Tree,
  artboard: string,
  point: Point,
  reach = 0,
  values?: ReadonlyMap<string, string>,
): Path[] {
  const isOut = (layer: Layer) => layer.hidden || layer.locked || (values !== undefined && isHiddenBy(layer, values))
  const hits = [...under(store, artboard, point, reach, [], isOut)]
  const technical = (path: Path) => path.at(-1)!.type === 'dieline'
  return [...hits.filter((path) => !technical(path)), ...hits.filter(technical)]
}

function* under(
  store: Tree,
  parent: string,
  point: Point,
  reach: number,
  above: Path,
  isOut: (layer: Layer) => boolean,
): Generator<Path> {
  for (const layer of store.children(parent).toReversed()) {
    if (isOut(layer)) continue
    const path = [...above, layer]
    if (layer.type !== 'group') {
      if (isIn(layer, point, reachOf(layer, reach))) yield path
    } else if (!layer.clip || isIn(layer, point)) {
      yield* under(store, layer.id, turn(point, -layer.rotation, centreOf(layer)), reach, path, isOut)
    }
  }
}

/** A line is as thin as its box: it can be hit from beside it. */
const reachOf = ({ width, height }: Layer, reach: number): number =>
  width < 2 * reach || height < 2 * reach ? reach : 0

/** What a click on a path selects: a group as a whole, or a child of the group that was entered. */
export function chosen(path: Path, entered: string | undefined): Layer {
  const inside = path.findIndex(({ id }) => id === entered)
  return path[inside + 1] ?? path.at(-1)!
}
