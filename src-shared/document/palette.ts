import {
  colourDistance,
  hexToOklch,
  hexToRgb,
  hueDistance,
  type Lab,
  labDistance,
  labToOklch,
  oklchToHex,
  rgbToLab,
} from '../units/colour.ts'
import type { RawPicture } from '../work/picture.ts'

/** Colours out of a picture, and the roles they play on a poster. */

export interface Swatch {
  colour: string
  /** Part of the picture, 0 … 1. */
  share: number
}

export interface Edge extends Swatch {
  /** Like `share`, with the tolerance of a glance: painted and grainy backgrounds count as one colour. */
  near: number
}

export interface PicturePalette {
  /** Largest first, at most eight. */
  swatches: Swatch[]
  /** The colour along the border, and the part of the border that has it: at 0.9 the picture can melt into its page. */
  edge: Edge
  /** Where the picture differs from its border's colour, as fractions of it; the whole when the border is busy. */
  subject: { x: number; y: number; width: number; height: number }
}

const WHOLE = { x: 0, y: 0, width: 1, height: 1 }

/** Points looked at per side: enough for flat art, quick on any size. */
const GRID = 72
const CLUSTERS = 8
const ROUNDS = 10
/** OKLab distance under which two colours are one to the eye at a glance. */
const SAME = 0.07
/** … and under which a page of one meets a picture of the other without a visible edge. */
const SEAMLESS = 0.03

/** Deterministic k-means in OKLab. Transparent pixels do not count. */
export function extractPalette(picture: RawPicture): PicturePalette {
  const { points, border } = sample(picture)
  if (points.length === 0)
    return {
      swatches: [{ colour: '#808080', share: 1 }],
      edge: { colour: '#808080', share: 0, near: 0 },
      subject: WHOLE,
    }
  const centres = farthestFirst(points)
  let owner: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    owner = points.map((point) => nearest(point, centres))
    for (const [index] of centres.entries()) {
      const own = points.filter((_, at) => owner[at] === index)
      if (own.length > 0) centres[index] = mean(own)
    }
  }
  const counts = centres.map((centre, index) => ({ centre, count: owner.filter((o) => o === index).length }))
  const edge = edgeOf(border)
  return {
    swatches: merged(counts, points.length),
    edge,
    subject: edge.near < UNIFORM ? WHOLE : subjectOf(picture, edge),
  }
}

/** Part of the border that must have one colour for it to count as background. */
export const UNIFORM = 0.95

/** Points in a row or column that make it part of the subject: brush strokes of the background are fewer. */
const SOLID = 5

/** The box of the rows and columns that are not background, a point larger on each side. */
function subjectOf(picture: RawPicture, edge: Edge): PicturePalette['subject'] {
  const background = rgbToLab(hexToRgb(edge.colour))
  const across = new Map<number, number>()
  const down = new Map<number, number>()
  const count = (counts: Map<number, number>, at: number) => counts.set(at, (counts.get(at) ?? 0) + 1)
  forEachPoint(picture, (lab, x, y) => {
    if (labDistance(lab, background) < 1.5 * SAME) return
    count(across, x)
    count(down, y)
  })
  const [left, right] = span(across)
  const [top, bottom] = span(down)
  if (right <= left || bottom <= top) return WHOLE
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function span(counts: Map<number, number>): [from: number, to: number] {
  const solid = [...counts].filter(([, count]) => count >= SOLID).map(([at]) => at)
  const pad = 1 / GRID
  return [Math.max(0, Math.min(...solid) - pad), Math.min(1, Math.max(...solid) + pad)]
}

function sample(picture: RawPicture) {
  const points: Lab[] = []
  const border: Lab[] = []
  const margin = Math.max(2 / GRID, 1 / Math.min(picture.width, picture.height))
  forEachPoint(picture, (lab, x, y) => {
    points.push(lab)
    if (Math.min(x, y, 1 - x, 1 - y) < margin) border.push(lab)
  })
  return { points, border }
}

/** Visits a grid of points; x and y are fractions of the picture. */
function forEachPoint({ width, height, channels, data }: RawPicture, visit: (lab: Lab, x: number, y: number) => void) {
  const [columns, rows] = [Math.min(GRID, width), Math.min(GRID, height)]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [fx, fy] = [(column + 0.5) / columns, (row + 0.5) / rows]
      const at = (Math.floor(fy * height) * width + Math.floor(fx * width)) * channels
      if (channels === 4 && data[at + 3]! < 128) continue
      visit(rgbToLab([data[at]!, data[at + 1]!, data[at + 2]!]), fx, fy)
    }
  }
}

/** Each next centre is the point farthest from all before: small but striking colours are found. */
function farthestFirst(points: Lab[]): Lab[] {
  const centres = [mean(points)]
  const distance = points.map((point) => labDistance(point, centres[0]!))
  while (centres.length < CLUSTERS) {
    let far = 0
    for (let i = 1; i < points.length; i++) if (distance[i]! > distance[far]!) far = i
    if (distance[far]! < SAME / 2) break
    const centre = points[far]!
    centres.push(centre)
    for (let i = 0; i < points.length; i++) distance[i] = Math.min(distance[i]!, labDistance(points[i]!, centre))
  }
  return centres
}

function nearest(point: Lab, centres: Lab[]): number {
  let best = 0
  for (let i = 1; i < centres.length; i++)
    if (labDistance(point, centres[i]!) < labDistance(point, centres[best]!)) best = i
  return best
}

