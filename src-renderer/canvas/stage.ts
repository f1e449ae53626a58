import type { Patch } from '#shared/document/patch.ts'
import type { Project } from '../app/project.svelte.ts'
import type { Board } from './board.ts'
import { Boards } from './boards.ts'
import { type Camera, seen } from './camera.ts'
import { composeBoard } from './compose.ts'
import type { Rect } from './geometry.ts'
import { rootOf } from './held.ts'
import { Lift } from './lift.ts'
import { Pace } from './pace.ts'
import { Pictures } from './pictures.ts'
import { Scenery } from './scenery.ts'
import { type Drawing, makeSurface, type Placing, type Surface } from './surface.ts'

/** ms of drawing in one frame: while the hand moves, and at rest. */
const BUSY_MS = 5
const QUIET_MS = 14
/** The zoom is at rest after this long. ms */
const REST_MS = 140
/** Pictures are made exact when nothing has moved for so long. ms */
const STILL_MS = 400
/** Drawn in advance around what is seen, screen px. */
const NEAR = 260

/**
 * The artboards on the screen. A frame first draws for a few ms what is missing, then puts bitmaps on the screen; so
 * panning, zooming and dragging stay smooth whatever the document holds.
 */
export class Stage {
  readonly surface: Surface
  readonly scenery: Scenery
  readonly pictures: Pictures
  /** After every frame; the overlay follows. */
  drawn: () => void = () => {}
  readonly #project: Project
  readonly #boards: Boards
  readonly #leave: () => void
  #camera: Camera = { zoom: 1, x: 0, y: 0 }
  #size = { width: 1, height: 1 }
  #pixelRatio = 1
  #colours = { pasteboard: '#101012', label: '#8d9097', labelOn: '#ff5c35' }
  #frame = 0
  #job: Drawing | undefined
  readonly #pace = new Pace()
  #dirty = true
  #marks = true
  #movedAt = 0
  #zoomedAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #still: ReturnType<typeof setTimeout> | undefined
  #lifted: { ids: ReadonlySet<string>; keepsShape: boolean; ended: boolean } | undefined

