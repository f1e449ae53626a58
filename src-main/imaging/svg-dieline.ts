import svgpath from 'svgpath'
import type { DielineKind } from '#shared/document/layers/dieline.ts'
import { StudioError } from '#shared/errors.ts'
import { readSvg, type SvgElement } from './svg.ts'
import { kindOf, type LineStyle, styleOf } from './svg-lines.ts'
import { lengthOf, sizeOf, type ViewBox, viewBoxOf } from './svg-size.ts'
import { type Matrix, matrixOf, multiply } from './svg-transform.ts'

/** A dieline from an SVG file: every drawn outline as absolute path data, with what it tells the machine. */
export interface Dieline {
  viewBox: ViewBox
  paths: { d: string; kind: DielineKind }[]
  /** When the file says it in units of the real world. */
  sizeMm?: { width: number; height: number }
  /** What the file has besides lines and is left out: `text`, `image`, `use`, `damaged path`. */
  ignored: string[]
}

/** Path data of a whole dieline, characters: it travels in one message and lives in the document. */
const MAX_DATA = 500_000
const MAX_PATHS = 2000

export async function readDieline(file: string): Promise<Dieline> {
  const { root } = await readSvg(file)
  const found = linesOf(root)
  if (found.lines.length === 0)
    throw noDieline(file, 'there are no lines in it', 'Draw the dieline as paths or shapes.')
  const size = sizeOf(root)
  const viewBox = viewBoxOf(root) ?? (size ? [0, 0, size.width.px, size.height.px] : boundsOf(found.lines))
  const paths = joined(found.lines.map(({ segments, kind }) => ({ d: dataOf(segments, viewBox), kind })))
  if (paths.reduce((sum, { d }) => sum + d.length, 0) > MAX_DATA)
    throw noDieline(
      file,
      `its lines have more than ${MAX_DATA / 1000} KB`,
      'Leave the artwork out and simplify the lines.',
    )
  const [width, height] = [size?.width.mm, size?.height.mm]
  const sizeMm = width !== undefined && height !== undefined ? { sizeMm: { width, height } } : {}
  return { viewBox, paths, ...sizeMm, ignored: [...found.ignored].sort().slice(0, 100) }
}

function noDieline(file: string, reason: string, remedy: string): StudioError {
  return new StudioError({ code: 'invalid-file', message: `the SVG is no dieline: ${reason}`, where: { file }, remedy })
}

type Segment = [command: 'M' | 'L' | 'C' | 'Q' | 'Z', ...numbers: number[]]

interface DrawnLine {
  segments: Segment[]
  kind: DielineKind
}

/** Containers, and what is drawn only when something else refers to it. */
const CONTAINERS = new Set(['svg', 'g', 'a', 'switch'])
const UNDRAWN = new Set(
  'defs symbol clippath mask pattern marker lineargradient radialgradient filter metadata style title desc namedview'.split(
    ' ',
  ),
)

function linesOf(root: SvgElement): { lines: DrawnLine[]; ignored: Set<string> } {
  const lines: DrawnLine[] = []
  const ignored = new Set<string>()
  const rules = new Map<string, string>()
  const visit = (element: SvgElement, matrix: Matrix, style: LineStyle) => {
    if (element.name === 'style') collectRules(element.text, rules)
    const own = styleOf(element, style, rules)
    if (own.hidden) return
    const here = multiply(matrix, matrixOf(element.attributes.get('transform')))
    if (CONTAINERS.has(element.name)) {
      const inside = element.name === 'svg' && element !== root ? multiply(here, placed(element)) : here
      for (const child of element.children) visit(child, inside, own)
      return
    }
    const d = pathOf(element)
    if (d === undefined) {
      if (!UNDRAWN.has(element.name)) ignored.add(element.name.slice(0, 100))
      return
    }
    const path = svgpath(d)
    if ((path as unknown as { err: string }).err) ignored.add('damaged path')
    const segments = absolute(path, here)
    if (segments.length > 1) lines.push({ segments, kind: kindOf(own) })
  }
  // Style sheets may stand after what they style.
  for (const sheet of sheetsOf(root)) collectRules(sheet.text, rules)
  visit(root, [1, 0, 0, 1, 0, 0], { words: [], stroke: undefined, dashed: false, hidden: false })
  return { lines, ignored }
}

const sheetsOf = (element: SvgElement): SvgElement[] =>
  element.name === 'style' ? [element] : element.children.flatMap(sheetsOf)

