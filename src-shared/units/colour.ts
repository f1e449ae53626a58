/** Colours: sRGB hex, OKLCH (Björn Ottosson, 2020) for choosing, WCAG 2.2 contrast for reading. */

export interface Oklch {
  /** 0 black … 1 white */
  l: number
  /** 0 grey … about 0.37 */
  c: number
  /** degrees */
  h: number
}

export type Rgb = [r: number, g: number, b: number]
export type Lab = [l: number, a: number, b: number]

export const hexToRgb = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1, 7), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

export const rgbToHex = (rgb: Rgb): string =>
  `#${rgb
    .map((v) =>
      Math.round(Math.min(255, Math.max(0, v)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

const toLinear = (value: number) => {
  const v = value / 255
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
}
const fromLinear = (v: number) => 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)

export function rgbToLab([red, green, blue]: Rgb): Lab {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function labToLinear([L, a, b]: Lab): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

export function labToOklch([l, a, b]: Lab): Oklch {
  return { l, c: Math.hypot(a, b), h: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 }
}

const oklchToLab = ({ l, c, h }: Oklch): Lab => {
  const angle = (h * Math.PI) / 180
  return [l, c * Math.cos(angle), c * Math.sin(angle)]
}

export const hexToOklch = (hex: string): Oklch => labToOklch(rgbToLab(hexToRgb(hex)))

/** The nearest sRGB colour of the same lightness and hue: chroma gives way. */
export function oklchToHex(colour: Oklch): string {
  const l = Math.min(1, Math.max(0, colour.l))
  const inGamut = (c: number) => labToLinear(oklchToLab({ ...colour, l, c })).every((v) => v >= -1e-4 && v <= 1.0001)
  let low = 0
  let high = colour.c
  if (inGamut(high)) low = high
  else
    for (let i = 0; i < 16; i++) {
      const middle = (low + high) / 2
      if (inGamut(middle)) low = middle
      else high = middle
    }
  const linear = labToLinear(oklchToLab({ ...colour, l, c: low }))
  return rgbToHex(linear.map((v) => fromLinear(Math.min(1, Math.max(0, v)))) as Rgb)
}

export const labDistance = (a: Lab, b: Lab): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

export const colourDistance = (a: string, b: string): number =>
  labDistance(rgbToLab(hexToRgb(a)), rgbToLab(hexToRgb(b)))

/** Degrees between two hues, 0 … 180. */
export const hueDistance = (a: number, b: number): number => {
  const d = Math.abs(a - b) % 360
  return d > 180 ? 360 - d : d
}

function luminance(hex: string): number {
  const [r, g, b] = hexToRgb(hex).map(toLinear) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** WCAG contrast ratio, 1 … 21. 4.5 is needed for text, 3 for large type. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** The first candidate that can be read on `ground`; when none can, the best one made lighter or darker until it can. */
export function readable(ground: string, candidates: string[], ratio = 4.5): string {
  const found = candidates.find((colour) => contrast(colour, ground) >= ratio)
  if (found) return found
  const best = candidates.reduce((a, b) => (contrast(b, ground) > contrast(a, ground) ? b : a))
  return withContrast(best, ground, ratio)
}

/** `colour` at the lightness nearest to its own that reaches `ratio` on `ground`; black or white when none does. */
export function withContrast(colour: string, ground: string, ratio: number): string {
  const start = hexToOklch(colour)
  for (let step = 0; step <= 50; step++) {
    for (const l of [start.l - step * 0.02, start.l + step * 0.02]) {
      if (l < 0 || l > 1) continue
      const tried = oklchToHex({ ...start, l })
      if (contrast(tried, ground) >= ratio) return tried
    }
  }
  return contrast('#000000', ground) > contrast('#ffffff', ground) ? '#000000' : '#ffffff'
}
