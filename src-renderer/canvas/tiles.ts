import { grown, overlaps, type Rect, shared } from './geometry.ts'
import type { Scenery } from './scenery.ts'
import { clear, type Drawing, makeSurface, placeOn, release, type Surface } from './surface.ts'

/**
 * An artboard as square bitmaps at one scale. Only what is seen is drawn, only what changed is drawn again, and a tile
 * shows what it had until its new content is complete.
 */

/** Device px. */
export const TILE = 512

export interface Tile {
  column: number
  row: number
  /** Artboard px. */
  area: Rect
  surface: Surface | undefined
  /** Differs from `drawn` when there is something to draw. */
  version: number
  drawn: number
  used: number
}

/** What is drawn on. */
export interface Sheet {
  id: string
  width: number
  height: number
  background: string | null
  /** px on every side that are drawn beyond it. */
  bleed: number
}

/** All that is drawn of it; px from its corner. */
export const paperOf = ({ width, height, bleed }: Sheet): Rect => grown({ x: 0, y: 0, width, height }, bleed)

const spare: Surface[] = []

export class Tiles {
  readonly scale: number
  readonly #sheet: Sheet
  readonly #tiles = new Map<string, Tile>()
  #clock = 0

  constructor(sheet: Sheet, scale: number) {
    this.#sheet = sheet
    this.scale = scale
  }

  /** Tiles that lie in an area of the artboard, its middle first. */
  within(area: Rect): Tile[] {
    const visible = shared(area, paperOf(this.#sheet))
    if (!visible) return []
    const side = TILE / this.scale
    const [left, top] = [Math.floor(visible.x / side), Math.floor(visible.y / side)]
    const [right, bottom] = [
      Math.ceil((visible.x + visible.width) / side - 1e-9),
      Math.ceil((visible.y + visible.height) / side - 1e-9),
    ]
    const [cx, cy] = [(left + right - 1) / 2, (top + bottom - 1) / 2]
    const tiles: Tile[] = []
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) tiles.push(this.#tile(column, row))
    return tiles.sort((a, b) => away(a, cx, cy) - away(b, cx, cy))
  }

  get all(): Iterable<Tile> {
    return this.#tiles.values()
  }

  stale(area: Rect | undefined): void {
    for (const tile of this.#tiles.values()) if (!area || overlaps(tile.area, area)) tile.version++
  }

  /** Draws a tile; can be left off after every layer, and begins again when the tile went stale meanwhile. */
  *paint(tile: Tile, scenery: Scenery): Drawing {
    const { version } = tile
    const surface = spare.pop() ?? makeSurface(TILE, TILE)
    clear(surface)
    const placing = { scale: this.scale, x: -tile.column * TILE, y: -tile.row * TILE }
    placeOn(surface, placing)
    if (this.#sheet.background) {
      surface.context.fillStyle = this.#sheet.background
      const { x, y, width, height } = paperOf(this.#sheet)
      surface.context.fillRect(x, y, width, height)
    }
    for (const id of scenery.order(this.#sheet.id)) {
      if (tile.version !== version) break
      const item = scenery.item(id)
      if (!item || !overlaps(item.extent, tile.area)) continue
      for (const part of item.parts) {
        if (!overlaps(part.extent, tile.area)) continue
        scenery.scale = this.scale
        if (!scenery.draw(item, part, surface)) break
        yield surface
      }
    }
    if (tile.version === version) {
      if (tile.surface) spare.push(tile.surface)
      tile.surface = surface
      tile.drawn = version
    } else spare.push(surface)
  }

  /** Gives back the bitmaps that were not seen for longest. */
  keep(most: number): void {
    const held = [...this.#tiles.values()].filter(({ surface }) => surface).sort((a, b) => a.used - b.used)
    for (const tile of held.slice(0, Math.max(0, held.length - most))) drop(tile)
  }

  touch(tile: Tile): void {
    tile.used = ++this.#clock
  }

  dispose(): void {
    for (const tile of this.#tiles.values()) drop(tile)
    this.#tiles.clear()
    while (spare.length > 8) release(spare.pop()!)
  }

  #tile(column: number, row: number): Tile {
    const key = `${column} ${row}`
    const known = this.#tiles.get(key)
    if (known) return known
    const side = TILE / this.scale
    const area = { x: column * side, y: row * side, width: side, height: side }
    const tile = { column, row, area, surface: undefined, version: 1, drawn: 0, used: 0 }
    this.#tiles.set(key, tile)
    return tile
  }
}

export const isStale = (tile: Tile): boolean => tile.drawn !== tile.version

const away = ({ column, row }: Tile, x: number, y: number): number => Math.abs(column - x) + Math.abs(row - y)

function drop(tile: Tile): void {
  if (tile.surface) spare.push(tile.surface)
  tile.surface = undefined
  tile.drawn = 0
}
