import { childrenByParent, type Document } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'

/** A document's layers by what holds them, for whoever walks the tree. As immutable as the document it was made from. */
export class DocumentTree {
  readonly document: Document
  readonly #children: ReadonlyMap<string, readonly Layer[]>
  readonly #layers: ReadonlyMap<string, Layer>

  constructor(document: Document) {
    this.document = document
    this.#children = childrenByParent(document)
    this.#layers = new Map(document.layers.map((layer) => [layer.id, layer]))
  }

  layer(id: string): Layer | undefined {
    return this.#layers.get(id)
  }

  /** Bottom first. */
  children(parent: string): readonly Layer[] {
    return this.#children.get(parent) ?? []
  }

  /** All that a group or artboard holds, in drawing order. */
  descendants(parent: string): Layer[] {
    return this.children(parent).flatMap((layer) => [layer, ...this.descendants(layer.id)])
  }

  /** The groups that a layer is in, innermost first. */
  groupsOf(id: string): Layer[] {
    const groups: Layer[] = []
    for (let group = this.layer(this.layer(id)?.parent ?? ''); group; group = this.layer(group.parent))
      groups.push(group)
    return groups
  }

  /** Id of the artboard that a layer or group hangs on; an artboard's own. */
  artboardOf(id: string): string {
    let at = id
    for (let layer = this.layer(at); layer; layer = this.layer(at)) at = layer.parent
    return at
  }

  /** The layers of these that are not inside another of them, in drawing order. */
  topmost(ids: Iterable<string>): Layer[] {
    const wanted = new Set(ids)
    const walk = (parent: string): Layer[] =>
      this.children(parent).flatMap((layer) => (wanted.has(layer.id) ? [layer] : walk(layer.id)))
    return this.document.artboards.flatMap(({ id }) => walk(id))
  }
}
