import type { Edit } from '#shared/document/store.ts'
import type { DocumentTree } from './document-tree.ts'

/** Who lies over whom: order numbers between siblings. */

export interface Stacked {
  id: string
  order: number
}

export type Arrangement = 'front' | 'forward' | 'backward' | 'back'

/** Nearer than this, halving the gap soon runs out of digits: then all siblings are numbered anew. */
const CLOSEST = 1e-6

/**
 * The numbers that put siblings in this sequence, bottom first, when only `moved` ones have left their place: nobody
 * else's number changes unless there is no room left.
 */
export function ordersOf(sequence: readonly Stacked[], moved: ReadonlySet<string>): Map<string, number> {
  const orders = new Map<string, number>()
  for (let at = 0; at < sequence.length; at++) {
    if (!moved.has(sequence[at]!.id)) continue
    let end = at
    while (end < sequence.length && moved.has(sequence[end]!.id)) end++
    const between = spread(sequence[at - 1]?.order, sequence[end]?.order, end - at)
    if (!between) return renumbered(sequence)
    for (const [index, order] of between.entries()) orders.set(sequence[at + index]!.id, order)
    at = end
  }
  return orders
}

function spread(below: number | undefined, above: number | undefined, count: number): number[] | undefined {
  if (below === undefined && above === undefined) return Array.from({ length: count }, (_, i) => i + 1)
  if (above === undefined) return Array.from({ length: count }, (_, i) => below! + i + 1)
  if (below === undefined) return Array.from({ length: count }, (_, i) => above - count + i)
  const step = (above - below) / (count + 1)
  return step < CLOSEST ? undefined : Array.from({ length: count }, (_, i) => below + step * (i + 1))
}

const renumbered = (sequence: readonly Stacked[]): Map<string, number> =>
  new Map(sequence.map(({ id }, at) => [id, at + 1]))

/** Siblings, bottom first, after the picked ones went up or down. Picked ones never pass each other. */
export function arranged<T extends Stacked>(
  siblings: readonly T[],
  picked: ReadonlySet<string>,
  how: Arrangement,
): T[] {
  const isPicked = ({ id }: T) => picked.has(id)
  const others = siblings.filter((layer) => !isPicked(layer))
  if (how === 'front') return [...others, ...siblings.filter(isPicked)]
  if (how === 'back') return [...siblings.filter(isPicked), ...others]
  return how === 'forward' ? stepped(siblings.toReversed(), isPicked).reverse() : stepped([...siblings], isPicked)
}

/** Every picked one changes places with the one before it. */
function stepped<T>(list: T[], isPicked: (item: T) => boolean): T[] {
  for (let at = 1; at < list.length; at++) {
    const [before, here] = [list[at - 1]!, list[at]!]
    if (isPicked(here) && !isPicked(before)) list.splice(at - 1, 2, here, before)
  }
  return list
}

/** Each layer among its own siblings. */
export function arrange(tree: DocumentTree, edit: Edit, ids: readonly string[], how: Arrangement): void {
  const picked = new Set(ids)
  const parents = new Set(ids.flatMap((id) => tree.layer(id)?.parent ?? []))
  for (const parent of parents) {
    const sequence = arranged(tree.children(parent), picked, how)
    for (const [id, order] of ordersOf(sequence, picked)) edit.update(id, { order })
  }
}
