import type { Fill } from '#shared/document/fill.ts'
import type { TextLayer } from '#shared/document/layers/text.ts'
import { cssFont, faceOf, requireFont } from '#shared/scene/fonts.ts'
import type { TextLayout } from '#shared/scene/layout.ts'
import { type Camera, toScreen } from './camera.ts'
import { centreOf } from './geometry.ts'
import { groupsOver, standing, type Tree } from './held.ts'
import { settable } from './stand-in.ts'

/** CSS that makes a text field look like the layer it lies over: same place, angle, font, size and colour. */
export function editorStyle(written: TextLayer, store: Tree, camera: Camera, layout: TextLayout): string {
  const layer = settable(written)
  const board = store.artboardOf(layer.id)
  const box = standing(layer, groupsOver(store, layer), board ?? { x: 0, y: 0 })
  const middle = toScreen(camera, centreOf(box))
  const font = requireFont(layer.family)
  const face = faceOf(font, layer.weight, layer.italic)
  const companion = font.companion ? `, "${font.companion.family}"` : ''
  const { size } = layout
  // A vertical text is written in lines, beside nothing: as wide as its box is high.
  const vertical = layer.direction === 'vertical'
  const [width, height] = vertical ? [Math.max(layer.width, layer.height), layer.height] : [layer.width, layer.height]
  const down = vertical ? 0 : firstBaseline(layout, layer) - baselineInLine(cssFont(face, 100), size, layer.lineHeight)
  // The ink of the first letter stands on the box's edge, a browser's own margin before it does not.
  const aside = !vertical && layer.align === 'left' ? (layout.lines[0]?.runs[0]?.x ?? 0) : 0
  const { zoom } = camera
  return Object.entries({
    width: `${width}px`,
    height: `${Math.max(height, size * layer.lineHeight) + size * layer.lineHeight}px`,
    font: `${face.italic ? 'italic ' : ''}${face.weight} ${size}px/${layer.lineHeight} "${face.family}"${companion}`,
    'letter-spacing': `${(layer.tracking / 1000) * size}px`,
    'text-align': vertical ? 'left' : layer.align,
    'text-transform': layer.uppercase ? 'uppercase' : 'none',
    color: colourOf(layer.fill),
    'caret-color': 'var(--ink)',
    opacity: String(layer.opacity),
    'transform-origin': '0 0',
    transform: [
      `translate(${middle.x}px, ${middle.y}px)`,
      `rotate(${box.rotation}deg)`,
      `scale(${zoom})`,
      `translate(${aside - layer.width / 2}px, ${down - layer.height / 2}px)`,
    ].join(' '),
  })
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ')
}

/** From the top of the box, px. An empty text has no line: it will begin at the top. */
function firstBaseline({ lines, size }: TextLayout, { family }: TextLayer): number {
  return lines[0]?.baseline ?? requireFont(family).metrics.cap * size
}

/** A browser puts the middle of ascent and descent in the middle of the line. */
function baselineInLine(font: string, size: number, lineHeight: number): number {
  const { ascent, descent } = metricsOf(font)
  return ((lineHeight - ascent - descent) / 2 + ascent) * size
}

const known = new Map<string, { ascent: number; descent: number }>()
let ruler: CanvasRenderingContext2D | undefined

/** Ems. */
function metricsOf(font: string) {
  const found = known.get(font)
  if (found) return found
  ruler ??= document.createElement('canvas').getContext('2d')!
  ruler.font = font
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = ruler.measureText('H')
  const metrics = { ascent: fontBoundingBoxAscent / 100, descent: fontBoundingBoxDescent / 100 }
  if (document.fonts.check(font)) known.set(font, metrics)
  return metrics
}

/** A field has one colour: a gradient's first. */
const colourOf = (fill: Fill): string =>
  fill.kind === 'solid' ? fill.colour : fill.kind === 'none' ? 'transparent' : fill.stops[0]!.colour
