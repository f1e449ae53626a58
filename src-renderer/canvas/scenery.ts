import { Group } from 'konva/lib/Group.js'
import { Shape } from 'konva/lib/Shape.js'
import { Util } from 'konva/lib/Util.js'
import type { Artboard } from '#shared/document/document.ts'
import { isLayer } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import type { TextLayer } from '#shared/document/layers/text.ts'
import type { Patch } from '#shared/document/patch.ts'
import { hangingOn, isHiddenBy } from '#shared/document/resolve.ts'
import type { DocumentStore } from '#shared/document/store.ts'
import { extentOf } from '#shared/scene/extent.ts'
import { type KonvaEnvironment, nodeToKonva } from '#shared/scene/konva.ts'
import type { TextLayout } from '#shared/scene/layout.ts'
import { rememberedLayout } from '#shared/scene/layouts.ts'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import type { SceneNode } from '#shared/scene/node.ts'
import { type Overflow, overflowsIn } from '#shared/scene/overflow.ts'
import { nodeOf, type SceneContext, sceneContext, textExtent, textOf } from '#shared/scene/scene.ts'
import { Faces } from './faces.ts'
import type { Rect } from './geometry.ts'
import { rootOf } from './held.ts'
import type { Pictures } from './pictures.ts'
import { Slices } from './slices.ts'
import { boxFor, settable, standIn } from './stand-in.ts'
import type { Drawable, Surface } from './surface.ts'

/**
 * The document as drawable nodes, made by the functions that the export uses. A node is made when it is first drawn
 * and again only when its layer, or something in it, has changed.
 */

/** A layer that hangs on an artboard, with all it holds. */
export interface Item {
  id: string
  /** What it covers on its artboard, px. */
  extent: Rect
  blend: string
  /** Drawn one after the other, so that a large group does not block. */
  parts: readonly Part[]
  /** sha256 of the pictures and masks in it. */
  assets: ReadonlySet<string>
  /** Its texts that do not fit. */
  overflows: readonly Overflow[]
}

export interface Part {
  node: Drawable
  extent: Rect
}

/** An area of an artboard that must be drawn again; everything when there is none. */
export type Stale = (artboard: string, area: Rect | undefined) => void

export class Scenery {
  /** Device px per document px, of whatever is drawn at the moment: pictures are chosen by it. */
  scale = 1
  readonly #store: DocumentStore
  readonly #values: () => Values
  /** Of the variables, when items were made. */
  #shown: Values
  readonly #stale: Stale
  readonly #faces = new Faces()
  readonly #measure = canvasMeasurer(document.createElement('canvas').getContext('2d')!)
  readonly #items = new Map<string, Item | 'waiting'>()
  /** One file of a font is what hundreds of texts have waited for; setting them all would hold the page up. */
  readonly #canBeSetNow = new Slices((id: string) => this.#items.get(id) === 'waiting' && this.#forget(id))
  readonly #environment: KonvaEnvironment
  /** Layers that something else is drawn for. */
  readonly #troubled = new Map<string, Layer>()
  /** A layer cannot be drawn as it is. */
  onTrouble: (layer: Layer, thrown: unknown) => void = () => {}
  /** Items came or went: their texts may overflow, or do so no more. */
  onItems: () => void = () => {}
  #context: SceneContext | undefined
  /** The layer that is being typed in: drawn by the editor over the canvas. */
  #hidden: string | undefined

