import { describe, expect, it } from 'vitest'
import { contrast } from '../../units/colour.ts'
import { childrenOf, type Document, parseDocument } from '../document.ts'
import type { Layer } from '../layers/kinds.ts'
import { makeScheme, type PicturePalette } from '../palette.ts'
import type { PageSize, TemplateInput } from './template.ts'
import { makeFromTemplate, requireTemplate, TEMPLATES } from './templates.ts'

const sizes: PageSize[] = [
  { id: 'poster', name: 'Poster', width: 1080, height: 1440 },
  { id: 'square', name: 'Square', width: 1080, height: 1080 },
  { id: 'story', name: 'Story', width: 1080, height: 1920 },
  { id: 'label', name: 'Label', width: 1039, height: 1843, dpi: 300, bleedMm: 2 },
  { id: 'a4', name: 'A4', width: 2480, height: 3508, dpi: 300, bleedMm: 3, safeMm: 5 },
]
const palette = (edge: number, ...colours: string[]): PicturePalette => ({
  swatches: colours.map((colour, index) => ({ colour, share: [0.6, 0.25, 0.1, 0.05][index] ?? 0.01 })),
  edge: { colour: colours[0]!, share: edge, near: edge },
  subject: { x: 0.3, y: 0.2, width: 0.4, height: 0.6 },
})
const palettes = {
  sunburst: palette(0.4, '#ff7c1f', '#ffd23f', '#03d26a'),
  night: palette(1, '#0f1b3d', '#f4d58d', '#27406b'),
  plainYellow: palette(1, '#ffd23f', '#f3ad61', '#86d72f'),
  grey: palette(1, '#808080', '#c0c0c0'),
  white: palette(1, '#ffffff'),
  black: palette(0.2, '#000000', '#0a0a0a'),
}
const art = { asset: 'a'.repeat(64), width: 512, height: 512 }
const pattern = { asset: 'b'.repeat(64), width: 256, height: 256 }
const english = {
  headline: 'Peel the day.',
  tagline: 'Nothing added but sun.',
  brand: 'Zestline',
  callToAction: 'Taste it',
}
const chinese = { headline: '剥开这一天', tagline: '除了阳光什么也没加。', brand: '橘里', callToAction: '尝一口' }
const input = (more: Partial<TemplateInput> = {}): TemplateInput => ({
  art,
  texts: english,
  language: 'en',
  palette: palettes.sunburst,
  ...more,
})

const every = TEMPLATES.flatMap(({ id }) => sizes.map((size) => [id, size.id, size] as const))
const make = (id: string, size: PageSize, more: Partial<TemplateInput> = {}) =>
  makeFromTemplate(id, input(more), [size])
const texts = (document: Document) => document.layers.filter((layer) => layer.type === 'text')
const overlap = (a: Layer, b: Layer) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))

