import { type Document, parseDocument } from '#shared/document/document.ts'
import { BLEND_MODES } from '#shared/document/layers/layer.ts'
import { makeFromTemplate } from '#shared/document/templates/templates.ts'
import type { RawPicture } from '#shared/work/picture.ts'

/** What the two sides draw: every template, and one document that uses all that a scene can do. */

export const ART = 'a'.repeat(64)
export const PATTERN = 'b'.repeat(64)
export const MASK = 'c'.repeat(64)
export const CUTOUT = 'd'.repeat(64)

/** Soft shapes with grain: smooth where filters show and rough where rounding does. */
function painted(width: number, height: number, channels: 3 | 4 = 3): RawPicture {
  const data = new Uint8Array(width * height * channels)
  let noise = 7
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (Math.imul(noise, 1103515245) + 12345) >>> 0
      const grain = (noise >>> 16) % 24
      const at = (y * width + x) * channels
      data[at] = 128 + 100 * Math.sin(x / 19) * Math.cos(y / 31) + grain
      data[at + 1] = 110 + 90 * Math.sin((x + y) / 23) + grain
      data[at + 2] = (x ^ y) & 16 ? 60 + grain : 180 + grain
      if (channels === 4) data[at + 3] = Math.max(0, Math.min(255, 400 - 2 * Math.hypot(x - width / 2, y - height / 2)))
    }
  }
  return { width, height, channels, data }
}

/** A brushed mask: a soft disc. */
function disc(width: number, height: number): RawPicture {
  const data = new Uint8Array(width * height * 3)
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [(at % width) / width - 0.5, Math.floor(at / width) / height - 0.5]
    data.fill(Math.max(0, Math.min(255, 700 - 1600 * Math.hypot(x, y))), at * 3, at * 3 + 3)
  }
  return { width, height, channels: 3, data }
}

export const pictures: Record<string, RawPicture> = {
  [ART]: painted(768, 512),
  [PATTERN]: painted(96, 96),
  [MASK]: disc(200, 160),
  [CUTOUT]: painted(300, 300, 4),
}

const texts = {
  en: {
    headline: 'Peel the whole day.',
    tagline: 'Nothing added but sun & “zest”.',
    brand: 'Zestline',
    callToAction: 'Taste it',
  },
  zh: { headline: '剥开这一天！', tagline: '除了阳光，什么也没加；真的。', brand: '橘里', callToAction: '尝一口' },
}

export function fromTemplate(id: string, language: 'en' | 'zh') {
  return makeFromTemplate(
    id,
    {
      art: { asset: ART, width: 768, height: 512 },
      pattern: { asset: PATTERN, width: 96, height: 96 },
      texts: texts[language],
      language,
      palette: {
        swatches: [
          { colour: '#ff7c1f', share: 0.6 },
          { colour: '#ffd23f', share: 0.25 },
          { colour: '#03d26a', share: 0.1 },
        ],
        edge: { colour: '#ff7c1f', share: 0.4, near: 0.4 },
        subject: { x: 0.3, y: 0.2, width: 0.4, height: 0.6 },
      },
    },
    [{ id: 'poster', name: 'Poster', width: 720, height: 960 }],
  )
}

let order = 0
const layer = (parent: string, type: string, props: object) => ({
  id: `layer-${order++}`,
  ...{ parent, type, order, x: 40, y: 40, width: 300, height: 200 },
  ...props,
})
const solid = (colour: string) => ({ kind: 'solid', colour })
const sunset = {
  kind: 'linear',
  stops: [
    { at: 0, colour: '#ff5500' },
    { at: 0.6, colour: '#cc00ff80' },
    { at: 1, colour: '#0033cc' },
  ],
}
const glow = {
  kind: 'radial',
  radius: 0.6,
  stops: [
    { at: 0, colour: '#ffffff' },
    { at: 1, colour: '#0055aa' },
  ],
}
const stroke = { colour: '#222222', width: 7 }
const board = (id: string) => ({
  type: 'artboard',
  id,
  name: id,
  width: 800,
  height: 800,
  background: '#f4efe6',
  dpi: 100,
  bleedMm: 3,
})

const shapes = ['rectangle', 'ellipse', 'line', 'polygon', 'star', 'rays'].flatMap((kind, i) => {
  const at = { x: 20 + (i % 3) * 260, y: 20 + Math.floor(i / 3) * 390, width: 220, height: 160 }
  return [
    layer('shapes', 'shape', { ...at, shape: { kind }, fill: [solid('#e94f37'), sunset, glow][i % 3], stroke }),
    layer('shapes', 'shape', {
      ...{ ...at, x: at.x + 10.37, y: at.y + 190.61, rotation: 17 + i * 23, opacity: 0.7 },
      ...{
        shape: { kind, ...(kind === 'rectangle' ? { cornerRadius: 30 } : {}) },
        fill: [glow, solid('#3f88c5'), sunset][i % 3],
      },
      stroke: { ...stroke, width: 3.5, dash: [18, 7] },
    }),
  ]
})

