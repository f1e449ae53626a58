import { adaptArtboard, type Size } from '#shared/document/adapt.ts'
import { type Artboard, childrenByParent, type Document } from '#shared/document/document.ts'
import type { Edit } from '#shared/document/store.ts'
import { ordersOf } from './arrange.ts'
import { copyInto, newId } from './copies.ts'
import type { DocumentTree } from './document-tree.ts'

export type ArtboardSize = Pick<Artboard, 'name' | 'width' | 'height' | 'dpi' | 'bleedMm' | 'safeMm'>

/** Between artboards on the pasteboard, of the wider one's width. */
const GAP = 0.12

/** A new artboard at the right end of the row, level with the first; gives its id. */
export function addArtboard(document: Document, edit: Edit, size: ArtboardSize): string {
  const id = newId()
  // A size of the list knows more than an artboard: its name in Chinese, where it stands.
  const { name, width, height, dpi, bleedMm, safeMm } = size
  const place = freePlace(document, width)
  edit.add({
    type: 'artboard',
    id,
    name,
    width,
    height,
    dpi,
    bleedMm,
    safeMm,
    ...place,
    order: lastOrder(document) + 1,
  })
  return id
}

/** A copy with all its layers, next in the list and at the right end of the row; gives its id. */
export function duplicateArtboard(tree: DocumentTree, edit: Edit, board: Artboard, name: string): string {
  const id = newId()
  const { document } = tree
  edit.add({ ...board, id, name, ...freePlace(document, board.width) })
  for (const layer of tree.children(board.id)) copyInto(tree, edit, layer, { parent: id })
  const at = document.artboards.findIndex((other) => other.id === board.id) + 1
  const sequence = document.artboards.toSpliced(at, 0, { ...board, id })
  for (const [moved, order] of ordersOf(sequence, new Set([id]))) edit.update(moved, { order })
  return id
}

/** A new artboard beside the others with the same layers, laid out for its size; gives its id. */
export function layOutArtboard(document: Document, edit: Edit, board: Artboard, size: Size): string {
  const id = newId()
  const adapted = adaptArtboard(document, board.id, size)
  edit.add({ ...adapted.artboards[0]!, id, ...freePlace(document, size.width) })
  const children = childrenByParent(adapted)
  const copyUnder = (from: string, to: string) => {
    for (const layer of children.get(from) ?? []) {
      const copy = newId()
      edit.add({ ...layer, id: copy, parent: to })
      copyUnder(layer.id, copy)
    }
  }
  copyUnder(board.id, id)
  const at = document.artboards.findIndex((other) => other.id === board.id) + 1
  const sequence = document.artboards.toSpliced(at, 0, { ...board, id })
  for (const [moved, order] of ordersOf(sequence, new Set([id]))) edit.update(moved, { order })
  return id
}

/** To another place in the list: just after `after`, or first. Where they lie on the pasteboard does not change. */
export function moveArtboards(
  document: Document,
  edit: Edit,
  ids: ReadonlySet<string>,
  after: string | undefined,
): void {
  const others = document.artboards.filter(({ id }) => !ids.has(id))
  const at = others.findIndex(({ id }) => id === after) + 1
  const sequence = others.toSpliced(at, 0, ...document.artboards.filter(({ id }) => ids.has(id)))
  for (const [id, order] of ordersOf(sequence, ids)) edit.update(id, { order })
}

const lastOrder = ({ artboards }: Document) => Math.max(0, ...artboards.map(({ order }) => order))

function freePlace({ artboards }: Document, width: number): { x: number; y: number } {
  if (artboards.length === 0) return { x: 0, y: 0 }
  const right = Math.max(...artboards.map((board) => board.x + board.width))
  const widest = Math.max(width, ...artboards.map((board) => board.width))
  return { x: Math.round(right + widest * GAP), y: artboards[0]!.y }
}
