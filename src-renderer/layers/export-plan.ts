import type { ExportRequest } from '#shared/contract/wire.ts'
import type { Artboard, Document } from '#shared/document/document.ts'
import { mmToPx, pxToMm } from '#shared/units/length.ts'
import { DocumentTree } from './document-tree.ts'
import { boundsOf, poseOf } from './placing.ts'

/** What the export dialog asks for, and the files that come of it. */

export const FORMATS = ['png', 'jpeg', 'webp'] as const
export type Format = (typeof FORMATS)[number]
export const SCALES = [1, 2, 3, 4] as const

export interface ExportSettings {
  format: Format
  /** px per document px; 0: so many dpi. */
  scale: number
  dpi: number
  /** 1 … 100, of JPEG and WebP. */
  quality: number
  bleed: boolean
  transparent: boolean
}

export const DEFAULTS: ExportSettings = {
  format: 'png',
  scale: 1,
  dpi: 300,
  quality: 90,
  bleed: false,
  transparent: false,
}

export type ExportSubject =
  | { kind: 'artboards'; ids: readonly string[] }
  | { kind: 'selection'; ids: readonly string[] }

export interface PlannedFile {
  name: string
  request: ExportRequest
  /** px */
  width: number
  height: number
  /** Density that the file notes. */
  dpi: number
}

/** px of one side, and of the whole: what the composer accepts. */
export const MOST_SIDE = 20_000

export const hasAlpha = (format: Format): boolean => format !== 'jpeg'

export function planExport(
  document: Document,
  subject: ExportSubject,
  settings: ExportSettings,
  name: string,
): PlannedFile[] {
  const tree = new DocumentTree(document)
  const boards = document.artboards.filter(({ id }) =>
    subject.kind === 'artboards'
      ? subject.ids.includes(id)
      : subject.ids.some((layer) => tree.artboardOf(layer) === id),
  )
  const clear = settings.transparent && hasAlpha(settings.format)
  return boards.map((board) => {
    const scale = settings.scale || settings.dpi / board.dpi
    const dpi = board.dpi * scale
    const layers =
      subject.kind === 'selection' ? subject.ids.filter((id) => tree.artboardOf(id) === board.id) : undefined
    const bleed = settings.bleed && layers === undefined
    const size = layers ? selectionSize(tree, layers) : artboardSize(board, bleed)
    return {
      name: `${fileName(boards.length > 1 ? `${name}-${board.name || board.id}` : name)}.${extensionOf(settings.format)}`,
      width: Math.max(1, Math.round(size.width * scale)),
      height: Math.max(1, Math.round(size.height * scale)),
      dpi,
      request: {
        document: clear ? withoutBackground(document, board.id) : document,
        artboard: board.id,
        ...(layers ? { layers } : {}),
        format: settings.format,
        scale,
        dpi,
        ...(settings.format === 'png' ? {} : { quality: settings.quality }),
        bleed,
      },
    }
  })
}

/** Two artboards of one name do not fall on one file. */
export function withUniqueNames(files: readonly PlannedFile[]): PlannedFile[] {
  const seen = new Map<string, number>()
  return files.map((file) => {
    const count = (seen.get(file.name) ?? 0) + 1
    seen.set(file.name, count)
    return count === 1 ? file : { ...file, name: file.name.replace(/(\.\w+)$/, `-${count}$1`) }
  })
}

function artboardSize(board: Artboard, bleed: boolean) {
  const beyond = bleed ? 2 * Math.round(mmToPx(board.bleedMm, board.dpi)) : 0
  return { width: board.width + beyond, height: board.height + beyond }
}

/** Of the layers' boxes: what hangs out of them (strokes, descenders) adds a little. */
function selectionSize(tree: DocumentTree, ids: readonly string[]) {
  const boxes = tree.topmost(ids).map((layer) => {
    const { x, y, rotation } = poseOf(tree, layer)
    const { width, height } = layer
    return { x: x - width / 2, y: y - height / 2, width, height, rotation }
  })
  return boxes.length === 0 ? { width: 1, height: 1 } : boundsOf(boxes)
}

const withoutBackground = (document: Document, artboard: string): Document => ({
  ...document,
  artboards: document.artboards.map((board) => (board.id === artboard ? { ...board, background: null } : board)),
})

const extensionOf = (format: Format) => (format === 'jpeg' ? 'jpg' : format)

/** A name that every file system takes. */
export function fileName(wish: string): string {
  const plain = [...wish.normalize('NFC')]
    .map((character) => (/[<>:"/\\|?*\p{Cc}]/u.test(character) ? '-' : character))
    .join('')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s-]+|[.\s-]+$/g, '')
    .slice(0, 120)
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(plain) ? `${plain}-1` : plain || 'export'
}

/** Bytes per px of flat poster art; replaced by what the last export of the format really took. */
const USUAL: Record<Format, number> = { png: 0.9, jpeg: 0.16, webp: 0.1 }

export function estimatedBytes(
  { width, height }: PlannedFile,
  { format, quality }: ExportSettings,
  seen: Partial<Record<Format, number>> = {},
): number {
  const usual = USUAL[format] * (format === 'png' ? 1 : quality / 85)
  return Math.round(width * height * (seen[format] ?? usual))
}

export const bytesText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** "420 × 594 mm": no finer than a pixel, which is where a sheet's 420 mm became 419.95. */
export function paperText({ width, height, dpi }: { width: number; height: number; dpi: number }): string {
  const mm = (px: number) => Number(pxToMm(px, dpi).toFixed(pxToMm(1, dpi) > 0.1 ? 0 : 1))
  return `${mm(width)} × ${mm(height)} mm`
}
