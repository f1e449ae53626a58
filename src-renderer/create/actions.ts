import { asked, bringPicture } from '../app/api.ts'
import type { Behaviours } from '../app/behaviour.ts'
import { say } from '../app/language.svelte.ts'
import { pickFile } from '../app/shell.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { bringCanvas, renderRegion } from './picture-files.ts'
import { putPicture } from './put.ts'
import { brushed, regionOf } from './region.ts'
import { inpaint, repaintingModel } from './repainting.ts'
import { withSeed } from './reuse.ts'
import { roomOf } from './room.svelte.ts'
import { limitsOf, sizeFor } from './sizes.ts'
import { firstRecipe, selectedPicture } from './source.ts'
import { words } from './words.ts'

const canEdit = ({ project }: Studio) => project !== undefined && project.readOnly === undefined

/** From the selected picture, or from the artboard as it looks. */
async function imageToImage(studio: Studio): Promise<void> {
  const room = roomOf(studio)
  const model = repaintingModel(room)!
  const layer = selectedPicture(studio)
  const region = regionOf(studio)!
  room.chosen = model.id
  const size = sizeFor(region.box.width / region.box.height, limitsOf(model.manifest)!)
  const asset =
    layer?.asset ??
    (await bringCanvas(await renderRegion(studio, region.artboard, region.box, size), 'artboard.png')).sha256
  room.inputs = [asset]
  studio.left = 'image'
  await room.generate()
}

async function vary(studio: Studio): Promise<void> {
  const recipe = selectedPicture(studio)?.recipe
  studio.left = 'image'
  if (recipe) await roomOf(studio).vary(await firstRecipe(studio, recipe))
  else await roomOf(studio).generate()
}

async function repaint(studio: Studio): Promise<void> {
  const painted = brushed(studio)
  if (!painted) {
    // Nothing to repaint yet: hand over the brush.
    const { view } = studio.project!
    view.masking = undefined
    view.tool = 'brush'
    studio.notices.info(say(words.brushFirst))
    return
  }
  studio.left = 'image'
  await inpaint(studio, painted)
}

export const createActions = {
  'image.generate': {
    enabled: (studio) => canEdit(studio) && roomOf(studio).missing === undefined,
    // A brushed area says where: then generating is repainting.
    perform: (studio) => (brushed(studio) ? repaint(studio) : roomOf(studio).generate()),
  },
  'image.vary': {
    enabled: (studio) => {
      const recipe = selectedPicture(studio)?.recipe
      return canEdit(studio) && recipe !== undefined && (recipe.kind === 'upscale' || withSeed(recipe, 0) !== undefined)
    },
    perform: vary,
  },
  'image.cancel': {
    enabled: (studio) => roomOf(studio).progress !== undefined,
    perform: (studio) => roomOf(studio).stop(),
  },
  'image.image-to-image': {
    enabled: (studio) => canEdit(studio) && repaintingModel(roomOf(studio)) !== undefined,
    perform: imageToImage,
  },
  'image.inpaint': {
    enabled: (studio) => canEdit(studio) && repaintingModel(roomOf(studio)) !== undefined,
    perform: repaint,
  },
  'image.outpaint': {
    enabled: (studio) =>
      canEdit(studio) && selectedPicture(studio)?.rotation === 0 && repaintingModel(roomOf(studio)) !== undefined,
    perform: (studio) => {
      roomOf(studio).dialog = 'outpaint'
    },
  },
  'image.upscale': {
    enabled: (studio) =>
      canEdit(studio) && selectedPicture(studio) !== undefined && studio.models.ofFamily('upscaler').length > 0,
    perform: (studio) => {
      roomOf(studio).dialog = 'upscale'
    },
  },
  'image.place': {
    enabled: canEdit,
    async perform(studio) {
      const file = await pickFile('image/*,.svg')
      if (!file) return
      putPicture(studio, await asked(bringPicture(file, file.name)))
    },
  },
} satisfies Behaviours
