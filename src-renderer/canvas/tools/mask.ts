import type { Layer } from '#shared/document/layers/kinds.ts'
import { bringPicture } from '../../app/api.ts'
import { say } from '../../app/language.svelte.ts'
import type { Easel, Tool } from '../easel.svelte.ts'
import { centreOf, type Point, turn } from '../geometry.ts'
import { groupsOver, standing } from '../held.ts'
import { hidingFrom, maskFrom } from '../mask-paint.ts'
import type { Paint } from '../paint.ts'
import { words } from '../words.ts'
import { brushKeys, showRing, strokeOn } from './brushing.ts'

/** Hides parts of the selected layer with a brush, and shows them again with Alt or E. */

interface Masking {
  layer: string
  paint: Paint
  /** Steps of the document after which the paint is out of date: an undone mask is read again. */
  asset: string | undefined
}

const open = new WeakMap<Easel, Masking>()

export const mask: Tool = {
  cursor: (easel) => (masked(easel) ? 'none' : 'not-allowed'),
  hover(easel, press) {
    const layer = masked(easel)
    if (layer) void prepared(easel, layer)
    showRing(easel, layer && press)
  },
  down(easel, press) {
    const layer = masked(easel)
    if (!layer || easel.readOnly) {
      easel.studio.notices.info(say(words.selectToMask))
      return undefined
    }
    const masking = open.get(easel)
    if (masking?.layer !== layer.id || masking.asset !== layer.mask?.asset) return undefined
    const undone = masking.paint.copy()
    const box = standing(layer, groupsOver(easel.store, layer), easel.store.artboardOf(layer.id)!)
    const scale = masking.paint.canvas.width / Math.max(1, layer.width)
    const place = (point: Point) => {
      const { x, y } = turn(point, -box.rotation, centreOf(box))
      return { x: (x - box.x) * scale, y: (y - box.y) * scale }
    }
    easel.show({ painting: { paint: masking.paint.canvas, box } })
    return strokeOn(easel, press, { paint: masking.paint, place, scale }, (cancelled) => {
      if (cancelled) {
        open.set(easel, { ...masking, paint: undone })
        easel.show({ painting: undefined })
      } else void easel.studio.attempt(() => commit(easel, layer, masking))
    })
  },
  key: brushKeys,
  leave(easel) {
    open.delete(easel)
    easel.show({ ring: undefined, painting: undefined })
  },
}

function masked(easel: Easel): Layer | undefined {
  const { view, store } = easel
  const id = view.masking ?? (view.selection.length === 1 ? view.selection[0] : undefined)
  const layer = id === undefined ? undefined : store.layer(id)
  return layer && !layer.locked ? layer : undefined
}

/** The layer's mask as it is now, ready to be painted on. */
async function prepared(easel: Easel, layer: Layer): Promise<void> {
  const known = open.get(easel)
  if (known?.layer === layer.id && known.asset === layer.mask?.asset) return
  const masking = { layer: layer.id, asset: layer.mask?.asset, paint: hidingFrom(layer, undefined) }
  if (layer.mask) {
    const picture = await easel.stage.pictures.maskPicture(layer.mask.asset)
    if (picture) masking.paint = hidingFrom(layer, { picture, invert: layer.mask.invert })
  }
  open.set(easel, masking)
}

/** One stroke, one step. What is painted meanwhile goes on from here. */
async function commit(easel: Easel, layer: Layer, masking: Masking): Promise<void> {
  const { blob, alpha } = await maskFrom(masking.paint)
  const { sha256 } = await bringPicture(blob, `${layer.name || layer.id} mask.png`)
  easel.stage.pictures.keepMask(sha256, alpha)
  if (easel.store.layer(layer.id)) {
    masking.asset = sha256
    easel.store.edit(say(words.paintMask), (edit) => edit.update(layer.id, { mask: { asset: sha256, invert: false } }))
  }
  easel.show({ painting: undefined })
}