const blends = [
  layer('blends', 'image', { asset: ART, x: 0, y: 0, width: 800, height: 800 }),
  ...BLEND_MODES.map((blend, i) =>
    layer('blends', 'shape', {
      ...{ x: 20 + (i % 4) * 195, y: 20 + Math.floor(i / 4) * 195, width: 170, height: 170 },
      ...{ shape: { kind: 'ellipse' }, fill: i % 2 ? sunset : solid('#d1495bcc'), blend, opacity: i % 3 ? 1 : 0.6 },
    }),
  ),
]

const images = (['cover', 'contain', 'fill', 'tile'] as const).flatMap((fit, i) => [
  layer('images', 'image', { asset: ART, fit, x: 10, y: 10 + i * 195, width: 240, height: 180, tileSize: 70 }),
  layer('images', 'image', {
    ...{ asset: ART, fit, x: 270.4, y: 14.7 + i * 195, width: 200.5, height: 160.25, rotation: 8, cornerRadius: 24 },
    ...{ crop: { x: 0.13, y: 0.2, width: 0.61, height: 0.7 }, focus: [0.2, 0.9], flipX: i % 2 === 0, flipY: i > 1 },
  }),
  layer('images', 'image', {
    asset: CUTOUT,
    fit,
    x: 520,
    y: 10 + i * 195,
    width: 250,
    height: 180,
    opacity: 0.8,
    tileSize: 64,
  }),
])

const line = (text: string, y: number, props: object = {}) =>
  layer('texts', 'text', { text, x: 20, y, width: 760, height: 60, family: 'Inter', size: 40, ...props })
const horizontal = [
  line('AVATAR Type fi ffl “kerned” — 1/2', 20),
  line('Wide tracking To.', 80, { tracking: 220, family: 'Syne', weight: 800 }),
  line('Tight tracking VA', 140, { tracking: -45, family: 'Fraunces', weight: 900, italic: true }),
  line('ANTON 橙子汽水 IN ONE LINE', 200, { family: 'Anton', fill: sunset, language: 'zh' }),
  line('橙子汽水，夏季限定！“只加阳光”；真的？', 260, { family: 'Noto Serif SC', weight: 650, language: 'zh' }),
  line('Turned Éàü ñ ß', 330, { family: 'Bricolage Grotesque', weight: 600, rotation: 3.3, opacity: 0.6 }),
  line('DM Serif 快乐', 400, { family: 'DM Serif Display', x: 20.33, size: 33.3, fill: glow, language: 'zh' }),
  line('黄油 ZCOOL 快乐体', 460, { family: 'ZCOOL KuaiLe', language: 'zh' }),
  line('庆科黄油体 2026', 520, { family: 'ZCOOL QingKe HuangYou', language: 'zh', align: 'right' }),
  line('Small print that wraps over lines. '.repeat(8), 590, {
    size: 13.5,
    height: 80,
    lineHeight: 1.4,
    align: 'center',
  }),
  line('SHRINKS INTO ITS BOX', 690, { family: 'Bowlby One', fit: 'shrink', size: 300, height: 90 }),
]

const vertical = ['Noto Sans SC', 'Noto Serif SC', 'ZCOOL QingKe HuangYou', 'Anton'].map((family, i) =>
  layer('vertical', 'text', {
    ...{
      text: '「橙子汽水」，夏季限定！\n冷榨 Zest 只要“30 元”：——\n好喝。真的？是的；吧…（嗯）',
      family,
      language: 'zh',
    },
    ...{ x: 10 + i * 198, y: 20, width: 180, height: 760, size: 52, weight: 700, direction: 'vertical', fit: 'shrink' },
    ...{ fill: i % 2 ? sunset : solid('#1b4332'), rotation: i === 2 ? 4 : 0 },
  }),
)

