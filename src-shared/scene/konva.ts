import type { Group } from 'konva/lib/Group.js'
import type { Shape } from 'konva/lib/Shape.js'
import type { ImageLayer } from '../document/layers/image.ts'
import type { Mask } from '../document/layers/layer.ts'
import { drawDieline } from './dieline.ts'
import { boxPath, type Canvas2D, type DrawablePicture, drawImage, drawShape, drawText } from './draw.ts'
import { extentOf, inkOf, type Rect, union } from './extent.ts'
import { applyMask, drawMasked, eraseAll, type MakeSurface, type Surface, scaleOf } from './masking.ts'
import type { GroupNode, LeafNode, Scene, SceneNode } from './node.ts'

/** A scene as Konva nodes: for the export in Node and for the canvas in the renderer, from the same functions. */

export interface KonvaEnvironment {
  konva: { Group: typeof Group; Shape: typeof Shape; Util: { createCanvasElement(): unknown } }
  /** The decoded picture of an asset at the size that is best for the layer; undefined while it loads draws nothing. */
  picture: (sha256: string, layer: ImageLayer) => DrawablePicture | undefined
  /** The same with its lightness as alpha (mask.ts); undefined while it loads hides the layer. */
  mask?: (sha256: string) => DrawablePicture | undefined
  /** Device px per px of whoever looks (a screen's devicePixelRatio, an export's scale): the width of technical lines. */
  pixelRatio: number
}

/** The artboard as one group: background, then layers bottom first. Each layer's node has the layer's id. */
export function sceneToKonva(scene: Scene, environment: KonvaEnvironment): Group {
  const { x, y, width, height, background, nodes } = scene
  const root = new environment.konva.Group({ clipX: x, clipY: y, clipWidth: width, clipHeight: height })
  if (background) {
    root.add(
      new environment.konva.Shape({
        x,
        y,
        width,
        height,
        listening: false,
        sceneFunc: (context) => {
          const canvas = context._context as unknown as Canvas2D
          canvas.fillStyle = background
          canvas.fillRect(0, 0, width, height)
        },
      }),
    )
  }
  for (const node of nodes) root.add(nodeToKonva(node, environment))
  return root
}

export function nodeToKonva(node: SceneNode, environment: KonvaEnvironment): Group | Shape {
  return node.kind === 'group' ? groupToKonva(node, environment) : leafToKonva(node, environment)
}

function leafToKonva(node: LeafNode, environment: KonvaEnvironment): Shape {
  const { width, height, mask } = node
  const ink = inkOf(node)
  const shape = new environment.konva.Shape({
    ...pivoted(node),
    ...mixed(node),
    width,
    height,
    sceneFunc: (context) => {
      const canvas = context._context as unknown as Canvas2D
      canvas.save()
      if (!mask) draw(canvas, node, environment)
      else {
        const picture = environment.mask?.(mask.asset)
        const paint = (surface: Canvas2D) => draw(surface, node, environment)
        if (picture) drawMasked(canvas, ink, node, { picture, invert: mask.invert }, surfacesOf(environment), paint)
      }
      canvas.restore()
    },
    // Clicks land on the box, not on the ink.
    hitFunc: (context, shape) => {
      context.beginPath()
      context.rect(0, 0, width, height)
      context.closePath()
      context.fillStrokeShape(shape)
    },
  })
  reachingTo(shape, ink)
  return shape
}

/**
 * Tell Konva how far the drawing reaches, for the surfaces of isolated groups. Not by `selfRectFunc`, which would also
 * move the handles of a selection from the box to the ink.
 */
function reachingTo(shape: Shape, ink: Rect): void {
  const drawing = shape as unknown as { _getSelfRectForDrawing(): Rect }
  drawing._getSelfRectForDrawing = () => ink
}

const makers = new WeakMap<KonvaEnvironment, MakeSurface>()

function surfacesOf(environment: KonvaEnvironment): MakeSurface {
  const make = makers.get(environment) ?? (() => environment.konva.Util.createCanvasElement() as Surface)
  makers.set(environment, make)
  return make
}

function draw(canvas: Canvas2D, node: LeafNode, { picture, pixelRatio }: KonvaEnvironment) {
  switch (node.kind) {
    case 'text':
      drawText(canvas, node.layout, node.fill, node)
      return
    case 'shape': {
      if (node.layer.shape.kind === 'rays') {
        canvas.beginPath()
        boxPath(canvas, node, 0)
        canvas.clip()
      }
      drawShape(canvas, node.layer)
      return
    }
    case 'dieline': {
      const scale = scaleOf(canvas)
      if (scale > 0) drawDieline(canvas, node.layer, pixelRatio / scale)
      return
    }
    case 'image': {
      const found = picture(node.layer.asset, node.layer)
      if (found) drawImage(canvas, node.layer, found)
      return
    }
  }
}

/** Children keep the artboard's coordinates, so the group's own origin is put back under its rotation. */
function groupToKonva(node: GroupNode, environment: KonvaEnvironment): Group {
  const { id, name, x, y, width, height, rotation, clip, isolated, children } = node
  const [cx, cy] = [x + width / 2, y + height / 2]
  const group = new environment.konva.Group({
    id,
    name,
    x: cx,
    y: cy,
    offsetX: cx,
    offsetY: cy,
    rotation,
    // Konva applies opacity and blend to each child unless the group is a picture of its own.
    isolated,
    ...mixed(node),
    ...(clip === undefined
      ? {}
      : {
          clipFunc: (context: { _context?: unknown }) => {
            const canvas = (context._context ?? context) as Canvas2D
            canvas.translate(x, y)
            boxPath(canvas, node, clip)
            canvas.translate(-x, -y)
          },
        }),
  })
  for (const child of children) group.add(nodeToKonva(child, environment))
  if (node.mask && children.length > 0) group.add(groupMask(node, node.mask, environment))
  return group
}

/** The last thing drawn on a group's surface: takes away what the mask hides. */
function groupMask(node: GroupNode, mask: Mask, environment: KonvaEnvironment): Shape {
  const { x, y, width, height } = node
  const reach = union([node, ...node.children.map(extentOf)])
  const ink = { ...reach, x: reach.x - x, y: reach.y - y }
  const shape = new environment.konva.Shape({
    ...{ x, y, width, height },
    listening: false,
    sceneFunc: (context) => {
      const canvas = context._context as unknown as Canvas2D
      const picture = environment.mask?.(mask.asset)
      if (picture) applyMask(canvas, ink, node, { picture, invert: mask.invert }, surfacesOf(environment))
      else eraseAll(canvas)
    },
  })
  reachingTo(shape, ink)
  return shape
}

const mixed = ({ opacity, blend }: SceneNode) => ({
  opacity,
  ...(blend === 'normal' ? {} : { globalCompositeOperation: blend }),
})

/** x, y, width, height and a rotation about the centre. */
const pivoted = ({ id, name, x, y, width, height, rotation }: SceneNode) => ({
  id,
  name,
  x: x + width / 2,
  y: y + height / 2,
  offsetX: width / 2,
  offsetY: height / 2,
  rotation,
})
