import type { Group } from 'konva/lib/Group.js'
import type { Shape } from 'konva/lib/Shape.js'
import { boxPath, type Canvas2D, type DrawablePicture, drawImage, drawShape, drawText } from './draw.ts'
import type { Scene, SceneNode } from './node.ts'

/** A scene as Konva nodes: for the export in Node and for the canvas in the renderer, from the same functions. */

export interface KonvaEnvironment {
  konva: { Group: typeof Group; Shape: typeof Shape }
  /** The decoded picture of an asset; undefined while it loads draws nothing. */
  picture: (sha256: string) => DrawablePicture | undefined
  /** Device px per document px, for the surfaces of isolated groups. */
  pixelRatio: number
}

/** The artboard as one group: background, then layers bottom first. Each layer's node has the layer's id. */
export function sceneToKonva(scene: Scene, environment: KonvaEnvironment): Group {
  const { width, height, background, nodes } = scene
  const root = new environment.konva.Group({ clipX: 0, clipY: 0, clipWidth: width, clipHeight: height })
  if (background) {
    root.add(
      new environment.konva.Shape({
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

function leafToKonva(node: Exclude<SceneNode, { kind: 'group' }>, { konva, picture }: KonvaEnvironment): Shape {
  const { width, height } = node
  return new konva.Shape({
    ...pivoted(node),
    ...mixed(node),
    width,
    height,
    sceneFunc: (context) => {
      const canvas = context._context as unknown as Canvas2D
      canvas.save()
      draw(canvas, node, picture)
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
}

function draw(canvas: Canvas2D, node: Exclude<SceneNode, { kind: 'group' }>, picture: KonvaEnvironment['picture']) {
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
    case 'image': {
      const found = picture(node.layer.asset)
      if (found) drawImage(canvas, node.layer, found)
      return
    }
  }
}

/** Children keep the artboard's coordinates, so the group's own origin is put back under its rotation. */
function groupToKonva(node: Extract<SceneNode, { kind: 'group' }>, environment: KonvaEnvironment): Group {
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
  // Konva applies opacity and blend to each child unless the group is a picture of its own.
  if (isolated && children.length > 0) group.cache({ ...extent(node), pixelRatio: environment.pixelRatio })
  return group
}

/** A rectangle that surely holds what a group draws: boxes at any rotation, and letters that hang out of theirs. */
function extent(node: SceneNode): { x: number; y: number; width: number; height: number } {
  const boxes = node.kind === 'group' ? [node, ...node.children.map(extent)] : [node]
  const turn = (box: { x: number; y: number; width: number; height: number }) => {
    const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
    const reach = Math.hypot(box.width, box.height) / 2 + 1
    return [cx - reach, cy - reach, cx + reach, cy + reach] as const
  }
  const turned = boxes.map(turn)
  const [left, top] = [Math.min(...turned.map((t) => t[0])), Math.min(...turned.map((t) => t[1]))]
  const [right, bottom] = [Math.max(...turned.map((t) => t[2])), Math.max(...turned.map((t) => t[3]))]
  const [x, y] = [Math.floor(left), Math.floor(top)]
  return { x, y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y }
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
