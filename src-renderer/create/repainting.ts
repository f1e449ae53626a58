import type { UsableModel } from '#shared/contract/studio-api.ts'
import type { ImageLayer } from '#shared/document/layers/image.ts'
import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import { say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { inpaintMask, type Painted } from '../canvas/region.svelte.ts'
import { deskOf, toRecipes } from './families/families.ts'
import { seedsFrom } from './jobs.ts'
import { bringCanvas, canvasOf, drawLayer, renderRegion } from './picture-files.ts'
import { clearRegion } from './region.ts'
import { featherOf, type Growth, grown, pieceAround } from './repaint.ts'
import { type CreateRoom, roomOf } from './room.svelte.ts'
import { type Box, type Size, sizeFor } from './sizes.ts'
import { words } from './words.ts'

/** Repainting a part: the result is a layer that wears the mask, so that everything outside stays exactly as it was. */

/** A brushed part is to become something else; a little of what was there keeps its light and colours. */
const INPAINT_STRENGTH = 0.9

type DiffusionModel = UsableModel & { manifest: PackageOf<'diffusion'> }

/** The panel's model when it can start from a picture, else the first that can. */
export function repaintingModel(room: CreateRoom): DiffusionModel | undefined {
  const can = (model: UsableModel | undefined): model is DiffusionModel =>
    model?.manifest.family === 'diffusion' && model.manifest.config.sessions.vaeEncoder !== undefined
  return [room.model, ...room.models].find(can)
}

/** What the brush painted is made anew by the prompt, together with what is around it. */
export async function inpaint(studio: Studio, painted: Painted): Promise<void> {
  const room = roomOf(studio)
  const model = requireModel(room)
  const { artboard } = painted
  const { width, height } = studio.project!.store.artboard(artboard)!
  const { box, size } = pieceAround(painted.box, { x: 0, y: 0, width, height }, model.manifest.config.size)
  const mask = canvasOf(size)
  mask.drawImage(inpaintMask(painted, box, { width: size[0], height: size[1] }), 0, 0)
  const init = await renderRegion(studio, artboard, box, size)
  await submit(room, model, { init, mask, size, artboard, box, strength: INPAINT_STRENGTH })
  clearRegion(studio)
}

/** The picture of a layer in a larger box; the new border fades into the old picture. */
export async function outpaint(studio: Studio, layer: ImageLayer, growth: Growth): Promise<void> {
  const room = roomOf(studio)
  const model = requireModel(room)
  const box = grown(layer, growth)
  const size = sizeFor(box.width / box.height, model.manifest.config.size)
  const [across, down] = [size[0] / box.width, size[1] / box.height]
  const old = {
    x: (layer.x - box.x) * across,
    y: (layer.y - box.y) * down,
    width: layer.width * across,
    height: layer.height * down,
  }
  const init = canvasOf(size)
  // The border begins as what the picture ends with, far out of focus: the model goes on from these colours.
  init.filter = `blur(${Math.round(Math.min(...size) / 16)}px)`
  await drawLayer(init, { ...layer, cornerRadius: 0 }, { x: 0, y: 0, width: size[0], height: size[1] })
  init.filter = 'none'
  await drawLayer(init, { ...layer, cornerRadius: 0 }, old)
  const mask = canvasOf(size)
  borderMask(mask, size, old, growth)
  const artboard = studio.project!.store.artboardOf(layer.id)!.id
  await submit(room, model, { init, mask, size, artboard, box, strength: 1 })
}

/** White where there was no picture; the inner edge is soft on the sides that were pulled out. */
function borderMask(context: OffscreenCanvasRenderingContext2D, size: Size, old: Box, growth: Growth): void {
  const feather = featherOf(old)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, ...size)
  const inset = (side: number) => (side > 0 ? feather : -2 * feather)
  const [left, top] = [old.x + inset(growth.left), old.y + inset(growth.top)]
  const [right, bottom] = [old.x + old.width - inset(growth.right), old.y + old.height - inset(growth.bottom)]
  context.filter = `blur(${feather / 2}px)`
  context.fillStyle = '#000'
  context.fillRect(left, top, right - left, bottom - top)
  context.filter = 'none'
}

interface Piece {
  init: OffscreenCanvasRenderingContext2D
  mask: OffscreenCanvasRenderingContext2D
  size: Size
  artboard: string
  box: Box
  strength: number
}

async function submit(room: CreateRoom, model: DiffusionModel, piece: Piece): Promise<void> {
  const { size, artboard, box, strength } = piece
  const init = await bringCanvas(piece.init, 'init.png')
  const mask = await bringCanvas(piece.mask, 'mask.png')
  const { manifest } = model
  const own = room.model?.id === model.id ? room.settings : deskOf(manifest).settings(manifest)
  const form = { ...room.form, size, settings: { ...own, strength }, inputs: [init.sha256] }
  const recipes = toRecipes(model, form, seedsFrom(room.nextSeed(), room.count)).map((recipe) => ({
    ...recipe,
    mask: mask.sha256,
  }))
  await room.submit(
    recipes.map((recipe, at) => ({
      recipe,
      target:
        at === 0
          ? { action: 'place', id: artboard, box, mask: mask.sha256 }
          : { action: 'results', id: artboard, box, mask: mask.sha256 },
    })),
  )
}

function requireModel(room: CreateRoom): DiffusionModel {
  const model = repaintingModel(room)
  if (model) return model
  throw new StudioError({
    code: 'unsupported',
    message: say(words.inpaintNeedsDiffusion),
    remedy: say(words.noEncoderRemedy),
  })
}
