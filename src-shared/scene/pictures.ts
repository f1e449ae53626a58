import type { ImageLayer } from '../document/layers/image.ts'
import { placement } from './draw.ts'
import type { Scene, SceneNode } from './node.ts'

/**
 * Which pictures a scene shows, and at which size each is best drawn. Whoever scales a picture to that size before it
 * is drawn, in the browser or for an export, leaves nothing for the canvas's own filter to do.
 */

/** A picture that would be drawn larger than this is taken as it is, and the canvas enlarges it. px */
export const MAX_DRAWN = 100_000_000

interface Size {
  width: number
  height: number
}

export function picturesOf(scene: Scene): ImageLayer[] {
  return flat(scene.nodes).flatMap((node) => (node.kind === 'image' ? [node.layer] : []))
}

/** px of each mask, by asset: of the largest box that it is stretched over. */
export function masksOf(scene: Scene, scale: number): Map<string, Size> {
  const uses = flat(scene.nodes).flatMap(({ mask, ...box }) => (mask ? [{ asset: mask.asset, ...box }] : []))
  const sizes = new Map<string, Size>()
  for (const [asset, boxes] of Map.groupBy(uses, (use) => use.asset)) {
    const [width, height] = [largest(boxes.map((box) => box.width)), largest(boxes.map((box) => box.height))]
    sizes.set(asset, rounded({ width, height }, 1, 1, scale))
  }
  return sizes
}

const largest = (lengths: number[]): number => Math.max(...lengths)

const flat = (nodes: SceneNode[]): SceneNode[] =>
  nodes.flatMap((node) => (node.kind === 'group' ? [node, ...flat(node.children)] : [node]))

/** px of the whole picture when its part in the layer is drawn without scaling, at `scale` device px per document px. */
export function drawnSize(layer: ImageLayer, picture: Size, scale: number): Size {
  if (layer.fit === 'tile')
    return rounded(picture, layer.tileSize / picture.width, layer.tileSize / picture.width, scale)
  const { source, target } = placement(layer, picture)
  return rounded(picture, target.width / source.width, target.height / source.height, scale)
}

const rounded = ({ width, height }: Size, x: number, y: number, scale: number): Size => ({
  width: Math.max(1, Math.round(width * x * scale)) || 1,
  height: Math.max(1, Math.round(height * y * scale)) || 1,
})