  constructor(project: Project, pixelRatio: number) {
    this.#project = project
    this.#boards = new Boards(project)
    this.#pixelRatio = pixelRatio
    this.surface = makeSurface(1, 1)
    this.pictures = new Pictures(project.lost, (sha256) => {
      this.scenery.repaint(sha256)
      this.invalidate()
    })
    this.scenery = new Scenery(
      { store: project.store, values: () => project.values },
      this.pictures,
      pixelRatio,
      (artboard, area) => {
        this.#boards.get(artboard)?.stale(area)
        this.invalidate()
      },
    )
    this.#leave = project.store.watch((patch) => this.#follow(patch))
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.#size = { width, height }
    this.#pixelRatio = pixelRatio
    this.scenery.pixelRatio = pixelRatio
    this.surface.konva.setSize(
      Math.max(1, Math.round(width * this.#pixelRatio)),
      Math.max(1, Math.round(height * this.#pixelRatio)),
    )
    this.surface.element.style.width = `${width}px`
    this.surface.element.style.height = `${height}px`
    this.#dirty = true
    // At once: a canvas that was resized is empty.
    this.#compose()
    this.invalidate()
  }

  look(camera: Camera): void {
    const { zoom, x, y } = this.#camera
    if (zoom === camera.zoom && x === camera.x && y === camera.y) return
    const now = performance.now()
    if (camera.zoom !== zoom) this.#zoomedAt = now
    this.#movedAt = now
    this.#camera = { ...camera }
    this.#moves()
    this.invalidate()
  }

  paint(colours: { pasteboard: string; label: string; labelOn: string }): void {
    this.#colours = colours
    this.invalidate()
  }

  /** Layers will be dragged: everything else becomes bitmaps. `keepsShape`: they will be moved, not changed. */
  lift(ids: readonly string[], keepsShape: boolean): void {
    this.#letGo()
    this.#moves()
    this.#lifted = {
      ids: new Set(ids.map((id) => rootOf(this.#project.store, id))),
      keepsShape: keepsShape && ids.every((id) => rootOf(this.#project.store, id) === id),
      ended: false,
    }
    this.invalidate()
  }

  /** The drag is over; the bitmaps stay until the artboard is drawn. */
  drop(): void {
    if (this.#lifted) this.#lifted.ended = true
    this.invalidate()
  }

  /** Another row is shown, perhaps. */
  revalue(): void {
    this.#moves()
    this.scenery.revalue()
    this.invalidate()
  }

  hide(id: string | undefined): void {
    this.scenery.hide(id)
  }

  /** Something is drawn soon. */
  invalidate(): void {
    this.#dirty = true
    this.#request()
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#timer)
    clearTimeout(this.#still)
    this.#leave()
    this.#boards.dispose()
    this.pictures.dispose()
  }

  #request(): void {
    if (this.#frame) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#tick()
    })
  }

  #tick(): void {
    const began = performance.now()
    this.#showBleeds()
    const deadline = began + (began - this.#movedAt < 200 || this.#lifted ? BUSY_MS : QUIET_MS)
    this.#settle(began)
    const worked = this.#work(deadline)
    if (this.#lifted?.ended && this.#seen.every(({ board, area }) => board.isFresh(area))) this.#letGo()
    if (this.#dirty) this.#compose()
    if (this.#job || worked || this.#lifted?.ended) this.#request()
    else if (!this.#lifted) this.#rests()
  }

  #showBleeds(): void {
    const { marks } = this.#project.view
    if (marks === this.#marks) return
    this.#marks = marks
    this.#letGo()
    this.#boards.gather()
  }

  #moves(): void {
    clearTimeout(this.#still)
    this.pictures.exact.hold()
  }

  /** All that is seen is drawn: after a while its pictures may be scaled as an export scales them. */
  #rests(): void {
    clearTimeout(this.#still)
    this.#still = setTimeout(() => void this.pictures.exact.rest(this.#scale), STILL_MS)
  }

  /** Draws until the deadline; true when it may have left something. */
  #work(deadline: number): boolean {
    let worked = false
    while (performance.now() < deadline) {
      this.#job ??= this.#next()
      if (!this.#job) break
      worked = true
      const { value, done } = this.#job.next()
      if (value) this.#pace.drew(value)
      if (done) {
        this.#job = undefined
        this.#dirty = true
      }
    }
    return worked
  }

  /** New tiles when the zoom has come to rest: the ones in between would never be seen. */
  #settle(now: number): void {
    const rest = REST_MS - (now - this.#zoomedAt)
    if (rest > 0 && this.#boards.all.some((board) => board.isSettled)) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#request(), rest)
      return
    }
    for (const board of this.#boards.all) board.settle(this.#scale)
  }

  #next(): Drawing | undefined {
    for (const { board, area } of this.#seen) {
      const lift = this.#liftOf(board, area)
      if (lift && !lift.ready) return lift.prepare(this.scenery)
    }
    // While layers are in the hand their artboards are shown by bitmaps; the others wait as well.
    if (this.#lifted && !this.#lifted.ended) return undefined
    for (const { board, area } of this.#seen) {
      for (const paint of board.work(this.scenery, area, NEAR / this.#camera.zoom)) return paint()
    }
    return undefined
  }

  #liftOf(board: Board, area: Rect): Lift | undefined {
    const lifted = this.#lifted
    if (!lifted) return undefined
    const here = this.scenery.order(board.artboard.id).some((id) => lifted.ids.has(id))
    if (!here) return undefined
    const scale = this.#scale
    const view = { scale, area: inWholePixels(area, scale) }
    if (board.lift && (board.lift.view.scale !== scale || !same(board.lift.view.area, view.area)) && !lifted.ended) {
      board.lift.dispose()
      board.lift = undefined
    }
    board.lift ??= new Lift(board.sheet, this.scenery, lifted.ids, lifted.keepsShape, view)
    return board.lift
  }

  #letGo(): void {
    this.#lifted = undefined
    for (const board of this.#boards.all) {
      board.lift?.dispose()
      board.lift = undefined
    }
    this.#job = undefined
    this.#dirty = true
  }

  #compose(): void {
    this.#dirty = false
    const { context, element } = this.surface
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.globalCompositeOperation = 'source-over'
    context.fillStyle = this.#colours.pasteboard
    context.fillRect(0, 0, element.width, element.height)
    const screen = seen(this.#camera, this.#size)
    const current = this.#project.view.artboard
    for (const board of this.#boards.all)
      composeBoard(board, {
        surface: this.surface,
        scenery: this.scenery,
        placing: this.#placing(board),
        screen,
        pixelRatio: this.#pixelRatio,
        label: board.artboard.id === current ? this.#colours.labelOn : this.#colours.label,
      })
    for (const board of this.#boards.all)
      if (board.lift?.ready) board.lift.composeOutside(this.surface, this.#placing(board), this.scenery)
    this.drawn()
  }

  get #scale(): number {
    return this.#camera.zoom * this.#pixelRatio
  }

  /** On whole device px, so that a tile's px are the screen's. */
  #placing({ artboard }: Board): Placing {
    const scale = this.#scale
    return {
      scale,
      x: Math.round((artboard.x - this.#camera.x) * scale),
      y: Math.round((artboard.y - this.#camera.y) * scale),
    }
  }

  get #seen() {
    return this.#boards.in(seen(this.#camera, this.#size))
  }

  #follow(patch: Patch): void {
    const records = [
      ...Object.values(patch.added),
      ...Object.values(patch.removed),
      ...Object.values(patch.updated).flat(),
    ]
    if (records.some(({ type }) => type === 'artboard')) this.#boards.gather()
    this.#moves()
    this.scenery.follow(patch)
    this.invalidate()
  }
}

function inWholePixels({ x, y, width, height }: Rect, scale: number): Rect {
  const [left, top] = [Math.floor(x * scale), Math.floor(y * scale)]
  return {
    x: left / scale,
    y: top / scale,
    width: (Math.ceil((x + width) * scale) - left) / scale,
    height: (Math.ceil((y + height) * scale) - top) / scale,
  }
}

const same = (a: Rect, b: Rect): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
