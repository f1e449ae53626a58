import type { Artifact } from '#shared/contract/artifact.ts'
import { type Document, type DocumentInput, parseDocument } from '#shared/document/document.ts'
import type { House, Product } from './house.ts'

/** One picture of the sheet. */
export interface SheetCell {
  product: Product
  artifact: Artifact
}

/** px */
const WIDTH = 2400
const MARGIN = 84
const GAP = 28
const HEADER = 190
const CAPTION = 62

const PAGE = '#dedbd2'
const INK = '#1d1c1a'
const FAINT = '#6f6a60'

type LayerInput = DocumentInput['layers'][number]

/** Everything on one page: a row for each product, its pictures side by side at one height, as wide as the page. */
export function sheetDocument(house: House, cells: readonly SheetCell[]): Document {
  const inner = WIDTH - 2 * MARGIN
  const layers: LayerInput[] = [...header(house, inner)]
  let y = MARGIN + HEADER
  for (const product of house.products) {
    const row = cells.filter((cell) => cell.product === product)
    if (row.length === 0) continue
    const aspects = row.map(({ artifact }) => (artifact.width ?? 1) / (artifact.height ?? 1))
    const height = (inner - GAP * (row.length - 1)) / aspects.reduce((sum, aspect) => sum + aspect, 0)
    let x = MARGIN
    for (const [at, { artifact }] of row.entries()) {
      const width = height * aspects[at]!
      layers.push({
        ...base(`${product.id}-${at}`, layers.length),
        type: 'image',
        asset: artifact.sha256,
        fit: 'cover',
        x: Math.round(x),
        y: Math.round(y),
        width: Math.round(width),
        height: Math.round(height),
      })
      x += width + GAP
    }
    y += height
    layers.push(caption(product, inner, y, layers.length))
    y += CAPTION + GAP
  }
  return parseDocument({
    format: 1,
    name: house.name.en,
    artboards: [
      { type: 'artboard', id: 'sheet', width: WIDTH, height: Math.round(y + MARGIN - GAP), background: PAGE },
    ],
    layers,
  })
}

function header({ name, products }: House, inner: number): LayerInput[] {
  const line = { y: MARGIN, width: inner, height: 120, type: 'text' } as const
  return [
    {
      ...base('title', 0),
      ...line,
      x: MARGIN,
      text: `${name.en}  ${name.zh}`,
      family: 'Bricolage Grotesque',
      weight: 800,
      size: 112,
      tracking: -25,
      fill: { kind: 'solid', colour: INK },
      language: 'zh',
    },
    {
      ...base('subtitle', 1),
      ...line,
      x: MARGIN,
      text: products.map((product) => product.callToAction.en.toLowerCase()).join(' · '),
      family: 'Inter',
      weight: 500,
      size: 30,
      align: 'right',
      verticalAlign: 'bottom',
      fill: { kind: 'solid', colour: FAINT },
    },
  ]
}

function caption({ name, callToAction, id }: Product, inner: number, y: number, order: number): LayerInput {
  return {
    ...base(`${id}-caption`, order),
    type: 'text',
    text: `${name.en} ${name.zh} — ${callToAction.en}`,
    family: 'Inter',
    weight: 600,
    size: 27,
    x: MARGIN,
    y: Math.round(y + 16),
    width: inner,
    height: 44,
    fill: { kind: 'solid', colour: FAINT },
    language: 'zh',
  }
}

function base(id: string, order: number) {
  return { id, parent: 'sheet', order }
}