const group = (props: object) => layer('groups', 'group', props)
const groups = [
  layer('groups', 'image', { asset: ART, x: 0, y: 0, width: 800, height: 800, opacity: 0.5 }),
  group({ id: 'clip', clip: true, cornerRadius: 60, x: 40, y: 40, width: 320, height: 300, rotation: 12 }),
  layer('clip', 'image', { asset: ART, x: 20, y: 20, width: 400, height: 340 }),
  layer('clip', 'text', {
    text: 'Clipped',
    family: 'Anton',
    size: 120,
    x: 30,
    y: 230,
    width: 400,
    fill: solid('#ffffff'),
  }),
  group({ id: 'fade', opacity: 0.5, blend: 'multiply', x: 420, y: 40, width: 340, height: 300, rotation: -7 }),
  layer('fade', 'shape', {
    shape: { kind: 'ellipse' },
    x: 430,
    y: 50,
    width: 220,
    height: 220,
    fill: solid('#00a6a6'),
  }),
  layer('fade', 'shape', {
    shape: { kind: 'star' },
    x: 540,
    y: 110,
    width: 210,
    height: 210,
    fill: sunset,
    blend: 'screen',
    opacity: 0.7,
  }),
  group({ id: 'masked', x: 40, y: 420, width: 340, height: 340, mask: { asset: MASK } }),
  layer('masked', 'image', { asset: PATTERN, fit: 'tile', tileSize: 48, x: 40, y: 420, width: 340, height: 340 }),
  layer('masked', 'text', { text: 'Mask', family: 'Syne', weight: 800, size: 90, x: 90, y: 560, width: 300 }),
  layer('groups', 'text', {
    text: 'gjpqy',
    family: 'Fraunces',
    weight: 900,
    size: 130,
    x: 430,
    y: 430,
    mask: { asset: MASK },
  }),
  layer('groups', 'image', {
    ...{ asset: ART, x: 450.5, y: 580.25, width: 280, height: 180, rotation: -9, blend: 'hard-light' },
    mask: { asset: MASK, invert: true },
  }),
]

const dielines = [
  layer('dielines', 'dieline', {
    ...{ x: 60, y: 80, width: 680, height: 600, viewBox: [0, 0, 100, 50], rotation: 0 },
    paths: [
      { d: 'M5 5L95 5L95 45L5 45Z' },
      { d: 'M5 25L95 25M50 5L50 45', kind: 'crease' },
      { d: 'M20 10C30 0 40 20 50 10Q60 0 70 10', kind: 'perforation' },
      { d: 'M2 2L98 2L98 48L2 48Z', kind: 'bleed' },
      { d: 'M8 30L40 42', kind: 'glue' },
    ],
  }),
]

/** Everything that hangs on a variable, with values that say something, and with values that do not. */
const bound = [
  layer('variables', 'shape', {
    ...{ shape: { kind: 'rectangle', cornerRadius: 40 }, x: 40, y: 40, width: 340, height: 300 },
    ...{ fill: { ...solid('#000000'), variable: 'ground' }, stroke: { ...stroke, variable: 'line' } },
  }),
  layer('variables', 'image', { asset: ART, variable: 'art', x: 80, y: 80, width: 260, height: 220 }),
  layer('variables', 'image', { asset: ART, variable: 'ground', x: 420.5, y: 40.25, width: 340, height: 300 }),
  layer('variables', 'shape', { shape: { kind: 'star' }, fill: sunset, x: 560, y: 200, visibleIf: 'sale' }),
  layer('variables', 'shape', { shape: { kind: 'star' }, fill: sunset, x: 20, y: 200, visibleIf: 'nobody' }),
  group({ id: 'offer', parent: 'variables', x: 40, y: 380, visibleIf: '优惠', clip: true, width: 700, height: 160 }),
  layer('offer', 'text', {
    ...{ text: '{{名称}} — {{price}}', family: 'Anton', size: 70, x: 40, y: 400, width: 700, height: 80 },
    fill: { ...solid('#000000'), variable: 'line' },
  }),
  ...(['top', 'middle', 'bottom'] as const).map((verticalAlign, i) =>
    layer('variables', 'text', {
      ...{ text: 'Grows {{more}}', family: 'Inter', size: 24, fit: 'wrap', verticalAlign, fill: glow },
      ...{ x: 40 + i * 240, y: 640, width: 200, height: 20, rotation: i * 5 },
    }),
  ),
]
const values = {
  ...{ ground: '#FC0', line: ' #1b4332cc ', art: CUTOUT, sale: 'yes', 优惠: '是', 名称: '橙子汽水', price: '3 €' },
  more: 'with every word that a row of the table has for it',
}

/** One document per artboard, each with what its name says. */
export const boards: Record<string, Document> = Object.fromEntries(
  Object.entries({ shapes, blends, images, texts: horizontal, vertical, groups, dielines }).map(([id, layers]) => [
    id,
    parseDocument({ format: 1, artboards: [board(id)], layers }),
  ]),
)
boards.variables = parseDocument({
  format: 1,
  artboards: [board('variables')],
  layers: bound,
  variables: Object.entries(values).map(([id, value]) => ({ type: 'variable', id, value })),
})