/** `.cut, #a { stroke: red }` by `.cut` and `#a`: the selectors that drawing programs write. */
function collectRules(css: string, rules: Map<string, string>): void {
  for (const [, selectors, body] of css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    for (const selector of selectors!.split(',')) {
      const key = selector.trim().toLowerCase()
      if (/^[.#]?[\w-]+$/.test(key)) rules.set(key, `${rules.get(key) ?? ''};${body}`)
    }
  }
}

/** A nested drawing's own place and scale. */
function placed(svg: SvgElement): Matrix {
  const [x, y] = [lengthOf(svg.attributes.get('x'))?.px ?? 0, lengthOf(svg.attributes.get('y'))?.px ?? 0]
  const [box, size] = [viewBoxOf(svg), sizeOf(svg)]
  if (!box || !size) return [1, 0, 0, 1, x, y]
  const scale = Math.min(size.width.px / box[2], size.height.px / box[3])
  return [scale, 0, 0, scale, x - box[0] * scale, y - box[1] * scale]
}

/** An element's outline as path data; undefined when it has none. */
function pathOf({ name, attributes }: SvgElement): string | undefined {
  const number = (key: string) => lengthOf(attributes.get(key))?.px ?? 0
  switch (name) {
    case 'path':
      return attributes.get('d') ?? ''
    case 'line':
      return `M${number('x1')} ${number('y1')}L${number('x2')} ${number('y2')}`
    case 'polyline':
    case 'polygon': {
      const points = attributes.get('points')?.match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? []
      const pairs = points.slice(0, points.length - (points.length % 2))
      return pairs.length < 4 ? '' : `M${pairs.join(' ')}${name === 'polygon' ? 'Z' : ''}`
    }
    case 'circle':
      return ellipse(number('cx'), number('cy'), number('r'), number('r'))
    case 'ellipse':
      return ellipse(number('cx'), number('cy'), number('rx'), number('ry'))
    case 'rect': {
      const [x, y, width, height] = [number('x'), number('y'), number('width'), number('height')]
      if (!(width > 0 && height > 0)) return ''
      const [given, other] = [lengthOf(attributes.get('rx'))?.px, lengthOf(attributes.get('ry'))?.px]
      const rx = Math.min(Math.max(0, given ?? other ?? 0), width / 2)
      const ry = Math.min(Math.max(0, other ?? given ?? 0), height / 2)
      if (rx === 0 || ry === 0) return `M${x} ${y}h${width}v${height}h${-width}Z`
      const arc = (dx: number, dy: number) => `a${rx} ${ry} 0 0 1 ${dx} ${dy}`
      const [w, h] = [width - 2 * rx, height - 2 * ry]
      return `M${x + rx} ${y}h${w}${arc(rx, ry)}v${h}${arc(-rx, ry)}h${-w}${arc(-rx, -ry)}v${-h}${arc(rx, -ry)}Z`
    }
    default:
      return undefined
  }
}

const ellipse = (cx: number, cy: number, rx: number, ry: number): string =>
  rx > 0 && ry > 0 ? `M${cx - rx} ${cy}a${rx} ${ry} 0 1 1 ${2 * rx} 0a${rx} ${ry} 0 1 1 ${-2 * rx} 0Z` : ''

/** In the plane of the root: no shorthands, arcs as curves, every point a finite number. */
function absolute(path: ReturnType<typeof svgpath>, matrix: Matrix): Segment[] {
  const segments: Segment[] = []
  path
    .abs()
    .unshort()
    .unarc()
    .matrix([...matrix])
    .iterate((segment, _, x, y) => {
      const [command, ...numbers] = segment as [string, ...number[]]
      if (!numbers.every((value) => Number.isFinite(value) && Math.abs(value) < 1e9)) return
      if (command === 'H') segments.push(['L', numbers[0]!, y])
      else if (command === 'V') segments.push(['L', x, numbers[0]!])
      else segments.push([command as Segment[0], ...numbers])
    })
  return segments
}

/** Rounded to a millionth of the drawing. */
function dataOf(segments: Segment[], [, , width, height]: ViewBox): string {
  const digits = Math.min(9, Math.max(0, Math.ceil(6 - Math.log10(Math.max(width, height)))))
  const short = (value: number) => String(Number(value.toFixed(digits)))
  return segments.map(([command, ...numbers]) => command + numbers.map(short).join(' ')).join('')
}

/** Too many lines for a document: those of one kind that follow each other become one. */
function joined(paths: Dieline['paths']): Dieline['paths'] {
  if (paths.length <= MAX_PATHS) return paths
  const out: Dieline['paths'] = []
  for (const path of paths.sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))) {
    const last = out.at(-1)
    if (last?.kind === path.kind && last.d.length + path.d.length < 100_000) last.d += path.d
    else out.push({ ...path })
  }
  return out
}

/** Of the points and the curves' handles. */
function boundsOf(lines: DrawnLine[]): ViewBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { segments } of lines) {
    for (const [, ...numbers] of segments) {
      for (let i = 0; i + 1 < numbers.length; i += 2) {
        left = Math.min(left, numbers[i]!)
        right = Math.max(right, numbers[i]!)
        top = Math.min(top, numbers[i + 1]!)
        bottom = Math.max(bottom, numbers[i + 1]!)
      }
    }
  }
  return [left, top, Math.max(right - left, 1e-3), Math.max(bottom - top, 1e-3)]
}
