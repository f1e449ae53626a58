import type { Fill } from '#shared/document/fill.ts'
import { hexToRgb, rgbToHex } from '#shared/units/colour.ts'

/** Fills as the editor changes them: pure, each gives a new fill. */
export type FillKind = Fill['kind']
export type Gradient = Extract<Fill, { stops: unknown }>
export type Linear = Extract<Fill, { kind: 'linear' }>
export type Stop = Gradient['stops'][number]

export const MOST_STOPS = 16

export const isGradient = (fill: Fill): fill is Gradient => fill.kind === 'linear' || fill.kind === 'radial'

/** Another kind of fill with what can be kept of the colours. */
export function ofKind(fill: Fill, kind: FillKind): Fill {
  if (kind === fill.kind) return fill
  if (kind === 'none') return { kind }
  const stops = isGradient(fill) ? fill.stops : stopsFrom(fill.kind === 'solid' ? fill.colour : '#000000')
  switch (kind) {
    case 'solid':
      return { kind, colour: stops[0]!.colour }
    case 'linear':
      return { kind, from: [0.5, 0], to: [0.5, 1], stops }
    case 'radial':
      return { kind, centre: [0.5, 0.5], radius: 0.5, stops }
  }
}

/** A gradient that can be seen from any first colour. */
const stopsFrom = (colour: string): Stop[] => [
  { at: 0, colour },
  { at: 1, colour: colour.slice(0, 7).toLowerCase() === '#ffffff' ? '#000000' : '#ffffff' },
]

/** With a colour, in all places where a single one is meant; it hangs on the same variable still. */
export const inColour = (fill: Fill, colour: string): Fill =>
  isGradient(fill) ? fill : { ...(fill.kind === 'solid' ? fill : { kind: 'solid' }), colour }

/** Degrees: 0 runs from left to right, 90 from top to bottom. */
export function angleOf({ from, to }: Linear): number {
  const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI
  return Math.round((angle + 360) % 360)
}

/** Through the middle of the box, from edge to edge, as CSS has it. */
export function atAngle(fill: Linear, degrees: number): Linear {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const half = (Math.abs(cos) + Math.abs(sin)) / 2
  const point = (sign: number): [number, number] => [tidy(0.5 + sign * half * cos), tidy(0.5 + sign * half * sin)]
  return { ...fill, from: point(-1), to: point(1) }
}

const tidy = (value: number) => Number(value.toFixed(6))

/** Stops in the order in which they lie. */
export const sortedStops = <G extends Gradient>(fill: G): G => ({
  ...fill,
  stops: fill.stops.toSorted((a, b) => a.at - b.at),
})

export const withStop = <G extends Gradient>(fill: G, index: number, change: Partial<Stop>): G => ({
  ...fill,
  stops: fill.stops.map((stop, at) => (at === index ? { ...stop, ...change } : stop)),
})

/** A stop more, in the colour that is there already. */
export const withStopAt = <G extends Gradient>(fill: G, at: number): G =>
  fill.stops.length >= MOST_STOPS ? fill : { ...fill, stops: [...fill.stops, { at, colour: colourAt(fill, at) }] }

export const withoutStop = <G extends Gradient>(fill: G, index: number): G =>
  fill.stops.length <= 2 ? fill : { ...fill, stops: fill.stops.toSpliced(index, 1) }

export function colourAt({ stops }: Gradient, at: number): string {
  const sorted = stops.toSorted((a, b) => a.at - b.at)
  const after = sorted.findIndex((stop) => stop.at >= at)
  if (after < 0) return sorted.at(-1)!.colour
  if (after === 0) return sorted[0]!.colour
  const [a, b] = [sorted[after - 1]!, sorted[after]!]
  return mixed(a.colour, b.colour, (at - a.at) / (b.at - a.at || 1))
}

function mixed(a: string, b: string, share: number): string {
  const [x, y] = [hexToRgb(a), hexToRgb(b)]
  const between = (from: number, to: number) => from + (to - from) * share
  const rgb = rgbToHex([between(x[0], y[0]), between(x[1], y[1]), between(x[2], y[2])])
  return withAlpha(rgb, between(alphaOf(a), alphaOf(b)))
}

/** 0 … 1 */
export const alphaOf = (colour: string): number =>
  colour.length === 9 ? Number.parseInt(colour.slice(7), 16) / 255 : 1

/** `#rrggbb` when it is opaque. */
export function withAlpha(colour: string, alpha: number): string {
  const byte = Math.round(Math.min(1, Math.max(0, alpha)) * 255)
  return byte === 255 ? colour.slice(0, 7) : colour.slice(0, 7) + byte.toString(16).padStart(2, '0')
}

const cssStops = (stops: readonly Stop[]) =>
  stops
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, colour }) => `${colour} ${at * 100}%`)
    .join(', ')

/** For swatches and the gradient bar; a small square shows no exact geometry. */
export function cssOf(fill: Fill): string {
  switch (fill.kind) {
    case 'none':
      return 'transparent'
    case 'solid':
      return fill.colour
    case 'linear':
      return `linear-gradient(${angleOf(fill) + 90}deg, ${cssStops(fill.stops)})`
    case 'radial':
      return `radial-gradient(circle, ${cssStops(fill.stops)})`
  }
}

/** The stops from left to right, whatever the gradient's direction. */
export const cssBar = ({ stops }: Gradient): string => `linear-gradient(90deg, ${cssStops(stops)})`
