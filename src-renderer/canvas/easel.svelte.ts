import type { Artboard } from '#shared/document/document.ts'
import type { Gesture } from '#shared/document/store.ts'
import type { Project } from '../app/project.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { type Camera, toDocument, toScreen, zoomedAt } from './camera.ts'
import { type Box, isIn, type Point, type Rect } from './geometry.ts'
import { refitGroups } from './groups.ts'
import { boxOfAll, type Change, type Held, hold } from './held.ts'
import type { Aids } from './overlay.ts'
import type { Stage } from './stage.ts'

/** What tools work with: the document, how it is looked at, and what is shown over it while they work. */

/** Where the pointer is and what is held with it. */
export interface Press {
  /** Of the canvas, screen px. */
  screen: Point
  /** Of the pasteboard, document px. */
  point: Point
  shift: boolean
  alt: boolean
  /** Ctrl, or ⌘ on a Mac. */
  mod: boolean
  /** 1 for a click, 2 for a double click. */
  clicks: number
  /** 0 … 1 */
  pressure: number
}

/** From pressing to letting go. */
export interface Drag {
  move(press: Press): void
  end(press: Press): void
  /** Escape, or the pointer was taken away: as if it had not begun. */
  cancel(): void
}

export interface Tool {
  cursor(easel: Easel, press: Press | undefined): string
  down(easel: Easel, press: Press): Drag | undefined
  /** The pointer moves with nothing pressed; undefined when it leaves. */
  hover?(easel: Easel, press: Press | undefined): void
  /** Keys that are this tool's own; true when it took the key. */
  key?(easel: Easel, event: KeyboardEvent): boolean
  /** Another tool is taken. */
  leave?(easel: Easel): void
}

/** A text that is being written. */
export interface Typing {
  id: string
  gesture: Gesture
  isNew: boolean
  /** Its box grows with its lines. */
  grows: boolean
}

/** Screen px that the pointer may tremble before a press becomes a drag. */
const TREMBLE = 3

export class Easel {
  readonly studio: Studio
  readonly project: Project
  readonly stage: Stage
  aids: Aids = {}
  typing: Typing | undefined
  /** Something over the picture has changed. */
  showAids: () => void = () => {}

  constructor(studio: Studio, project: Project, stage: Stage) {
    this.studio = studio
    this.project = project
    this.stage = stage
  }

  get view() {
    return this.project.view
  }

  get store() {
    return this.project.store
  }

  get camera(): Camera {
    const { zoom, x, y } = this.view
    return { zoom, x, y }
  }

  look(camera: Camera): void {
    Object.assign(this.view, camera)
  }

  zoomAt(zoom: number, at: Point): void {
    this.look(zoomedAt(this.camera, zoom, at))
  }

  toDocument(screen: Point): Point {
    return toDocument(this.camera, screen)
  }

  toScreen(point: Point): Point {
    return toScreen(this.camera, point)
  }

  /** Changes what is shown over the picture; what is not named stays. */
  show(aids: Partial<Aids>): void {
    this.aids = { ...this.aids, ...aids }
    this.showAids()
  }

  clearAids(): void {
    this.aids = {}
    this.showAids()
  }

  get readOnly(): boolean {
    return this.project.readOnly !== undefined
  }

  /** The artboard under a point of the pasteboard, the last drawn first. */
  boardAt(point: Point): Artboard | undefined {
    return this.store.document.artboards.findLast((board) => isIn({ ...board, rotation: 0 }, point))
  }

  /** The artboard under a point, or the one that is worked on. */
  boardFor(point: Point): Artboard | undefined {
    return this.boardAt(point) ?? this.store.artboard(this.view.artboard ?? '') ?? this.store.document.artboards[0]
  }

  /** What of the selection can be moved. */
  held(): Held[] {
    return hold(this.store, this.view.selection).filter(({ layer }) => !layer.locked)
  }

  selectionBox(): Box | undefined {
    return boxOfAll(hold(this.store, this.view.selection))
  }

  select(ids: readonly string[]): void {
    this.view.selection = ids
    const first = ids[0]
    const board = first === undefined ? undefined : this.store.artboardOf(first)
    if (board) this.view.artboard = board.id
  }

  /** Writes a move of a gesture; the boxes of groups follow what they hold. */
  write(gesture: Gesture, changes: readonly Change[]): void {
    gesture.update((edit) => {
      for (const { id, fields } of changes) edit.update(id, fields)
      refitGroups(
        edit,
        this.store,
        changes.map(({ id }) => id),
      )
    })
  }

  /** One step. */
  change(label: string, changes: readonly Change[]): void {
    if (changes.length === 0 || this.readOnly) return
    const gesture = this.store.gesture(label)
    try {
      this.write(gesture, changes)
      gesture.commit()
    } catch (error) {
      gesture.cancel()
      throw error
    }
  }

  /** px of the document. */
  px(screen: number): number {
    return screen / this.view.zoom
  }

  /** A drag that begins when the pointer has left the place where it was pressed. */
  whenMoved(press: Press, begin: () => Drag | undefined, click?: (press: Press) => void): Drag {
    let drag: Drag | undefined
    let begun = false
    return {
      move(now) {
        const away = Math.hypot(now.screen.x - press.screen.x, now.screen.y - press.screen.y)
        if (!begun && away > TREMBLE) {
          begun = true
          drag = begin()
        }
        drag?.move(now)
      },
      end(now) {
        if (begun) drag?.end(now)
        else click?.(now)
      },
      cancel: () => drag?.cancel(),
    }
  }

  /** The part of the pasteboard that is seen. */
  get seen(): Rect {
    const { x, y, zoom, width, height } = this.view
    return { x, y, width: width / zoom, height: height / zoom }
  }
}
