import { sha256Hex } from '#shared/canonical.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import { StudioError } from '#shared/errors.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { ContactSheetTask } from '#shared/work/tasks.ts'
import { compose } from './compose.ts'
import { MAX_PIXELS } from './decode.ts'
import { readHead } from './files.ts'
import { missingCharacters } from './fonts.ts'
import { requireFormat } from './format.ts'

export type SheetRequest = Pick<ContactSheetTask, 'title' | 'cells' | 'columns' | 'cellWidth'>

/** Darker than any paper, so that a light poster keeps its edge. */
const TABLE = '#e3e1db'
const INK = '#17181a'
const FAINT = '#56534e'

/** Thumbnails on a light table: title and count on top, a caption of up to two lines under each picture. */
export async function contactSheet(request: SheetRequest): Promise<RawPicture> {
  requireRequest(request)
  const sheet = sheetDocument({
    ...request,
    title: drawable(request.title, 'Bricolage Grotesque', 800),
    cells: request.cells.map(({ path, caption }) => ({ path, caption: drawable(caption, 'Inter', 500) })),
  })
  const assets: Record<string, string> = {}
  for (const { path } of request.cells) {
    requireFormat(await readHead(path, 256), path)
    assets[assetOf(path)] = path
  }
  return compose(sheet, 'sheet', { assets })
}

/** Captions are prompts and file names: a character that no font has is left out, not a reason to have no sheet. */
function drawable(text: string, family: string, weight: number): string {
  const missing = new Set(missingCharacters(text, { family, weight, italic: false, language: languageOf(text) }))
  return [...text].filter((char) => !missing.has(char)).join('')
}

/** Cells are files, not library entries; any stable name serves. */
const assetOf = (path: string) => sha256Hex(path)

function sheetDocument({ title, cells, columns, cellWidth }: SheetRequest): Document {
  const unit = cellWidth / 100
  const margin = Math.round(14 * unit)
  const gutter = Math.round(7 * unit)
  const captionSize = Math.max(9, 4.4 * unit)
  const captionHeight = Math.round(3.1 * captionSize)
  const titleSize = Math.max(16, 11 * unit)
  const header = Math.round(margin + titleSize + 10 * unit)
  const rows = Math.max(1, Math.ceil(cells.length / columns))
  const pitch = cellWidth + gutter + captionHeight
  const width = 2 * margin + columns * cellWidth + (columns - 1) * gutter
  const height = header + rows * pitch - gutter + margin
  const text = { type: 'text', parent: 'sheet', family: 'Inter', rotation: 0 } as const
  const inner = width - 2 * margin
  return parseDocument({
    format: 1,
    name: title,
    artboards: [{ type: 'artboard', id: 'sheet', width, height, background: TABLE }],
    layers: [
      {
        ...text,
        id: 'title',
        order: 0,
        text: title,
        family: 'Bricolage Grotesque',
        weight: 800,
        size: titleSize,
        minSize: 8,
        fit: 'shrink',
        tracking: -20,
        x: margin,
        y: margin,
        width: Math.round(inner * 0.8),
        height: Math.round(titleSize),
        language: languageOf(title),
        fill: { kind: 'solid', colour: INK },
      },
      {
        ...text,
        id: 'count',
        order: 1,
        text: String(cells.length),
        weight: 500,
        size: captionSize,
        align: 'right',
        x: margin,
        y: margin,
        width: inner,
        height: Math.round(titleSize),
        fill: { kind: 'solid', colour: FAINT },
      },
      {
        id: 'rule',
        type: 'shape',
        parent: 'sheet',
        order: 2,
        x: margin,
        y: Math.round(margin + titleSize + 3 * unit),
        width: inner,
        height: Math.max(1, Math.round(0.5 * unit)),
        shape: { kind: 'rectangle' },
        fill: { kind: 'solid', colour: INK },
      },
      ...cells.flatMap(({ path, caption }, index) => {
        const x = margin + (index % columns) * (cellWidth + gutter)
        const y = header + Math.floor(index / columns) * pitch
        return [
          {
            id: `cell-${index}`,
            type: 'image' as const,
            parent: 'sheet',
            order: 10 + index,
            asset: assetOf(path),
            fit: 'contain' as const,
            focus: [0, 1] as [number, number], // flush with the caption
            x,
            y,
            width: cellWidth,
            height: cellWidth,
          },
          {
            ...text,
            id: `caption-${index}`,
            order: 10_000 + index,
            text: caption,
            weight: 500,
            size: captionSize,
            minSize: Math.max(6, captionSize * 0.6),
            fit: 'shrink' as const,
            lineHeight: 1.35,
            x,
            y: Math.round(y + cellWidth + 0.8 * captionSize),
            width: cellWidth,
            height: Math.round(2.2 * captionSize),
            language: languageOf(caption),
            fill: { kind: 'solid' as const, colour: FAINT },
          },
        ]
      }),
    ],
  })
}

const languageOf = (text: string) => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en')

function requireRequest({ title, cells, columns, cellWidth }: SheetRequest): void {
  const refuse = (field: string, message: string) => {
    throw new StudioError({ code: 'usage', message: `contact sheet: ${message}`, where: { field } })
  }
  const whole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most
  if (cells.length < 1 || cells.length > 2000) refuse('cells', `${cells.length} cells: 1 to 2000 are needed`)
  if (!whole(columns, 40)) refuse('columns', `${columns} columns: 1 to 40 are needed`)
  if (!(cellWidth >= 32 && cellWidth <= 2048)) refuse('cellWidth', `${cellWidth} px: 32 to 2048 are needed`)
  if (title.length > 200) refuse('title', 'the title has more than 200 characters')
  if (cells.some(({ caption }) => caption.length > 500)) refuse('cells', 'a caption has more than 500 characters')
  const pixels = columns * cellWidth * Math.ceil(cells.length / columns) * cellWidth * 1.3
  if (pixels > MAX_PIXELS) refuse('cellWidth', 'the sheet would be too large; make the cells smaller')
}