  constructor(
    { store, values }: { store: DocumentStore; values: () => Values },
    pictures: Pictures,
    pixelRatio: number,
    stale: Stale,
  ) {
    this.#store = store
    this.#values = values
    this.#shown = values()
    this.#stale = stale
    this.#environment = {
      konva: { Group, Shape, Util },
      picture: (sha256, layer) => pictures.picture(sha256, layer, this.scale),
      mask: (sha256) => pictures.mask(sha256),
      pixelRatio,
    }
  }

  /** The window went to another screen. */
  set pixelRatio(ratio: number) {
    this.#environment.pixelRatio = ratio
  }

  /** Ids of what an artboard shows, bottom first. */
  order(artboard: string): string[] {
    return this.#store
      .children(artboard)
      .filter((layer) => !layer.hidden && layer.opacity > 0 && layer.id !== this.#hidden)
      .filter((layer) => !isHiddenBy(layer, this.#shown))
      .map(({ id }) => id)
  }

  /** Undefined while its fonts are on their way, and for what is nowhere. */
  item(id: string): Item | undefined {
    const known = this.#items.get(id)
    if (known) return known === 'waiting' ? undefined : known
    const layer = this.#store.layer(id)
    if (!layer) return undefined
    const context = this.#scene()
    if (!this.#canBeSet(layer, context, () => this.#canBeSetNow.add(id))) {
      this.#items.set(id, 'waiting')
      return undefined
    }
    const item = this.#itemOf(nodeOf(layer, context))
    this.#items.set(id, item)
    this.onItems()
    return item
  }

  /** Those layers, as they are in the document now. */
  get troubled(): Layer[] {
    return [...this.#troubled.values()].filter((layer) => this.#store.layer(layer.id) === layer)
  }

  /** Draws a part of an item; false when it cannot be drawn, and what the surface held is gone. */
  draw({ id }: Item, { node }: Part, { konva, context }: Surface): boolean {
    try {
      node.drawScene(konva)
      return true
    } catch (thrown) {
      // Whatever it had set on the context.
      context.reset()
      const layer = this.#store.layer(id)
      if (!layer) return false
      this.#items.set(id, this.#itemOf(this.#instead(layer, thrown, true)))
      this.#stale(this.#boardOf(id)?.id ?? '', undefined)
      return false
    }
  }

  isKnown(id: string): boolean {
    return this.#items.has(id)
  }

  /** Follows a change of the document: forgets what it touched and tells where it was. */
  follow(patch: Patch): void {
    this.revalue()
    const records = [...Object.values(patch.added), ...Object.values(patch.removed)]
    const updates = Object.values(patch.updated)
    // Groups read their children from the context.
    if (records.some(isLayer) || updates.some(([from, to]) => isLayer(from) && !this.#isPlain(from, to as Layer)))
      this.#context = undefined
    const touched = new Set<string>()
    for (const record of [...records, ...updates.flat()]) {
      if (isLayer(record)) touched.add(this.#rootOf(record))
      else if (record.type === 'artboard') this.#stale(record.id, undefined)
    }
    this.#forgetEach(touched)
  }

  /** Follows the values of variables: only what hangs on one that is another now is drawn again. */
  revalue(): void {
    const [before, now] = [this.#shown, this.#values()]
    if (before === now) return
    this.#shown = now
    this.#context = undefined
    const changed = new Set([...before.keys(), ...now.keys()].filter((name) => before.get(name) !== now.get(name)))
    if (changed.size === 0) return
    const layers = hangingOn(this.#store.document, changed)
    for (const { id } of layers) this.#troubled.delete(id)
    this.#forgetEach(new Set(layers.map((layer) => this.#rootOf(layer))))
  }

  /** Texts that do not fit, of all that has been drawn. */
  get overflows(): Overflow[] {
    return [...this.#items.values()].flatMap((item) => (item === 'waiting' ? [] : item.overflows))
  }

  /** A picture or mask has come: what shows it is drawn again from the same node. */
  repaint(sha256: string): void {
    for (const [id, item] of this.#items) {
      if (item !== 'waiting' && item.assets.has(sha256)) this.#tell(id, item)
    }
  }

  /** How a text is set, for the field that lies over it. */
  layoutOf(layer: TextLayer): TextLayout {
    const text = layer.uppercase ? layer.text.toUpperCase() : layer.text
    return rememberedLayout(text, settable(layer), layer, this.#measure)
  }

  /** What a text takes when nothing breaks its lines. */
  sizeOf(layer: TextLayer): { width: number; height: number } {
    return textExtent(settable(layer), this.#scene().values, this.#measure)
  }

  hide(id: string | undefined): void {
    const before = this.#hidden
    if (before === id) return
    this.#hidden = id
    this.#context = undefined
    for (const each of [before, id]) {
      const layer = each === undefined ? undefined : this.#store.layer(each)
      if (layer) this.#forget(this.#rootOf(layer))
    }
  }

  #scene(): SceneContext {
    if (this.#context) return this.#context
    const context: SceneContext = {
      ...sceneContext(this.#store.document, this.#measure, { dielines: true }),
      values: this.#shown,
    }
    context.instead = (layer, thrown) => this.#instead(layer, thrown)
    if (this.#hidden !== undefined) {
      const layer = this.#store.layer(this.#hidden)
      const siblings = layer && context.children.get(layer.parent)?.filter(({ id }) => id !== layer.id)
      if (layer && siblings) context.children = new Map(context.children).set(layer.parent, siblings)
    }
    this.#context = context
    return context
  }

  #canBeSet(layer: Layer, context: SceneContext, arrived: () => void): boolean {
    if (layer.type === 'text')
      return isTooMuch(layer, context) || this.#faces.ready(settable(layer), context.values, arrived)
    if (layer.type !== 'group') return true
    return (context.children.get(layer.id) ?? []).every((child) => this.#canBeSet(child, context, arrived))
  }

  /** `whole`: not even its text in another font. */
  #instead(layer: Layer, thrown: unknown, whole = false): SceneNode {
    const before = this.#troubled.get(layer.id)
    // A text that is too long in any font comes once more, in Inter.
    if (this.#store.layer(layer.id) === layer) this.#troubled.set(layer.id, layer)
    if (before !== layer) this.onTrouble(layer, thrown)
    return whole ? boxFor(layer, this.#scene()) : standIn(layer, this.#scene())
  }

  #itemOf(node: SceneNode): Item {
    const board = this.#boardOf(node.id)
    const overflows = board ? overflowsIn([node], (id) => this.#store.layer(id), board) : []
    return { ...itemOf(node, this.#environment), overflows }
  }

  #forgetEach(ids: ReadonlySet<string>): void {
    if (ids.size <= MANY) for (const id of ids) this.#forget(id)
    else this.#forgetAll(ids)
    this.onItems()
  }

  #forget(id: string): void {
    const item = this.#items.get(id)
    this.#items.delete(id)
    if (item && item !== 'waiting') this.#tell(id, item)
    const board = this.#boardOf(id)
    // Where it is now: known when it is made anew.
    if (board) this.#stale(board.id, this.item(id)?.extent ?? NOWHERE)
  }

  /** Too many to make at once: they are made when they are drawn. */
  #forgetAll(ids: Iterable<string>): void {
    for (const id of ids) this.#items.delete(id)
    for (const { id } of this.#store.document.artboards) this.#stale(id, undefined)
  }

  /** Where a layer that was taken away had been, nobody knows any more: every artboard looks. */
  #tell(id: string, { extent }: Item): void {
    const board = this.#boardOf(id)
    if (board) this.#stale(board.id, extent)
    else for (const each of this.#store.document.artboards) this.#stale(each.id, extent)
  }

  #boardOf(id: string): Artboard | undefined {
    return this.#store.artboardOf(id)
  }

  /** Of a layer that may have been taken away already. */
  #rootOf({ id, parent }: Layer): string {
    return this.#store.layer(parent) ? rootOf(this.#store, parent) : id
  }

  /** Neither in a group nor one, in the same place of the order: the context need not know. */
  #isPlain(from: Layer, to: Layer): boolean {
    return (
      from.type !== 'group' &&
      to.type !== 'group' &&
      from.parent === to.parent &&
      from.order === to.order &&
      this.#store.layer(from.parent) === undefined
    )
  }
}

/** Its text cannot even be read; its node says why. */
function isTooMuch(layer: TextLayer, { values }: SceneContext): boolean {
  try {
    textOf(layer, values)
    return false
  } catch {
    return true
  }
}

/** Items that are made again within one change. */
const MANY = 150

const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 }

type Values = ReadonlyMap<string, string>

function itemOf(node: SceneNode, environment: KonvaEnvironment): Omit<Item, 'overflows'> {
  const drawable = nodeToKonva(node, environment)
  const extent = extentOf(node)
  return {
    id: node.id,
    extent,
    blend: node.blend,
    parts: partsOf(node, drawable, extent, true),
    assets: new Set(assetsIn(node)),
  }
}

/** A group that only holds is drawn child by child; one that blends, cuts or is masked is a picture of its own. */
function partsOf(node: SceneNode, drawable: Drawable, extent: Rect, upright: boolean): Part[] {
  if (node.kind !== 'group' || node.isolated || node.clip !== undefined) return [{ node: drawable, extent }]
  const still = upright && node.rotation % 360 === 0
  const drawn = (drawable as Group).getChildren()
  return node.children.flatMap((child, index) =>
    partsOf(child, drawn[index] as Drawable, still ? extentOf(child) : extent, still),
  )
}

function assetsIn(node: SceneNode): string[] {
  const own = [...(node.kind === 'image' ? [node.layer.asset] : []), ...(node.mask ? [node.mask.asset] : [])]
  return node.kind === 'group' ? [...own, ...node.children.flatMap(assetsIn)] : own
}
