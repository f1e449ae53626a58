import type { Artboard } from '#shared/document/document.ts'
import { grown, type Rect, shared } from './geometry.ts'
import type { Lift } from './lift.ts'
import type { Scenery } from './scenery.ts'
import type { Drawing, Surface } from './surface.ts'
import { isStale, paperOf, type Sheet, TILE, Tiles } from './tiles.ts'

/** One artboard on the screen: its tiles at the zoom, the ones of the zoom before, and a small version of the whole. */
export class Board {
  artboard: Artboard
  /** px around it that are drawn too. */
  bleed: number
  lift: Lift | undefined
  #now: Tiles | undefined
  #before: Tiles | undefined
  #whole: Tiles

  constructor(artboard: Artboard, bleed: number) {
    this.artboard = artboard
    this.bleed = bleed
    this.#whole = wholeOf(this.sheet)
  }

  get sheet(): Sheet {
    const { id, width, height, background } = this.artboard
    return { id, width, height, background, bleed: this.bleed }
  }

  /** Moving an artboard changes no pixel of it. */
  become(artboard: Artboard, bleed: number): void {
    const { width, height, background } = this.artboard
    const same =
      width === artboard.width &&
      height === artboard.height &&
      background === artboard.background &&
      bleed === this.bleed
    this.artboard = artboard
    this.bleed = bleed
    if (same) return
    this.dispose()
    this.#now = undefined
    this.#before = undefined
    this.#whole = wholeOf(this.sheet)
  }

  stale(area: Rect | undefined): void {
    for (const tiles of [this.#now, this.#before, this.#whole]) tiles?.stale(area)
  }

  /** The zoom came to rest: draw at this scale from now on. */
  settle(scale: number): void {
    if (this.#now?.scale === scale) return
    this.#before?.dispose()
    this.#before = this.#now
    this.#now = new Tiles(this.sheet, scale)
  }

  get isSettled(): boolean {
    return this.#now !== undefined
  }

  /** What there is to draw, the most urgent first. `seen` is in px of the artboard. */
  *work(scenery: Scenery, seen: Rect, near: number): Generator<() => Drawing> {
    const tiles = this.#now
    if (tiles) {
      for (const tile of tiles.within(seen)) if (isStale(tile)) yield () => tiles.paint(tile, scenery)
      if (this.#before) {
        this.#before.dispose()
        this.#before = undefined
      }
    }
    for (const tile of this.#whole.within(paperOf(this.sheet)))
      if (isStale(tile)) yield () => this.#whole.paint(tile, scenery)
    if (tiles) {
      for (const tile of tiles.within(grown(seen, near))) if (isStale(tile)) yield () => tiles.paint(tile, scenery)
      tiles.keep(Math.ceil((seen.width * seen.height * tiles.scale ** 2) / TILE ** 2) * 3 + 24)
    }
  }

  /** All that is seen is drawn as it is now. */
  isFresh(seen: Rect): boolean {
    return this.#now !== undefined && !this.#now.within(seen).some(isStale)
  }

  /** Draws bitmaps at a place of the screen: coarse ones first, better ones over them. */
  compose(target: Surface, origin: { x: number; y: number }, scale: number, seen: Rect): void {
    const fresh = this.#now?.scale === scale && this.isFresh(seen)
    if (!fresh) {
      this.#draw(this.#whole, target, origin, scale, seen)
      if (this.#before) this.#draw(this.#before, target, origin, scale, seen)
    }
    if (this.#now) this.#draw(this.#now, target, origin, scale, seen)
  }

  dispose(): void {
    this.#now?.dispose()
    this.#before?.dispose()
    this.#whole.dispose()
    this.lift?.dispose()
    this.lift = undefined
  }

  #draw(tiles: Tiles, { context }: Surface, origin: { x: number; y: number }, scale: number, seen: Rect): void {
    const paper = paperOf(this.sheet)
    const [first, end] = [
      { x: Math.round(paper.x * tiles.scale), y: Math.round(paper.y * tiles.scale) },
      { x: Math.round((paper.x + paper.width) * tiles.scale), y: Math.round((paper.y + paper.height) * tiles.scale) },
    ]
    const factor = scale / tiles.scale
    context.imageSmoothingEnabled = factor !== 1
    context.imageSmoothingQuality = 'low'
    for (const tile of tiles.within(seen)) {
      if (!tile.surface) continue
      tiles.touch(tile)
      // Tiles reach over the paper's edges; what is drawn there is not part of it.
      const [left, top] = [Math.max(first.x, tile.column * TILE), Math.max(first.y, tile.row * TILE)]
      const [wide, high] = [
        Math.min((tile.column + 1) * TILE, end.x) - left,
        Math.min((tile.row + 1) * TILE, end.y) - top,
      ]
      if (wide <= 0 || high <= 0) continue
      const [x, y] = [Math.round(origin.x + left * factor), Math.round(origin.y + top * factor)]
      const [right, bottom] = [
        Math.round(origin.x + (left + wide) * factor),
        Math.round(origin.y + (top + high) * factor),
      ]
      const [fromX, fromY] = [left - tile.column * TILE, top - tile.row * TILE]
      context.drawImage(tile.surface.element, fromX, fromY, wide, high, x, y, right - x, bottom - y)
    }
  }
}

/** px of the longer side. */
const WHOLE = 900

const wholeOf = (sheet: Sheet): Tiles => new Tiles(sheet, Math.min(1, WHOLE / Math.max(sheet.width, sheet.height)))

/** The part of an artboard that the screen shows, with its bleed; in the artboard's px. */
export function seenOf({ artboard, bleed }: Pick<Board, 'artboard' | 'bleed'>, screen: Rect): Rect | undefined {
  const part = shared(grown(artboard, bleed), screen)
  return part && { ...part, x: part.x - artboard.x, y: part.y - artboard.y }
}
