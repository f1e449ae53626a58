import { encloses, overlaps, type Rect } from './geometry.ts'
import type { Item, Part, Scenery } from './scenery.ts'
import { type Drawing, makeSurface, type Placing, placeOn, release, type Surface } from './surface.ts'
import { paperOf, type Sheet } from './tiles.ts'

/**
 * An artboard while some of its layers are dragged: what lies below them as one bitmap, the dragged ones drawn anew or
 * moved as a bitmap, what lies above as another. A layer above that blends keeps a bitmap of its own, because it
 * blends with what moves beneath it.
 */

type Plane =
  | { kind: 'still'; ids: string[]; blend: string; surface: Surface | undefined }
  | { kind: 'moving'; id: string; sprite: Sprite | undefined }

type Moving = Plane & { kind: 'moving' }

/** A moving layer as it looked when it was taken up. */
interface Sprite {
  surface: Surface
  /** Of the bitmap's corner and of the layer then; artboard px. */
  area: Rect
  from: { x: number; y: number }
}

export interface View {
  /** Device px per document px. */
  scale: number
  /** Part of the artboard, px, in whole device px. */
  area: Rect
}

/** More separate planes than that cost more than the right blending is worth. */
const MOST_PLANES = 16

export class Lift {
  readonly view: View
  ready = false
  readonly #sheet: Sheet
  readonly #moving: ReadonlySet<string>
  readonly #keepsShape: boolean
  readonly #planes: Plane[]

  /** `keepsShape`: the layers will only be moved. */
  constructor(sheet: Sheet, scenery: Scenery, moving: ReadonlySet<string>, keepsShape: boolean, view: View) {
    this.#sheet = sheet
    this.#moving = moving
    this.#keepsShape = keepsShape
    this.view = view
    this.#planes = planesOf(scenery.order(sheet.id), moving, (id) => scenery.item(id)?.blend ?? 'normal')
  }

  get moving(): ReadonlySet<string> {
    return this.#moving
  }

