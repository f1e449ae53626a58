import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { toStudioError } from '#shared/errors.ts'
import type { Face } from '#shared/scene/fonts.ts'
import { runsOf, type Style } from '#shared/scene/runs.ts'
import { parse } from '#shared/validate.ts'
import { type PdfSheet, pdfSheetSchema } from '#shared/work/tasks.ts'
import { readPictureFile, writeBytes } from './files.ts'
import { missingCharacters, registerText } from './fonts.ts'
import { Image, PDFDocument, type SKRSContext2D } from './skia.ts'

/** Points of an A4 page. */
const PAGE = { width: 595, height: 842, margin: 36 }
const COLUMNS = 5
const GUTTER = 12
const HEADER = 34
const CAPTION = 6.5
const LINE = 8.5
const INK = '#17181a'
const FAINT = '#6b6963'
const FRAME = '#d8d5cd'
const CELL = (PAGE.width - 2 * PAGE.margin - (COLUMNS - 1) * GUTTER) / COLUMNS
const PITCH = CELL + 3 * LINE + GUTTER
const ROWS = Math.floor((PAGE.height - 2 * PAGE.margin - HEADER + GUTTER) / PITCH)

export async function readPdfSheet(path: string): Promise<PdfSheet> {
  try {
    return parse(pdfSheetSchema, JSON.parse(await readFile(path, 'utf8')), { what: 'contact sheet' })
  } catch (thrown) {
    throw toStudioError(thrown, { file: path })
  }
}

/** Thumbnails in a grid with number, name and note, A4 after A4; text stays text. Same request, same bytes. */
export async function pdfSheet({ title, first, cells }: PdfSheet, out: string, signal: AbortSignal) {
  const perPage = COLUMNS * ROWS
  const pages = Math.max(1, Math.ceil(cells.length / perPage))
  const document = new PDFDocument({ title, creator: 'Broadside', producer: 'Broadside', encodingQuality: 84 })
  for (let page = 0; page < pages; page++) {
    signal.throwIfAborted()
    // Its own types call it the DOM's.
    const context = document.beginPage(PAGE.width, PAGE.height) as unknown as SKRSContext2D
    drawHeader(context, title, `${page + 1} / ${pages}`)
    for (const [at, cell] of cells.slice(page * perPage, (page + 1) * perPage).entries()) {
      const x = PAGE.margin + (at % COLUMNS) * (CELL + GUTTER)
      const y = PAGE.margin + HEADER + Math.floor(at / COLUMNS) * PITCH
      await drawCell(context, cell, first + page * perPage + at, x, y)
    }
    document.endPage()
  }
  const bytes = document.close()
  await writeBytes(out, bytes)
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, pages }
}

function drawHeader(context: SKRSContext2D, title: string, page: string): void {
  const { margin, width } = PAGE
  drawText(context, { text: title, x: margin, y: margin + 12, most: width - 2 * margin - 60, size: 13, weight: 600 })
  drawText(context, { text: page, x: width - margin, y: margin + 12, most: 60, size: 8, colour: FAINT, right: true })
  context.fillStyle = INK
  context.fillRect(margin, margin + 20, width - 2 * margin, 0.6)
}

async function drawCell(
  context: SKRSContext2D,
  { path, caption, note }: PdfSheet['cells'][number],
  number: number,
  x: number,
  y: number,
): Promise<void> {
  const picture = path === undefined ? undefined : await loaded(path)
  if (picture) {
    const scale = Math.min(CELL / picture.width, CELL / picture.height)
    const [width, height] = [picture.width * scale, picture.height * scale]
    const [left, top] = [x + (CELL - width) / 2, y + CELL - height]
    context.drawImage(picture, left, top, width, height)
    outline(context, left, top, width, height)
  } else outline(context, x, y, CELL, CELL)
  const common = { x, most: CELL, size: CAPTION }
  drawText(context, { ...common, text: `${number}`, y: y + CELL + LINE, colour: FAINT })
  drawText(context, { ...common, text: caption, y: y + CELL + 2 * LINE, fromEnd: true })
  if (note) drawText(context, { ...common, text: note, y: y + CELL + 3 * LINE, colour: FAINT })
}

/** A white poster keeps its edge. */
function outline(context: SKRSContext2D, x: number, y: number, width: number, height: number): void {
  context.strokeStyle = FRAME
  context.lineWidth = 0.4
  context.strokeRect(x, y, width, height)
}

async function loaded(path: string): Promise<Image> {
  const image = new Image()
  const bytes = await readPictureFile(path)
  await new Promise<void>((resolve, reject) => {
    image.onload = () => resolve()
    image.onerror = reject
    image.src = bytes
  })
  return image
}

interface Text {
  text: string
  x: number
  /** Of the baseline. */
  y: number
  /** Points; what is longer is cut in the middle of nowhere, with a sign. */
  most: number
  size: number
  weight?: number
  colour?: string
  right?: boolean
  /** What is cut is the beginning: the end of a path tells more. */
  fromEnd?: boolean
}

function drawText(context: SKRSContext2D, { text, x, y, most, size, weight = 400, ...looks }: Text): void {
  const style: Style = { family: 'Inter', weight, italic: false, language: /\p{Script=Han}/u.test(text) ? 'zh' : 'en' }
  const missing = new Set(missingCharacters(text, style))
  const fitting = fitted(
    context,
    [...text].filter((char) => !missing.has(char)).join(''),
    style,
    size,
    most,
    looks.fromEnd,
  )
  registerText(fitting, style)
  context.fillStyle = looks.colour ?? INK
  let left = looks.right ? x - widthOf(context, fitting, style, size) : x
  for (const run of runsOf(fitting, style)) {
    context.font = fontOf(run.face, size)
    context.fillText(run.text, left, y)
    left += context.measureText(run.text).width
  }
}

function fitted(
  context: SKRSContext2D,
  text: string,
  style: Style,
  size: number,
  most: number,
  fromEnd = false,
): string {
  registerText(`${text}…`, style)
  if (widthOf(context, text, style, size) <= most) return text
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
  let [low, high] = [0, letters.length]
  const cut = (kept: number) =>
    fromEnd ? `…${letters.slice(letters.length - kept).join('')}` : `${letters.slice(0, kept).join('')}…`
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (widthOf(context, cut(middle), style, size) <= most) low = middle
    else high = middle - 1
  }
  return cut(low)
}

function widthOf(context: SKRSContext2D, text: string, style: Style, size: number): number {
  let width = 0
  for (const run of runsOf(text, style)) {
    context.font = fontOf(run.face, size)
    width += context.measureText(run.text).width
  }
  return width
}

const fontOf = ({ family, weight, italic }: Face, size: number) =>
  `${italic ? 'italic ' : ''}${weight} ${size}px "${family}"`
