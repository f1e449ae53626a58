import { solid } from '#shared/document/fill.ts'
import type { DocumentStore } from '#shared/document/store.ts'

/** As the text that was written last on this artboard; the first is as large as suits the artboard. */
export function styleFor(store: DocumentStore, artboard: string) {
  const board = store.artboard(artboard)
  const last = store.children(artboard).findLast((layer) => layer.type === 'text')
  if (last) {
    const { family, weight, italic, size, lineHeight, tracking, fill, language, uppercase } = last
    return { family, weight, italic, size, lineHeight, tracking, fill, language, uppercase }
  }
  const size = Math.max(12, Math.round(Math.min(board?.width ?? 1000, board?.height ?? 1000) / 14))
  return { family: 'Inter', weight: 600, size, fill: solid(isDark(board?.background) ? '#ffffff' : '#1d1c1a') }
}

function isDark(colour: string | null | undefined): boolean {
  if (!colour) return false
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return r! * 0.299 + g! * 0.587 + b! * 0.114 < 128
}
