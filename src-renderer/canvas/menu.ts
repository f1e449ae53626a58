import type { ActionId } from '#shared/actions/actions.ts'

/** What the canvas offers where one clicks with the other button; a gap is a line. */
export const ON_LAYERS: readonly (readonly ActionId[])[] = [
  ['edit.cut', 'edit.copy', 'edit.paste', 'edit.duplicate', 'edit.delete'],
  ['object.group', 'object.ungroup', 'object.lock', 'object.hide'],
  ['object.bring-to-front', 'object.bring-forward', 'object.send-backward', 'object.send-to-back'],
  ['object.flip-horizontally', 'object.flip-vertically'],
  ['image.vary', 'image.image-to-image', 'image.inpaint', 'image.outpaint', 'image.upscale'],
  ['file.quick-export'],
]

export const ON_PASTEBOARD: readonly (readonly ActionId[])[] = [
  ['edit.paste', 'edit.select-all', 'image.place'],
  ['view.zoom-fit', 'view.zoom-100'],
  ['view.rulers', 'view.grid', 'view.guides', 'view.snap', 'view.bleed'],
]