describe.each(every)('template %s on %s', (id, _, size) => {
  it('sets all four texts, each once, each with room', () => {
    const set = texts(make(id, size, { pattern }))
    expect(set.map(({ text }) => text).sort()).toEqual(['{{brand}}', '{{callToAction}}', '{{headline}}', '{{tagline}}'])
    for (const { width, height, name } of set) expect(Math.min(width, height), name).toBeGreaterThan(size.width / 60)
  })

  it('gives the headline more room than any other text', () => {
    const area = ({ width, height }: { width: number; height: number }) => width * height
    const [headline, ...others] = texts(make(id, size)).sort((a, b) => area(b) - area(a))
    expect(headline!.text).toBe('{{headline}}')
    for (const other of others) expect(other.size).toBeLessThan(headline!.size / 2)
  })

  it('keeps texts apart and inside the margins', () => {
    const set = texts(make(id, size))
    for (const [index, a] of set.entries()) {
      for (const b of set.slice(index + 1)) expect(overlap(a, b), `${a.name} over ${b.name}`).toBe(0)
      const margin = 0.7 * 0.01 * Math.sqrt(size.width * size.height)
      expect(
        a.x >= margin &&
          a.y >= margin &&
          a.x + a.width <= size.width - margin &&
          a.y + a.height <= size.height - margin,
        a.name,
      ).toBe(true)
    }
  })

  it('sets no text on the picture without a solid ground, and every text readable on its ground', () => {
    for (const [name, colours] of Object.entries(palettes)) {
      const document = make(id, size, { palette: colours, pattern })
      for (const text of texts(document)) {
        const ground = groundOf(document, text)
        expect(ground, `${text.name} in ${name}`).toMatch(/^#/)
        const colour = text.fill.kind === 'solid' ? text.fill.colour : ''
        const needed = text.text === '{{headline}}' ? 3 : 3.4
        expect(contrast(colour, ground!), `${text.name} ${colour} on ${ground} in ${name}`).toBeGreaterThanOrEqual(
          needed,
        )
      }
    }
  })

  it('works in Chinese and without a pattern', () => {
    const document = make(id, size, { texts: chinese, language: 'zh' })
    expect(document.variables.find((variable) => variable.id === 'headline')?.value).toBe('剥开这一天')
    expect(texts(document).every((layer) => /SC|ZCOOL/.test(layer.family))).toBe(true)
  })
})

/** The colour right under the middle of a text: the topmost shape, else the page; undefined over a picture. */
function groundOf(document: Document, text: Layer): string | undefined {
  const [x, y] = [text.x + text.width / 2, text.y + text.height / 2]
  const board = document.artboards[0]!
  const below = childrenOf(document, board.id).filter((layer) => layer.order < text.order)
  for (const layer of below.reverse()) {
    const covers = isInside(layer, x, y)
    if (!covers || layer.type === 'text') continue
    if (layer.type === 'image' || layer.type === 'group') return undefined
    if (layer.type === 'shape' && layer.fill.kind === 'solid') return layer.fill.colour
    if (layer.type === 'shape' && layer.fill.kind !== 'none') return undefined
  }
  return board.background ?? undefined
}

/** Circles count as circles, whether drawn as ellipses or cut by their corners. */
function isInside(layer: Layer, x: number, y: number): boolean {
  const round =
    (layer.type === 'image' && layer.cornerRadius * 2 >= Math.min(layer.width, layer.height) - 1) ||
    (layer.type === 'shape' && (layer.shape.kind === 'ellipse' || layer.shape.kind === 'star'))
  const dx = Math.abs(x - layer.x - layer.width / 2) / (layer.width / 2)
  const dy = Math.abs(y - layer.y - layer.height / 2) / (layer.height / 2)
  return round ? Math.hypot(dx, dy) <= 1 : Math.max(dx, dy) <= 1
}

describe('templates', () => {
  it('one document holds all sizes side by side, with the texts as its variables', () => {
    const document = makeFromTemplate('panel', input(), sizes)
    expect(document.artboards.map(({ id }) => id)).toEqual(sizes.map(({ id }) => id))
    expect(document.variables.map(({ id }) => id)).toEqual(['headline', 'tagline', 'brand', 'callToAction'])
    expect(document.artboards[1]!.x).toBeGreaterThanOrEqual(1080)
    expect(parseDocument(document)).toEqual(document)
  })

  it('keep the recipe of the picture in its layer', () => {
    const recipe = {
      format: 1,
      kind: 'gan',
      model: { id: 'm', hash: 'c'.repeat(64) },
      prompt: '',
      seed: 1,
      truncation: 1,
    } as const
    const layers = makeFromTemplate('swiss', input({ art: { ...art, recipe } }), [sizes[0]!]).layers
    expect(layers.find((layer) => layer.type === 'image')).toMatchObject({ recipe })
  })

  it('an unknown one is named, with what there is', () => {
    expect(() => requireTemplate('brutalist')).toThrow(/no template "brutalist"/)
  })
})

describe('a scheme', () => {
  it.each(Object.entries(palettes))('from %s is readable: ink on paper, paper on ground', (_, colours) => {
    const { paper, ink, ground } = makeScheme(colours)
    expect(contrast(ink, paper)).toBeGreaterThan(10)
    expect(contrast(paper, ground)).toBeGreaterThan(6)
  })

  it('a yellow picture does not get a mud-coloured panel', () => {
    expect(makeScheme(palette(1, '#ffd23f', '#ffcc33')).ground).toMatch(/^#00/)
  })
})
