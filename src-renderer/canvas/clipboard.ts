import { z } from 'zod'
import { MOST } from '#shared/document/document.ts'
import { solid } from '#shared/document/fill.ts'
import { layerSchema } from '#shared/document/layers/kinds.ts'
import { MAX_TEXT } from '#shared/document/layers/text.ts'
import { say } from '../app/language.svelte.ts'
import { bringFiles } from './bring.svelte.ts'
import { type Copy, copied, newId, pasteInto, topOrder } from './copies.ts'
import type { Easel } from './easel.svelte.ts'
import { boundsOfBoxes, encloses, type Point, type Rect } from './geometry.ts'
import { words } from './words.ts'

/** Layers on the system's clipboard, as data that any window of ours can read: pictures go by their hashes. */

export const LAYERS_TYPE = 'application/x-broadside-layers'

const clipSchema = z.strictObject({
  broadside: z.literal('layers'),
  /** The artboard that they were copied from. */
  artboard: z.string(),
  layers: z.array(layerSchema).min(1).max(MOST.layers),
  roots: z.array(z.string()).min(1),
})

export type Clip = z.output<typeof clipSchema>

export function clipOf(easel: Easel): Clip | undefined {
  const { store, view } = easel
  const copy = copied(store, view.selection)
  const board = copy.roots[0] === undefined ? undefined : store.artboardOf(copy.roots[0])
  if (!board) return undefined
  return { broadside: 'layers', artboard: board.id, layers: [...copy.layers], roots: [...copy.roots] }
}

/** Undefined for what is not ours. */
export function readClip(text: string): Clip | undefined {
  try {
    const parsed = clipSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Listens to the page's cut, copy and paste while nothing is written; gives a disposer. */
export function hearClipboard(easel: Easel): () => void {
  const copy = (event: ClipboardEvent) => {
    if (isElsewhere(event)) return
    const clip = clipOf(easel)
    if (!clip || !event.clipboardData) return
    event.preventDefault()
    event.clipboardData.setData(LAYERS_TYPE, JSON.stringify(clip))
    event.clipboardData.setData('text/plain', plainText(clip))
    lastClip = clip
  }
  const cut = (event: ClipboardEvent) => {
    copy(event)
    if (!event.defaultPrevented || easel.readOnly) return
    const ids = easel.held().map(({ layer }) => layer.id)
    easel.store.edit(say(words.cut), (edit) => {
      for (const id of ids) edit.remove(id)
    })
  }
  const paste = (event: ClipboardEvent) => {
    if (isElsewhere(event) || easel.readOnly) return
    event.preventDefault()
    const { clipboardData } = event
    // A menu's Paste comes without the clipboard: what this window copied last is as good as it gets.
    const clip = clipboardData ? readClip(clipboardData.getData(LAYERS_TYPE)) : lastClip
    const files = [...(clipboardData?.files ?? [])]
    const text = clipboardData?.getData('text/plain') ?? ''
    void easel.studio.attempt(async () => {
      if (clip) pasteClip(easel, clip)
      else if (!clipboardData) easel.studio.notices.info(say(words.nothingToPaste))
      else if (files.length > 0) await bringFiles(easel, files, middleOf(easel.seen))
      else await pasteText(easel, text)
    })
  }
  document.addEventListener('copy', copy)
  document.addEventListener('cut', cut)
  document.addEventListener('paste', paste)
  return () => {
    document.removeEventListener('copy', copy)
    document.removeEventListener('cut', cut)
    document.removeEventListener('paste', paste)
  }
}

let lastClip: Clip | undefined

/** A field, a dialog or selected words have their own clipboard. */
function isElsewhere({ target, defaultPrevented }: ClipboardEvent): boolean {
  if (defaultPrevented) return true
  if (!(target instanceof Element)) return false
  const typing = target instanceof HTMLElement && target.isContentEditable
  return typing || target.matches('input, textarea, select') || target.closest('[role=dialog]') !== null
}

export function pasteClip(easel: Easel, clip: Clip): void {
  const { store, view } = easel
  const board = store.artboard(view.artboard ?? '') ?? store.document.artboards[0]
  if (!board) return
  const copy: Copy = clip
  const by = placeFor(clip, board, easel)
  let ids: string[] = []
  store.edit(say(words.paste), (edit) => {
    ids = pasteInto(edit, store, copy, { parent: board.id, by })
  })
  easel.select(ids)
  view.tool = 'move'
}

/** Beside the original on its own artboard; on another in the same place, or in its middle when that is outside. */
function placeFor(clip: Clip, board: { id: string; width: number; height: number }, easel: Easel): Point {
  const roots = new Set(clip.roots)
  const bounds = boundsOfBoxes(clip.layers.filter(({ id }) => roots.has(id)))
  if (clip.artboard === board.id && clip.roots.some((id) => easel.store.layer(id))) {
    const aside = Math.max(1, Math.round(Math.min(board.width, board.height) / 50))
    return { x: aside, y: aside }
  }
  const area: Rect = { x: 0, y: 0, width: board.width, height: board.height }
  if (encloses(area, bounds) || clip.artboard === board.id) return { x: 0, y: 0 }
  const [from, to] = [middleOf(bounds), middleOf(area)]
  return { x: Math.round(to.x - from.x), y: Math.round(to.y - from.y) }
}

const middleOf = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 })

/** Words become a text, the source of a drawing becomes a picture. */
async function pasteText(easel: Easel, text: string): Promise<void> {
  if (/^\s*(<\?xml|<svg[\s>])/.test(text)) {
    const file = new File([text], `${say(words.pasted)}.svg`, { type: 'image/svg+xml' })
    await bringFiles(easel, [file], middleOf(easel.seen))
    return
  }
  const board = easel.boardFor(middleOf(easel.seen))
  const written = text.replaceAll('\r\n', '\n').trim().slice(0, MAX_TEXT)
  if (!board || written === '') return
  const size = Math.max(12, Math.round(Math.min(board.width, board.height) / 24))
  const width = Math.round(board.width * 0.6)
  const id = newId()
  easel.store.edit(say(words.paste), (edit) => {
    edit.add({
      type: 'text',
      id,
      parent: board.id,
      order: topOrder(easel.store, board.id) + 1,
      x: Math.round((board.width - width) / 2),
      y: Math.round(board.height / 2 - size * 2),
      width,
      height: size * 4,
      text: written,
      family: 'Inter',
      size,
      fill: solid('#1d1c1a'),
      language: /\p{Script=Han}/u.test(written) ? 'zh' : 'en',
    })
  })
  easel.select([id])
}

/** What other programs get: the words. */
function plainText({ layers }: Clip): string {
  const written = layers.flatMap((layer) => (layer.type === 'text' ? [layer.text] : []))
  return written.length > 0 ? written.join('\n\n') : layers.map(({ name, type }) => name || type).join('\n')
}