const mean = (points: Lab[]): Lab => {
  const sum: Lab = [0, 0, 0]
  for (const point of points) for (let i = 0; i < 3; i++) sum[i]! += point[i]!
  return sum.map((v) => v / points.length) as Lab
}

function merged(counts: { centre: Lab; count: number }[], total: number): Swatch[] {
  const kept: { centre: Lab; count: number }[] = []
  for (const next of counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)) {
    const twin = kept.find(({ centre }) => labDistance(centre, next.centre) < SAME)
    if (twin) twin.count += next.count
    else kept.push({ ...next })
  }
  return kept.map(({ centre, count }) => ({ colour: oklchToHex(labToOklch(centre)), share: count / total }))
}

/** The commonest colour of the border: no mean, which two colours would make into a third. */
function edgeOf(border: Lab[]): Edge {
  const within = (lab: Lab, distance: number) => border.filter((other) => labDistance(lab, other) < distance)
  const counts = border.map((lab) => within(lab, SEAMLESS).length)
  const best = border[counts.indexOf(Math.max(...counts))]!
  const [same, near] = [within(best, SEAMLESS), within(best, 1.5 * SAME)]
  return {
    colour: oklchToHex(labToOklch(mean(same))),
    share: same.length / border.length,
    near: near.length / border.length,
  }
}

/** Five roles that every template works with. */
export interface Scheme {
  /** Light, hardly tinted. */
  paper: string
  /** Dark, hardly tinted; readable on paper. */
  ink: string
  /** Deep and rich, for panels; paper is readable on it. */
  ground: string
  /** The loudest colour of the picture. */
  accent: string
  /** Another loud one, as different as the picture allows. */
  pop: string
}

/** Roles for a picture's colours. Hues come from the picture; lightness is moved to where the role needs it. */
export function makeScheme({ swatches, edge }: PicturePalette): Scheme {
  const colours = swatches.map(({ colour, share }) => ({ colour, share, ...hexToOklch(colour) }))
  const vivid = colours.filter(({ c, l }) => c > 0.07 && l > 0.3).sort((a, b) => loudness(b) - loudness(a))
  const accent = vivid[0] ?? colours[0]!
  const other =
    [...colours].filter(({ c }) => c > 0.05).sort((a, b) => striking(b, accent) - striking(a, accent))[0] ?? accent
  const base = groundFor(colours, accent)
  const grey = accent.c < 0.04
  const border = edge.share >= UNIFORM ? { ...hexToOklch(edge.colour), hex: edge.colour } : undefined
  return {
    // A plain light or dark background is taken as it is: the picture's edge then vanishes on it.
    paper:
      border && border.l > 0.93 && border.c < 0.03
        ? border.hex
        : oklchToHex({ l: 0.965, c: grey ? 0.004 : 0.018, h: warm(accent.h) }),
    ink: oklchToHex({ l: 0.2, c: Math.min(0.035, base.c), h: base.h }),
    ground:
      border && border.l > 0.15 && border.l < 0.42
        ? border.hex
        : oklchToHex({ l: Math.min(0.4, Math.max(0.3, base.l)), c: Math.min(base.c, 0.12), h: base.h }),
    accent: oklchToHex({ l: Math.min(0.84, Math.max(0.6, accent.l)), c: accent.c, h: accent.h }),
    pop: oklchToHex({ l: Math.min(0.88, Math.max(0.55, other.l)), c: Math.max(other.c, 0.06), h: other.h }),
  }
}

const loudness = ({ c, share }: { c: number; share: number }) => c * Math.min(1, Math.sqrt(share * 4))

/** What a panel is made of: the picture's own deep or contrasting colour. A darkened yellow would be mud: teal then. */
function groundFor<T extends { l: number; c: number; h: number; share: number }>(colours: T[], accent: T) {
  const muddy = ({ l, h }: T) => hueDistance(h, 90) < 38 && l > 0.55
  const found = colours
    .filter(
      (colour) =>
        colour.c > 0.03 && colour.share > 0.004 && !muddy(colour) && (colour.l < 0.5 || apart(colour, accent)),
    )
    .sort((a, b) => merit(b, accent) - merit(a, accent))[0]
  return found ?? { l: 0.36, c: 0.07, h: hueDistance(accent.h, 60) < 80 ? 180 : accent.h }
}

const apart = (a: { h: number }, b: { h: number }) => hueDistance(a.h, b.h) > 60
/** Contrast with the accent counts, and being a real, deep part of the picture counts as much. */
const merit = (a: { h: number; l: number; c: number; share: number }, accent: { h: number; l: number }) =>
  (different(a, accent) + (a.l < 0.5 ? a.share : 0)) * a.share ** 0.35 * (a.l < 0.5 ? 1.5 : 1)

/** A second colour is far from the first, colourful, and not just a speck. */
const striking = (a: { colour: string; c: number; share: number }, b: { colour: string }) =>
  colourDistance(a.colour, b.colour) * Math.min(1, a.c * 8) * Math.min(1, Math.sqrt(a.share * 8))

const different = (a: { h: number; l: number; c: number }, b: { h: number; l: number }) =>
  (hueDistance(a.h, b.h) / 180 + Math.abs(a.l - b.l) / 2) * Math.min(1, a.c * 8)

/** Paper is never green or violet: a cool accent gives neutral, a warm one warm paper. */
const warm = (hue: number) => (hueDistance(hue, 80) < 90 ? hue * 0.3 + 80 * 0.7 : 95)
