import type { DocumentInput } from '../document.ts'
import type { Fill } from '../fill.ts'
import type { PicturePalette } from '../palette.ts'
import type { Page, PageSize, TemplatePicture } from './template.ts'

/** A page being laid out: boxes in px, layers stacked in the order they are put down. */

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

type LayerInput = DocumentInput['layers'][number]
type Without<T> = T extends unknown ? Omit<T, 'id' | 'parent' | 'order' | 'type' | keyof Box> : never
type TextInput = Without<Extract<LayerInput, { type: 'text' }>>
type ImageInput = Without<Extract<LayerInput, { type: 'image' }>>
type ShapeInput = Without<Extract<LayerInput, { type: 'shape' }>>

export interface Sheet {
  readonly width: number
  readonly height: number
  /** A hundredth of the side of a square of the page's area: type and strokes grow with the page, not with its shape. */
  readonly unit: number
  /** The outer margin; nothing that is read lies outside it. */
  readonly margin: number
  /** The page without its margins. */
  readonly inner: Box
  text(name: string, box: Box, props: TextInput): void
  image(name: string, box: Box, picture: TemplatePicture, props?: Omit<ImageInput, 'asset'>): void
  shape(name: string, box: Box, props: ShapeInput): void
  /** Layers put down in `draw` are cut to the box. */
  clipped(name: string, box: Box, cornerRadius: number, draw: () => void): void
  done(): Page
}

export function openSheet(size: PageSize, background: string, { margin = 6.5 } = {}): Sheet {
  const { id, width, height } = size
  const unit = Math.sqrt(width * height) / 100
  const edge = Math.round(margin * unit)
  const layers: DocumentInput['layers'] = []
  let parent = id

  const put = (type: string, name: string, box: Box, props: object) => {
    const layer = { id: `${id}-${slug(name)}`, name, parent, order: layers.length, type, ...rounded(box), ...props }
    layers.push(layer as LayerInput)
    return layer.id
  }

  return {
    width,
    height,
    unit,
    margin: edge,
    inner: { x: edge, y: edge, width: width - 2 * edge, height: height - 2 * edge },
    text: (name, box, props) => void put('text', name, box, props),
    image: (name, box, { asset, recipe }, props = {}) =>
      void put('image', name, box, { asset, ...(recipe ? { recipe } : {}), ...props }),
    shape: (name, box, props) => void put('shape', name, box, props),
    clipped(name, box, cornerRadius, draw) {
      const outer = parent
      parent = put('group', name, box, { clip: true, cornerRadius: Math.round(cornerRadius) })
      draw()
      parent = outer
    },
    done() {
      const { name, dpi, bleedMm, safeMm } = size
      const extra = Object.fromEntries(
        Object.entries({ dpi, bleedMm, safeMm }).filter(([, value]) => value !== undefined),
      )
      return { artboard: { type: 'artboard', id, name, width, height, background, ...extra }, layers }
    },
  }
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** Whole px: edges stay sharp. */
const rounded = ({ x, y, width, height }: Box): Box => {
  const [left, top] = [Math.round(x), Math.round(y)]
  return {
    x: left,
    y: top,
    width: Math.max(0, Math.round(x + width) - left),
    height: Math.max(0, Math.round(y + height) - top),
  }
}

/** The point to keep in view when a picture is cropped: the middle of what it shows. */
export const focusOn = ({ subject }: PicturePalette): { focus: [number, number] } => ({
  focus: [subject.x + subject.width / 2, subject.y + subject.height / 2],
})

export const fill = (colour: string): Fill => ({ kind: 'solid', colour })
export const isTall = ({ width, height }: { width: number; height: number }) => height / width > 1.5
export const isSquare = ({ width, height }: { width: number; height: number }) => height / width < 1.15
export const inset = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x + by,
  y: y + by,
  width: width - 2 * by,
  height: height - 2 * by,
})