  *prepare(scenery: Scenery): Drawing {
    const { scale, area } = this.view
    const [width, height] = [Math.round(area.width * scale), Math.round(area.height * scale)]
    const placing = { scale, x: -area.x * scale, y: -area.y * scale }
    for (const [index, plane] of this.#planes.entries()) {
      if (plane.kind === 'moving') {
        yield* this.#takeUp(plane, scenery, width * height)
        continue
      }
      const surface = makeSurface(Math.max(1, width), Math.max(1, height))
      plane.surface = surface
      placeOn(surface, placing)
      if (index === 0 && this.#sheet.background) {
        surface.context.fillStyle = this.#sheet.background
        const { x, y, width, height } = paperOf(this.#sheet)
        surface.context.fillRect(x, y, width, height)
      }
      for (const id of plane.ids) {
        const item = scenery.item(id)
        if (item && overlaps(item.extent, area)) yield* drawn(item, surface, scenery, scale, index === 0, area)
      }
    }
    this.ready = true
  }

  /** On a surface that is placed with the artboard's corner at `placing`. */
  compose(target: Surface, placing: Placing, scenery: Scenery): void {
    const { scale, area } = this.view
    const { context } = target
    const factor = placing.scale / scale
    const corner = {
      x: Math.round(placing.x + area.x * placing.scale),
      y: Math.round(placing.y + area.y * placing.scale),
    }
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.beginPath()
    pathOf(context, this.#sheet, placing)
    context.clip()
    for (const plane of this.#planes) {
      if (plane.kind === 'still') {
        if (!plane.surface) continue
        const { element } = plane.surface
        context.globalCompositeOperation = operation(plane.blend)
        context.drawImage(element, corner.x, corner.y, element.width * factor, element.height * factor)
        context.globalCompositeOperation = 'source-over'
      } else this.#composeMoving(plane, target, placing, scenery)
    }
    context.restore()
  }

  /** What hangs over the paper's edge is no part of the artboard: it is seen, faintly, as long as it is held. */
  composeOutside(target: Surface, placing: Placing, scenery: Scenery): void {
    const { context, element } = target
    const paper = paperOf(this.#sheet)
    const hanging = this.#planes.filter(
      (plane): plane is Moving => plane.kind === 'moving' && !encloses(paper, scenery.item(plane.id)?.extent ?? paper),
    )
    if (hanging.length === 0) return
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.beginPath()
    context.rect(0, 0, element.width, element.height)
    pathOf(context, this.#sheet, placing)
    context.clip('evenodd')
    for (const plane of hanging) this.#composeMoving(plane, target, placing, scenery, OUTSIDE)
    context.restore()
  }

  dispose(): void {
    for (const plane of this.#planes) {
      const surface = plane.kind === 'still' ? plane.surface : plane.sprite?.surface
      if (surface) release(surface)
    }
  }

  *#takeUp(plane: Moving, scenery: Scenery, room: number): Drawing {
    const item = scenery.item(plane.id)
    if (!item || !this.#keepsShape) return
    const { scale } = this.view
    const { extent } = item
    const [x, y] = [Math.floor(extent.x * scale), Math.floor(extent.y * scale)]
    const [width, height] = [Math.ceil(extent.width * scale) + 2, Math.ceil(extent.height * scale) + 2]
    // A layer that is much larger than the screen is drawn anew: only the part that is seen.
    if (width * height > 2 * room) return
    const surface = makeSurface(Math.max(1, width), Math.max(1, height))
    placeOn(surface, { scale, x: -x, y: -y })
    const area = { x: x / scale, y: y / scale, width: width / scale, height: height / scale }
    plane.sprite = { surface, area, from: { x: extent.x, y: extent.y } }
    yield* drawn(item, surface, scenery, scale, false, extent)
  }

  #composeMoving(plane: Moving, target: Surface, placing: Placing, scenery: Scenery, opacity = 1): void {
    const item = scenery.item(plane.id)
    if (!item) return
    const { context } = target
    const { sprite } = plane
    if (!sprite) {
      scenery.scale = placing.scale
      placeOn(target, placing)
      for (const part of item.parts) if (!faintly(part, opacity, () => scenery.draw(item, part, target))) break
      context.setTransform(1, 0, 0, 1, 0, 0)
      return
    }
    const factor = placing.scale / this.view.scale
    const [x, y] = [
      Math.round(placing.x + (sprite.area.x + item.extent.x - sprite.from.x) * placing.scale),
      Math.round(placing.y + (sprite.area.y + item.extent.y - sprite.from.y) * placing.scale),
    ]
    const { element } = sprite.surface
    context.globalAlpha = opacity
    context.globalCompositeOperation = operation(opacity < 1 ? 'normal' : item.blend)
    context.drawImage(element, x, y, element.width * factor, element.height * factor)
    context.globalCompositeOperation = 'source-over'
    context.globalAlpha = 1
  }
}

/** Of what hangs over the edge. */
const OUTSIDE = 0.3

function pathOf(context: CanvasRenderingContext2D, sheet: Sheet, { x, y, scale }: Placing): void {
  const paper = paperOf(sheet)
  const sides = [paper.x, paper.y, paper.width, paper.height].map((px) => Math.round(px * scale))
  context.rect(x + sides[0]!, y + sides[1]!, sides[2]!, sides[3]!)
}

function faintly({ node }: Part, opacity: number, draw: () => boolean): boolean {
  if (opacity === 1) return draw()
  const own = node.opacity()
  node.opacity(own * opacity)
  const done = draw()
  node.opacity(own)
  return done
}

function planesOf(order: readonly string[], moving: ReadonlySet<string>, blendOf: (id: string) => string): Plane[] {
  const planes: Plane[] = [{ kind: 'still', ids: [], blend: 'normal', surface: undefined }]
  for (const id of order) {
    const last = planes.at(-1)!
    const blend = blendOf(id)
    const apart = planes.length > 1 && blend !== 'normal' && planes.length < MOST_PLANES
    if (moving.has(id)) planes.push({ kind: 'moving', id, sprite: undefined })
    else if (last.kind === 'still' && last.blend === 'normal' && !apart) last.ids.push(id)
    else planes.push({ kind: 'still', ids: [id], blend: apart ? blend : 'normal', surface: undefined })
  }
  return planes
}

/** On a bitmap of its own a layer is drawn unblended; it blends when the bitmap is drawn. */
function* drawn(item: Item, surface: Surface, scenery: Scenery, scale: number, blends: boolean, area: Rect): Drawing {
  for (const part of item.parts) {
    if (!overlaps(part.extent, area)) continue
    scenery.scale = scale
    const own = part.node.globalCompositeOperation()
    if (!blends) part.node.globalCompositeOperation('source-over')
    const done = scenery.draw(item, part, surface)
    if (!blends) part.node.globalCompositeOperation(own)
    if (!done) return
    yield surface
  }
}

const operation = (blend: string): GlobalCompositeOperation =>
  blend === 'normal' ? 'source-over' : (blend as GlobalCompositeOperation)
