import type { Project } from '../app/project.svelte.ts'
import { type Camera, toScreen } from './camera.ts'
import { type Box, boundsOfBoxes, cornersOf, type Point, placeIn, type Rect } from './geometry.ts'
import { drawGrid } from './grid.ts'
import { bleedArea, safeArea } from './guides.ts'
import { HANDLE, handlesOf } from './handles.ts'
import { boxOfAll, hold } from './held.ts'
import { drawPaint, drawRegion } from './region-marks.ts'
import { drawRulers, type RulerColours } from './rulers.ts'
import type { SnapGap, SnapLine } from './snap.ts'

/** What lies over the picture and is no part of it: marks, guides, selection, and what a gesture shows. */

/** What the tool in hand shows; document px. */
export interface Aids {
  hover?: Box | undefined
  marquee?: Rect | undefined
  lines?: readonly SnapLine[]
  gaps?: readonly SnapGap[]
  /** Beside the pointer: size, angle, offset. */
  readout?: { at: Point; text: string } | undefined
  /** No handles while the hand is at work. */
  quiet?: boolean
  /** Paint that hides parts of a layer, over its box. */
  painting?: { paint: HTMLCanvasElement; box: Box } | undefined
  /** A colour under the pointer. */
  swatch?: { at: Point; colour: string } | undefined
  /** Layers that something else is drawn for. */
  troubled?: readonly Box[]
  /** A circle under the pointer. */
  ring?: { at: Point; radius: number } | undefined
}

export interface OverlayColours extends RulerColours {
  ink: string
}

const SNAP = '#ff3d81'
const BLEED = '#45b5ff'
const SAFE = 'rgb(255 120 170 / 0.55)'
const TROUBLE = '#ff6b6b'
const GUIDE = '#00c8d7'

type Context = CanvasRenderingContext2D

export function drawOverlay(
  context: Context,
  project: Project,
  camera: Camera,
  screen: { width: number; height: number },
  aids: Aids,
  colours: OverlayColours,
): void {
  const { view, store } = project
  context.clearRect(0, 0, screen.width, screen.height)
  const at = (point: Point) => toScreen(camera, point)

  for (const board of store.document.artboards) {
    if (view.grid) drawGrid(context, board, camera, screen)
    if (view.marks) {
      for (const [area, colour, dash] of [
        [bleedArea(board), BLEED, [5, 3]],
        [safeArea(board), SAFE, [4, 4]],
      ] as const) {
        if (!area) continue
        const { x, y } = at({ x: area.x + board.x, y: area.y + board.y })
        context.setLineDash([...dash])
        context.strokeStyle = colour
        context.lineWidth = 1
        context.strokeRect(
          Math.round(x) + 0.5,
          Math.round(y) + 0.5,
          Math.round(area.width * camera.zoom) - 1,
          Math.round(area.height * camera.zoom) - 1,
        )
        context.setLineDash([])
      }
    }
    if (view.guides) {
      context.strokeStyle = GUIDE
      for (const guide of view.guideLines) {
        if (guide.artboard !== board.id) continue
        const place = Math.round(at({ x: guide.at + board.x, y: guide.at + board.y })[guide.axis]) + 0.5
        line(context, guide.axis, place, 0, guide.axis === 'x' ? screen.height : screen.width)
      }
    }
  }

  for (const box of aids.troubled ?? []) {
    context.setLineDash([5, 4])
    outline(context, box, at, TROUBLE, 1)
    context.setLineDash([])
  }
  drawRegion(context, project, camera, colours.ink)
  if (aids.painting) drawPaint(context, aids.painting.paint, aids.painting.box, camera)
  if (aids.hover) outline(context, aids.hover, at, colours.ink, 1.5)

  const held = view.editing === undefined ? hold(store, view.selection) : []
  const box = boxOfAll(held)
  if (box) {
    // Outlines of thousands are a blot and cost a frame.
    if (held.length > 1 && held.length <= 300) for (const each of held) outline(context, each.box, at, colours.ink, 1)
    outline(context, box, at, colours.ink, 1)
    const free = held.some(({ layer }) => !layer.locked)
    if (!aids.quiet && free && view.tool === 'move') drawHandles(context, box, camera, at, colours.ink)
  }

  if (aids.marquee) {
    const { x, y } = at(aids.marquee)
    const [width, height] = [aids.marquee.width * camera.zoom, aids.marquee.height * camera.zoom]
    context.fillStyle = `${colours.ink}1f`
    context.fillRect(x, y, width, height)
    context.strokeStyle = colours.ink
    context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(width), Math.round(height))
  }
  context.strokeStyle = SNAP
  for (const { axis, at: place, from, to } of aids.lines ?? []) {
    const [start, end] = [
      at(axis === 'x' ? { x: place, y: from } : { x: from, y: place }),
      at(axis === 'x' ? { x: place, y: to } : { x: to, y: place }),
    ]
    const other = axis === 'x' ? 'y' : 'x'
    line(context, axis, Math.round(start[axis]) + 0.5, start[other], end[other])
  }
  for (const gap of aids.gaps ?? []) drawGap(context, gap, at)
  if (aids.ring) drawRing(context, at(aids.ring.at), aids.ring.radius * camera.zoom)
  if (view.rulers) {
    const board = store.artboard(view.artboard ?? '') ?? store.document.artboards[0]
    const marked = box && boundsOfBoxes([box])
    const corner = marked && at(marked)
    const shadow = marked &&
      corner && { ...corner, width: marked.width * camera.zoom, height: marked.height * camera.zoom }
    drawRulers(context, camera, screen, board, view.unit, colours, shadow)
  }
  if (aids.swatch) drawSwatch(context, at(aids.swatch.at), aids.swatch.colour)
  if (aids.readout) drawTag(context, at(aids.readout.at), aids.readout.text, '#111c', '#fff')
}

