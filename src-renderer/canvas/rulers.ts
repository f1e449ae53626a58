import type { Artboard } from '#shared/document/document.ts'
import type { Camera } from './camera.ts'

/** Rulers along the canvas's edges. They count from the corner of the artboard that is worked on. */

export type Unit = 'px' | 'mm' | 'in'

/** Screen px. */
export const RULER = 20

/** Document px of one unit. */
export const unitPx = (unit: Unit, dpi: number): number => (unit === 'px' ? 1 : unit === 'mm' ? dpi / 25.4 : dpi)

/** Distance of labelled ticks, in units: a round number that leaves room for its label. */
export function tickStep(zoom: number, unit: Unit, dpi: number, room = 64): number {
  const least = room / (zoom * unitPx(unit, dpi))
  if (unit === 'in' && least <= 1) return 2 ** Math.ceil(Math.log2(least))
  const power = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least - 1e-9)! * power
  return unit === 'px' ? Math.max(1, step) : step
}

export interface Tick {
  /** Screen px along the ruler. */
  at: number
  label: string | undefined
}

export function ticks(
  axis: 'x' | 'y',
  camera: Camera,
  length: number,
  board: Artboard | undefined,
  unit: Unit,
): Tick[] {
  const dpi = board?.dpi ?? 72
  const step = tickStep(camera.zoom, unit, dpi)
  const parts = unit === 'in' && step <= 1 ? 4 : step / 10 ** Math.floor(Math.log10(step)) === 2 ? 4 : 5
  const origin = board?.[axis] ?? 0
  const px = unitPx(unit, dpi)
  const small = step / parts
  const first = Math.floor((camera[axis] - origin) / px / small)
  const found: Tick[] = []
  for (let index = first; ; index++) {
    const at = (origin + index * small * px - camera[axis]) * camera.zoom
    if (at > length) return found
    if (at >= 0) found.push({ at, label: index % parts === 0 ? named((index / parts) * step) : undefined })
  }
}

const named = (value: number): string => String(Math.round(value * 10_000) / 10_000)

export interface RulerColours {
  paper: string
  tick: string
  text: string
  mark: string
}

interface Screen {
  width: number
  height: number
}

type Context = CanvasRenderingContext2D

/** `shadow`: what is selected, marked on both rulers; screen px. */
export function drawRulers(
  context: Context,
  camera: Camera,
  screen: Screen,
  board: Artboard | undefined,
  unit: Unit,
  colours: RulerColours,
  shadow: { x: number; y: number; width: number; height: number } | undefined,
): void {
  context.fillStyle = colours.paper
  context.fillRect(0, 0, screen.width, RULER)
  context.fillRect(0, 0, RULER, screen.height)
  if (shadow) {
    context.fillStyle = colours.mark
    context.fillRect(Math.max(RULER, shadow.x), 0, Math.max(1, shadow.width), RULER)
    context.fillRect(0, Math.max(RULER, shadow.y), RULER, Math.max(1, shadow.height))
    context.fillStyle = colours.paper
    context.fillRect(0, 0, RULER, RULER)
  }
  context.strokeStyle = colours.tick
  context.fillStyle = colours.text
  context.lineWidth = 1
  context.font = '9.5px Inter, sans-serif'
  context.textBaseline = 'alphabetic'
  context.beginPath()
  context.moveTo(0, RULER - 0.5)
  context.lineTo(screen.width, RULER - 0.5)
  context.moveTo(RULER - 0.5, 0)
  context.lineTo(RULER - 0.5, screen.height)
  for (const { at, label } of ticks('x', camera, screen.width, board, unit)) {
    if (at < RULER) continue
    const x = Math.round(at) + 0.5
    context.moveTo(x, label === undefined ? RULER - 5 : 4)
    context.lineTo(x, RULER)
    if (label !== undefined) context.fillText(label, x + 3, 10)
  }
  for (const { at, label } of ticks('y', camera, screen.height, board, unit)) {
    if (at < RULER) continue
    const y = Math.round(at) + 0.5
    context.moveTo(label === undefined ? RULER - 5 : 4, y)
    context.lineTo(RULER, y)
    if (label === undefined) continue
    context.save()
    context.translate(10, y - 3)
    context.rotate(-Math.PI / 2)
    context.fillText(label, 0, 0)
    context.restore()
  }
  context.stroke()
  context.fillText(unit, 4, 13)
}
