import { actionById } from '#shared/actions/actions.ts'
import { shortcutText } from '#shared/actions/shortcuts.ts'
import { solid } from '#shared/document/fill.ts'
import { MAX_TEXT } from '#shared/document/layers/text.ts'
import { language, say } from '../app/language.svelte.ts'
import { bringFiles } from './bring.svelte.ts'
import { type Clip, clipOf, LAYERS_TYPE, plainText, readClip, shiftFor } from './clip.ts'
import { newId, pasteInto, topOrder } from './copies.ts'
import type { Easel } from './easel.svelte.ts'
import { centreOf } from './geometry.ts'
import { type OnClipboard, readSystemClipboard } from './system-clipboard.ts'
import { words } from './words.ts'

/** Cut, copy and paste as the browser tells of them: only its own events carry the clipboard without asking. */

/** Listens to the page's cut, copy and paste while nothing is written; gives a disposer. */
export function hearClipboard(easel: Easel): () => void {
  const copy = (event: ClipboardEvent) => {
    if (isElsewhere(event)) return
    const clip = clipOf(easel.store, easel.view.selection)
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
    void easel.studio.attempt(async () => {
      // A menu's Paste comes without the clipboard.
      if (!clipboardData) return pasteUnasked(easel)
      const clip = readClip(clipboardData.getData(LAYERS_TYPE))
      if (clip) pasteClip(easel, clip)
      else await pasteFound(easel, { files: [...clipboardData.files], text: clipboardData.getData('text/plain') })
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

/** What the browser lets this page see; else what this window copied last, or the keys that always work. */
async function pasteUnasked(easel: Easel): Promise<void> {
  const { notices, shell } = easel.studio
  const found = await readSystemClipboard()
  const isOurs = lastClip && (!found || found.text.replaceAll('\r\n', '\n') === plainText(lastClip))
  if (isOurs) pasteClip(easel, lastClip!)
  else if (!found) {
    const keys = shortcutText(actionById('edit.paste'), shell.platform, language.current, shell.kind)
    notices.info(say(words.pasteByKeys, { keys }))
  } else if (found.files.length === 0 && found.text.trim() === '') notices.info(say(words.nothingToPaste))
  else await pasteFound(easel, found)
}

async function pasteFound(easel: Easel, { files, text }: OnClipboard): Promise<void> {
  if (files.length > 0) await bringFiles(easel, files, centreOf(easel.seen))
  else await pasteText(easel, text)
}

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
  const by = shiftFor(clip, board, (id) => store.layer(id) !== undefined)
  let ids: string[] = []
  store.edit(say(words.paste), (edit) => {
    ids = pasteInto(edit, store, clip, { parent: board.id, by })
  })
  easel.select(ids)
  view.tool = 'move'
}

/** Words become a text, the source of a drawing becomes a picture. */
async function pasteText(easel: Easel, text: string): Promise<void> {
  if (/^\s*(<\?xml|<svg[\s>])/.test(text)) {
    const file = new File([text], `${say(words.pasted)}.svg`, { type: 'image/svg+xml' })
    await bringFiles(easel, [file], centreOf(easel.seen))
    return
  }
  const board = easel.boardFor(centreOf(easel.seen))
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