function outline(context: Context, box: Box, at: (point: Point) => Point, colour: string, width: number): void {
  context.beginPath()
  // An upright line lies on whole px: sharp, not a blur over two.
  const sharp = box.rotation % 90 === 0 ? (px: number) => Math.round(px) + 0.5 : (px: number) => px
  for (const [index, corner] of cornersOf(box).entries()) {
    const place = at(corner)
    const [x, y] = [sharp(place.x), sharp(place.y)]
    if (index === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  context.closePath()
  // Seen on a picture of its own colour too.
  context.strokeStyle = 'rgb(255 255 255 / 0.4)'
  context.lineWidth = width + 1.5
  context.stroke()
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke()
  context.lineWidth = 1
}

function drawHandles(context: Context, box: Box, { zoom }: Camera, at: (point: Point) => Point, ink: string): void {
  for (const { across, down } of handlesOf(box, zoom)) {
    const { x, y } = at(placeIn(box, across, down))
    context.save()
    context.translate(x, y)
    context.rotate((box.rotation * Math.PI) / 180)
    context.fillStyle = '#fff'
    context.strokeStyle = ink
    context.lineWidth = 1.5
    context.fillRect(-HANDLE / 2, -HANDLE / 2, HANDLE, HANDLE)
    context.strokeRect(-HANDLE / 2, -HANDLE / 2, HANDLE, HANDLE)
    context.restore()
  }
  context.lineWidth = 1
}

function line(context: Context, axis: 'x' | 'y', place: number, from: number, to: number): void {
  context.beginPath()
  if (axis === 'x') {
    context.moveTo(place, from)
    context.lineTo(place, to)
  } else {
    context.moveTo(from, place)
    context.lineTo(to, place)
  }
  context.stroke()
}

function drawGap(context: Context, { axis, from, to, across }: SnapGap, at: (point: Point) => Point): void {
  const [a, b] =
    axis === 'x'
      ? [at({ x: from, y: across }), at({ x: to, y: across })]
      : [at({ x: across, y: from }), at({ x: across, y: to })]
  const other = axis === 'x' ? 'y' : 'x'
  const place = Math.round(a[other]) + 0.5
  line(context, other, place, a[axis], b[axis])
  for (const end of [a, b]) line(context, axis, Math.round(end[axis]) + 0.5, place - 4, place + 4)
  drawTag(context, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, String(Math.round(to - from)), SNAP, '#fff', true)
}

function drawTag(context: Context, { x, y }: Point, text: string, back: string, front: string, centred = false): void {
  context.font = '11px Inter, "Noto Sans SC", sans-serif'
  context.textBaseline = 'middle'
  const width = context.measureText(text).width + 10
  const [left, top] = centred ? [x - width / 2, y - 8] : [x + 14, y + 16]
  context.fillStyle = back
  context.beginPath()
  context.roundRect(left, top, width, 17, 4)
  context.fill()
  context.fillStyle = front
  context.fillText(text, left + 5, top + 9)
}

function drawRing(context: Context, { x, y }: Point, radius: number): void {
  for (const [colour, width] of [
    ['#000a', 2.5],
    ['#fff', 1],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.beginPath()
    context.arc(x, y, Math.max(1, radius), 0, 2 * Math.PI)
    context.stroke()
  }
}

function drawSwatch(context: Context, { x, y }: Point, colour: string): void {
  context.fillStyle = colour
  context.strokeStyle = '#fff'
  context.lineWidth = 2
  context.beginPath()
  context.arc(x + 26, y - 26, 16, 0, 2 * Math.PI)
  context.fill()
  context.stroke()
  context.lineWidth = 1
  drawTag(context, { x: x + 26, y: y + 2 }, colour, '#111c', '#fff', true)
}
