import type { DielineKind } from '#shared/document/layers/dieline.ts'
import type { SvgElement } from './svg.ts'

/** What a line of an SVG dieline is for: by its names, by those of its layers, by its colour. */

export interface LineStyle {
  /** Names from the line itself outwards: id, class, label of each layer around it. */
  words: string[]
  stroke: string | undefined
  dashed: boolean
  hidden: boolean
}

/** An element's style over the one that it inherits. `rules` are the file's style sheets by `.class`, `#id` and name. */
export function styleOf(element: SvgElement, above: LineStyle, rules: ReadonlyMap<string, string>): LineStyle {
  const { attributes } = element
  const classes = (attributes.get('class') ?? '').split(/\s+/).filter(Boolean)
  const id = attributes.get('id') ?? ''
  const declared = new Map<string, string>()
  const sheets = [element.name, ...classes.map((name) => `.${name.toLowerCase()}`), `#${id.toLowerCase()}`]
  for (const css of [...sheets.map((key) => rules.get(key) ?? ''), attributes.get('style') ?? '']) {
    for (const declaration of css.split(';')) {
      const [key, value] = declaration.split(':')
      if (value !== undefined)
        declared.set(key!.trim().toLowerCase(), value.replace('!important', '').trim().toLowerCase())
    }
  }
  const value = (key: string) => declared.get(key) ?? attributes.get(key)?.trim().toLowerCase()
  const label = attributes.get('inkscape:label') ?? attributes.get('data-name') ?? ''
  const stroke = value('stroke')
  const dash = value('stroke-dasharray')
  return {
    words: [[label, id, ...classes].filter(Boolean).join(' '), ...above.words],
    stroke: stroke === undefined || stroke === 'inherit' ? above.stroke : stroke,
    dashed: dash === undefined || dash === 'inherit' ? above.dashed : dash !== 'none' && dash !== '0',
    // `visibility` could be undone further inside; nobody draws dielines like that.
    hidden: above.hidden || value('display') === 'none' || value('visibility') === 'hidden',
  }
}

/** More telling words first: a "perforated fold" is perforated, a "cut crease" is creased. */
const WORDS: [DielineKind, RegExp][] = [
  ['perforation', /perf|tear|zipper|撕|齿|孔/i],
  ['crease', /crease|fold|score|scoring|bend|折|压痕|压线/i],
  ['bleed', /bleed|出血/i],
  ['glue', /glue|gluing|adhesive|paste|粘|胶|糊/i],
  ['cut', /(?:^|[^a-z])(?:cut|die|trim|knife|thru|through)|cutting|dieline|刀|切/i],
]

export function kindOf({ words, stroke, dashed }: LineStyle): DielineKind {
  for (const names of words) {
    const found = WORDS.find(([, pattern]) => pattern.test(names))
    // A name that only says that this is a dieline tells nothing about the line.
    if (found && !(found[0] === 'cut' && /die-?line/i.test(names) && !/cut/i.test(names))) return found[0]
  }
  return kindOfColour(stroke) ?? (dashed ? 'crease' : 'cut')
}

/** The colours that packaging drawings mostly use. Red, magenta, grey and black draw cuts, and dashed ones folds. */
function kindOfColour(stroke: string | undefined): DielineKind | undefined {
  const rgb = stroke === undefined ? undefined : rgbOf(stroke)
  if (!rgb) return undefined
  const [r, g, b] = rgb
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)]
  if (high - low < 64) return undefined
  const span = high - low
  const hue = 60 * (high === r ? ((g - b) / span + 6) % 6 : high === g ? (b - r) / span + 2 : (r - g) / span + 4)
  if (hue < 20 || hue >= 310) return undefined
  if (hue < 70) return 'glue'
  if (hue < 165) return 'bleed'
  return hue < 255 ? 'crease' : 'perforation'
}

const NAMED: Record<string, string> = {
  ...{ red: '#ff0000', magenta: '#ff00ff', fuchsia: '#ff00ff', blue: '#0000ff', cyan: '#00ffff', aqua: '#00ffff' },
  ...{ green: '#008000', lime: '#00ff00', orange: '#ffa500', yellow: '#ffff00', purple: '#800080', navy: '#000080' },
}

function rgbOf(text: string): [number, number, number] | undefined {
  const colour = NAMED[text] ?? text
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(colour)
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/.exec(colour)
  const numbers = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(colour)
  const parts =
    short?.slice(1).map((digit) => Number.parseInt(digit + digit, 16)) ??
    long?.slice(1).map((digits) => Number.parseInt(digits, 16)) ??
    numbers?.slice(1).map(Number)
  return parts as [number, number, number] | undefined
}
